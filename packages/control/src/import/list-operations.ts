/** An operation as a document names it. */
export interface OperationInDefinition {
  method: string;
  path: string;
  operationId: string | null;
  summary: string | null;
}

const METHODS: ReadonlyMap<string, string> = new Map([
  ...['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'].map((method) => [method, method.toUpperCase()] as const),
  ['x-amazon-apigateway-any-method', 'ANY'],
]);

/** The operations of an OpenAPI document, as they stand in it, whatever else is wrong. Path items that are elsewhere are not followed. */
export function listOperations(document: Record<string, unknown> | null): OperationInDefinition[] {
  const operations: OperationInDefinition[] = [];
  for (const [path, item] of entriesOf(document?.paths)) {
    if (!path.startsWith('/')) continue;
    for (const [key, operation] of entriesOf(item)) {
      const method = METHODS.get(key);
      if (method === undefined || !isRecord(operation)) continue;
      operations.push({ method, path, operationId: textOrNull(operation.operationId), summary: textOrNull(operation.summary) });
    }
  }
  return operations;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, also of a number: YAML reads an unquoted version as one. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
