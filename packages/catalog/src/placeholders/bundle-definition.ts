import { CORE_SCHEMA, dump } from 'js-yaml';
import { isMap } from '../model/entity.ts';
import { type LocationRef, stringifyLocationRef } from '../model/location-ref.ts';
import { parseText } from './parse-text.ts';
import type { ReadLog } from './read-log.ts';

/** Nesting beyond this is no definition of anybody; it would end the stack. */
const DEPTH_MAX = 400;
/** Values of the bundled definition. */
const VALUES_MAX = 5_000_000;
const CHARACTERS_MAX = 128 * 1024 * 1024;

interface Document {
  id: string;
  location: LocationRef;
  value: unknown;
}

interface Target {
  document: Document;
  path: string[];
  value: unknown;
}

/**
 * One text out of a definition of several files (OpenAPI, AsyncAPI): what a `$ref` to another document names stands where it
 * is first referred to, and later references point there, so circular ones stay references. A definition that refers to no other document is
 * given back as it is written. Throws an Error that names the reference which leads nowhere.
 */
export async function bundleDefinition(text: string, location: LocationRef, log: ReadLog): Promise<string> {
  const root: Document = { id: stringifyLocationRef(location), location, value: parseText(text, location.target) };
  const documents = new Map([[root.id, root]]);
  await loadAll(root, documents, log);
  if (documents.size === 1) return text;
  const bundled = new Bundle(root, documents, log).run();
  const isJson = /^\s{0,1000}\{/.test(text);
  return isJson ? `${JSON.stringify(bundled, null, 2)}\n` : dump(bundled, { schema: CORE_SCHEMA, lineWidth: -1, noRefs: true });
}

/** Reads every document that is referred to, directly or not. */
async function loadAll(root: Document, documents: Map<string, Document>, log: ReadLog): Promise<void> {
  const queue = [root];
  // The queue grows while it is worked off.
  for (const document of queue) {
    for (const reference of referencesIn(document.value)) {
      const [target] = split(reference);
      if (target === '') continue;
      const location = locate(target, document, log);
      const id = stringifyLocationRef(location);
      if (documents.has(id)) continue;
      const content = await log.read(location).catch((error: unknown) => {
        throw new Error(`the reference ${reference} in ${document.location.target} could not be followed, ${error}`);
      });
      const loaded = { id, location, value: parseText(content.text, location.target) };
      documents.set(id, loaded);
      queue.push(loaded);
    }
  }
}

function locate(target: string, from: Document, log: ReadLog): LocationRef {
  try {
    const location = log.resolve(target, from.location);
    // `a.yaml#/x` of a document and the document itself are one file.
    return location.type === 'url' ? { ...location, target: location.target.split('#')[0] ?? '' } : location;
  } catch (error) {
    throw new Error(`the reference ${target} in ${from.location.target} is no address, ${error}`);
  }
}

function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const visit = (item: unknown, depth: number): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    if (depth > DEPTH_MAX) throw new Error(`it is nested more than ${DEPTH_MAX} deep`);
    seen.add(item);
    const reference = referenceOf(item);
    if (reference !== undefined) found.add(reference);
    for (const child of Object.values(item)) visit(child, depth + 1);
  };
  visit(value, 0);
  return found;
}

class Bundle {
  readonly #root: Document;
  readonly #documents: ReadonlyMap<string, Document>;
  readonly #log: ReadLog;
  /** Where each foreign value was put, by document and pointer. */
  readonly #placed = new Map<string, string>();
  #values = 0;
  #characters = 0;

  constructor(root: Document, documents: ReadonlyMap<string, Document>, log: ReadLog) {
    this.#root = root;
    this.#documents = documents;
    this.#log = log;
  }

  run(): unknown {
    return this.#copy(this.#root.value, this.#root, [], 0);
  }

  /** A copy of a value of `document`, to stand at `at` of the bundled definition. */
  #copy(value: unknown, document: Document, at: readonly string[], depth: number): unknown {
    if (typeof value === 'string') this.#characters += value.length;
    if (this.#characters > CHARACTERS_MAX)
      throw new Error(`it is larger than ${CHARACTERS_MAX / 2 ** 20} MiB once its references are followed`);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEPTH_MAX) throw new Error(`it is nested more than ${DEPTH_MAX} deep once its references are followed`);
    if (++this.#values > VALUES_MAX) throw new Error(`it has more than ${VALUES_MAX} values once its references are followed`);
    const reference = referenceOf(value);
    if (reference !== undefined) {
      const target = this.#target(reference, document);
      if (target !== undefined) return this.#replace(value as Record<string, unknown>, target, document, at, depth);
    }
    if (Array.isArray(value)) return value.map((item, index) => this.#copy(item, document, [...at, String(index)], depth + 1));
    return this.#copyEntries(Object.entries(value), document, at, depth);
  }

  #copyEntries(entries: readonly [string, unknown][], document: Document, at: readonly string[], depth: number): Record<string, unknown> {
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#copy(item, document, [...at, key], depth + 1)]));
  }

  #replace(value: Record<string, unknown>, target: Target, document: Document, at: readonly string[], depth: number): unknown {
    // What else stands beside the reference (a description, in OpenAPI 3.1) belongs to this use of it.
    const siblings = Object.entries(value).filter(([key]) => key !== '$ref');
    const refer = (pointer: string) => ({ $ref: pointer, ...this.#copyEntries(siblings, document, at, depth) });
    if (target.document === this.#root) return refer(`#${toPointer(target.path)}`);
    const id = `${target.document.id}#${toPointer(target.path)}`;
    const placed = this.#placed.get(id);
    if (placed !== undefined) return refer(placed);
    this.#placed.set(id, `#${toPointer(at)}`);
    const copy = this.#copy(target.value, target.document, at, depth + 1);
    return siblings.length > 0 && isMap(copy) ? { ...copy, ...this.#copyEntries(siblings, document, at, depth) } : copy;
  }

  /** What a reference names; undefined for one that is to stay as it is: within the root document, or no JSON Pointer (`#anchor`). */
  #target(reference: string, from: Document): Target | undefined {
    const [file, fragment] = split(reference);
    if (file === '' && from === this.#root) return undefined;
    const document = file === '' ? from : this.#documents.get(stringifyLocationRef(locate(file, from, this.#log)));
    const path = pointerParts(fragment);
    if (document === undefined || path === undefined) return undefined;
    let value = document.value;
    for (const part of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
        throw new Error(`the reference ${reference} in ${from.location.target} leads nowhere`);
      }
      value = (value as Record<string, unknown>)[part];
    }
    return { document, path, value };
  }
}

/** The text of `$ref` when a value is a reference to follow. */
function referenceOf(value: object): string | undefined {
  const reference = isMap(value) && Object.hasOwn(value, '$ref') ? value.$ref : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

function split(reference: string): [file: string, fragment: string] {
  const hash = reference.indexOf('#');
  return hash === -1 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash + 1)];
}

/** The keys of a JSON Pointer (RFC 6901) in a URI fragment. */
function pointerParts(fragment: string): string[] | undefined {
  if (fragment === '' || fragment === '/') return [];
  if (!fragment.startsWith('/')) return undefined;
  let decoded = fragment;
  try {
    decoded = decodeURIComponent(fragment);
  } catch {
    // A percent sign that is no sequence: the author wrote the pointer itself, not its URI form.
  }
  return decoded
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function toPointer(path: readonly string[]): string {
  return path.map((part) => `/${encodeURIComponent(part.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
