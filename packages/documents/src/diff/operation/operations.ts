import type { ChangedOperation } from '@gatehouse/contract';
import { isObject, ownValue } from '../../openapi/definition-document.ts';
import { parsePathTemplate } from '../../openapi/path-template.ts';
import { type DefinitionView, entriesOf, textOf } from '../definition-view.ts';
import { cut } from '../shown-value.ts';

/** Keys of a path item that hold operations, and the methods they stand for. */
const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  options: 'OPTIONS',
  head: 'HEAD',
  patch: 'PATCH',
  trace: 'TRACE',
  'x-amazon-apigateway-any-method': 'ANY',
};

/** One operation of a definition. */
export interface Operation {
  definition: DefinitionView;
  name: ChangedOperation;
  /** The path without the names of its parameters, which is what an operation is known by. */
  shape: string;
  /** Names of the path parameters, in order. */
  pathParameters: readonly string[];
  /** As it is written, references followed. */
  value: Record<string, unknown>;
  pathItem: Record<string, unknown>;
}

/** Operations by shape of their path, then by method. */
export type Operations = ReadonlyMap<string, ReadonlyMap<string, Operation>>;

export function readOperations(definition: DefinitionView | undefined): Operations {
  const shapes = new Map<string, Map<string, Operation>>();
  if (definition === undefined) return shapes;
  for (const [path, written] of entriesOf(definition.child(definition.root, 'paths'))) {
    if (path.startsWith('x-')) continue;
    const { shape, pathParameters } = readTemplate(path);
    const pathItem = readPathItem(written, definition);
    for (const [key, method] of Object.entries(METHODS)) {
      const value = definition.resolve(ownValue(pathItem, key));
      if (value === undefined) continue;
      const operationId = textOf(value, 'operationId');
      const name = { method, path: cut(path, 4096), ...(operationId === undefined ? {} : { operationId: cut(operationId, 200) }) };
      const operations = shapes.get(shape) ?? new Map<string, Operation>();
      shapes.set(shape, operations);
      // The importer refuses two paths of one shape; were there two, the first would be the one that is routed.
      if (!operations.has(method)) operations.set(method, { definition, name, shape, pathParameters, value, pathItem });
    }
  }
  return shapes;
}

/** A path item may refer to another one and add to it. */
function readPathItem(written: unknown, definition: DefinitionView): Record<string, unknown> {
  const target = definition.resolve(written) ?? {};
  return isObject(written) && written !== target ? { ...target, ...written } : target;
}

function readTemplate(path: string): { shape: string; pathParameters: readonly string[] } {
  const template = parsePathTemplate(path);
  if ('shape' in template) return { shape: template.shape, pathParameters: template.parameterNames };
  // Not routed, so it is compared by what it looks like.
  const pathParameters = [...path.slice(0, 4096).matchAll(/\{([^{}]{1,256})\}/g)].map((match) => match[1] ?? '');
  return { shape: path.slice(0, 4096).replaceAll(/\{[^{}]{1,256}\}/g, '{}') + path.slice(4096), pathParameters };
}
