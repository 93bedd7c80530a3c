import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, fieldOf } from '../document/value.ts';

/** One operation as lists show it. */
export interface OperationEntry {
  /** `GET /pets/{id}`: the same in every version of a definition, so links keep their meaning. */
  key: string;
  method: string;
  path: string;
  summary: string | undefined;
  operationId: string | undefined;
  deprecated: boolean;
  /** Where its path item is in the document, which may be a reference. */
  at: readonly string[];
  /** What a search looks through first, in lower case. */
  words: string;
  /** The beginning of its description, in lower case. */
  about: string;
}

export interface OperationGroup {
  name: string;
  description: string | undefined;
  /** Positions in `operations`. */
  operations: readonly number[];
}

/** What an OpenAPI document lists. */
export interface OpenApiIndex {
  version: string;
  title: string | undefined;
  operations: readonly OperationEntry[];
  groups: readonly OperationGroup[];
  /** Where its schemas are, and their names. */
  schemasAt: readonly string[];
  schemas: readonly string[];
}

/** Methods of path items, in the order in which people expect them; `query` came with OpenAPI 3.2. */
const METHODS = ['get', 'query', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'];
const ABOUT_MAX = 2_000;
const WITHOUT_TAG = 'Other operations';
const WEBHOOKS = 'Webhooks';

/** Lists what is in an OpenAPI document of version 2 or 3. */
export function indexOpenApi(document: ApiDocument): OpenApiIndex {
  const operations: OperationEntry[] = [];
  const groups = new Map<string, number[]>();
  const tags = new Map(asList(document.at(['tags'])).map((tag) => [asWord(fieldOf(asFields(tag), 'name')) ?? '', asFields(tag)]));
  for (const name of tags.keys()) groups.set(name, []);
  const add = (entry: OperationEntry, group: string) => {
    const listed = groups.get(group);
    const position = operations.at(-1) === entry ? operations.length - 1 : operations.push(entry) - 1;
    if (listed === undefined) groups.set(group, [position]);
    else listed.push(position);
  };
  for (const { at, path } of pathItems(document)) {
    const item = document.fields(document.at(at));
    for (const method of methodsOf(item)) {
      const operation = asFields(fieldOf(item, method));
      if (operation === undefined) continue;
      const named = asList(operation.tags).flatMap((tag) => asWord(tag) ?? []);
      const entry = toEntry(operation, method, path, at, named);
      const webhook = at[0] !== 'paths';
      for (const group of webhook ? [WEBHOOKS] : named.length > 0 ? new Set(named) : [WITHOUT_TAG]) add(entry, group);
    }
  }
  const schemasAt = document.at(['swagger']) === undefined ? ['components', 'schemas'] : ['definitions'];
  return {
    version: asWord(document.at(['openapi'])) ?? asWord(document.at(['swagger'])) ?? '',
    title: asText(fieldOf(document.fields(document.at(['info'])), 'title')),
    operations,
    groups: [...groups]
      .filter(([, listed]) => listed.length > 0)
      .map(([name, listed]) => ({ name, description: asText(tags.get(name)?.description), operations: listed })),
    schemasAt,
    schemas: document.namesAt(schemasAt),
  };
}

function pathItems(document: ApiDocument): { at: string[]; path: string }[] {
  return ['paths', 'webhooks', 'x-webhooks'].flatMap((place) =>
    document
      .namesAt([place])
      .filter((path) => place !== 'paths' || path.startsWith('/'))
      .map((path) => ({ at: [place, path], path })),
  );
}

function methodsOf(item: object): string[] {
  return METHODS.filter((method) => Object.hasOwn(item, method));
}

function toEntry(operation: Readonly<Record<string, unknown>>, method: string, path: string, at: string[], tags: string[]): OperationEntry {
  const summary = asText(operation.summary);
  const operationId = asWord(operation.operationId);
  const METHOD = method.toUpperCase();
  return {
    key: `${METHOD} ${path}`,
    method: METHOD,
    path,
    summary,
    operationId,
    deprecated: operation.deprecated === true,
    at,
    words: [METHOD, path, summary, operationId, ...tags].join(' ').toLowerCase(),
    about: (asText(operation.description) ?? '').slice(0, ABOUT_MAX).toLowerCase(),
  };
}
