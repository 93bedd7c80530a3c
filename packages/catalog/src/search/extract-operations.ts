import { type Entity, isMap } from '../model/index.ts';

/** An operation of a definition, as far as it is searched: method in upper case, path, operationId, summary. */
export type OperationText = [method: string, path: string, operationId: string, summary: string];

const OPERATIONS_MAX = 5_000;
const CHARS_MAX = 200;
/** Beyond it, parsing would hold up everything else for more than some tens of milliseconds. */
const JSON_CHARS_MAX = 8_000_000;
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'publish', 'subscribe', 'send', 'receive']);

/**
 * What can be searched in an OpenAPI or AsyncAPI text. It is for finding, not for serving: what cannot be read has no operations,
 * and YAML is read by its indentation, which takes a hundredth of the time of parsing it (flow style is not seen).
 */
export function extractOperations(text: string): OperationText[] {
  const start = text.slice(0, 1_000).trimStart();
  const operations = start.startsWith('{') ? fromJson(text) : fromYaml(text);
  return operations.slice(0, OPERATIONS_MAX);
}

/** The operations of a definition that is kept inside of its entity, because it is short; undefined: it has none of those. */
export function inlineOperations(entity: Entity): OperationText[] | undefined {
  const definition = isMap(entity.spec) ? entity.spec.definition : undefined;
  return typeof definition === 'string' ? extractOperations(definition) : undefined;
}

function fromJson(text: string): OperationText[] {
  if (text.length > JSON_CHARS_MAX) return [];
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // It is stored and served as it is; that it is broken is said elsewhere.
    return [];
  }
  if (!isMap(document)) return [];
  const operations: OperationText[] = [];
  for (const paths of [document.paths, document.channels]) {
    if (!isMap(paths)) continue;
    for (const [path, item] of Object.entries(paths)) {
      if (!isMap(item)) continue;
      for (const [method, operation] of Object.entries(item)) {
        if (METHODS.has(method) && isMap(operation)) {
          operations.push([method.toUpperCase(), cut(path), cut(operation.operationId), cut(operation.summary)]);
        }
      }
    }
  }
  return operations;
}

/** Where a line stands: under `paths`, under a path, under a method; each level is known by its indentation. */
interface Place {
  paths: number;
  methods: number;
  fields: number;
  path: string;
  operation: OperationText | undefined;
}

function fromYaml(text: string): OperationText[] {
  const operations: OperationText[] = [];
  let place: Place | undefined;
  for (let at = 0; at < text.length && operations.length < OPERATIONS_MAX; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    let start = at;
    while (start < end && text.charCodeAt(start) === 32) start++;
    const indent = start - at;
    at = end + 1;
    const first = text[start];
    if (start === end || first === '#' || first === '\r') continue;
    if (indent === 0) {
      const head = text.slice(start, Math.min(end, start + 20)).trimEnd();
      place = head === 'paths:' || head === 'channels:' ? { paths: 0, methods: 0, fields: 0, path: '', operation: undefined } : undefined;
    } else if (place !== undefined) {
      readLine(text.slice(start, Math.min(end, start + 2 * CHARS_MAX)), indent, place, operations);
    }
  }
  return operations;
}

/** Only lines at exactly the indentation of a level count: what is deeper belongs to a field, texts of several lines included. */
function readLine(line: string, indent: number, place: Place, operations: OperationText[]): void {
  if (place.paths === 0) place.paths = indent;
  if (indent === place.paths) {
    place.path = keyOf(line) ?? '';
    place.methods = 0;
    place.operation = undefined;
    return;
  }
  if (place.path === '') return;
  if (place.methods === 0) place.methods = indent;
  if (indent === place.methods) {
    const method = keyOf(line) ?? '';
    place.operation = METHODS.has(method) ? [method.toUpperCase(), cut(place.path), '', ''] : undefined;
    place.fields = 0;
    if (place.operation !== undefined) operations.push(place.operation);
    return;
  }
  if (place.operation === undefined) return;
  if (place.fields === 0) place.fields = indent;
  if (indent !== place.fields) return;
  if (line.startsWith('operationId:')) place.operation[2] = cut(unquote(line.slice('operationId:'.length)));
  else if (line.startsWith('summary:')) place.operation[3] = cut(unquote(line.slice('summary:'.length)));
}

function keyOf(line: string): string | undefined {
  const quote = line[0];
  if (quote === '"' || quote === "'") {
    const close = line.indexOf(quote, 1);
    return close === -1 ? undefined : line.slice(1, close);
  }
  const trimmed = line.trimEnd();
  if (trimmed.endsWith(':')) return trimmed.slice(0, -1);
  const colon = trimmed.indexOf(': ');
  return colon === -1 ? undefined : trimmed.slice(0, colon);
}

function unquote(value: string): string {
  const trimmed = value.trim();
  const quote = trimmed[0];
  return (quote === '"' || quote === "'") && trimmed.endsWith(quote) ? trimmed.slice(1, -1) : trimmed;
}

function cut(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, CHARS_MAX) : '';
}
