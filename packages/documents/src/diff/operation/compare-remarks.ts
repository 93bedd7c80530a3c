import { ownValue } from '../../openapi/definition-document.ts';
import { isSameJson } from '../canonical-text.ts';
import { entriesOf, textOf } from '../definition-view.ts';
import type { OperationPair } from './operation-pair.ts';
import type { Operation } from './operations.ts';

const DOCUMENTATION = ['summary', 'description', 'tags', 'externalDocs'];
const INTEGRATIONS = ['x-gatehouse-integration', 'x-amazon-apigateway-integration'];

/** Compares what is said about an operation and what the gateway is told, neither of which changes the contract with callers. */
export function compareRemarks(pair: OperationPair): void {
  const { before, after, context } = pair;
  const isSame = (key: string) => isSameJson(ownValue(before.value, key), ownValue(after.value, key), context.budget);
  const wasDeprecated = ownValue(before.value, 'deprecated') === true;
  const isDeprecated = ownValue(after.value, 'deprecated') === true;
  if (wasDeprecated !== isDeprecated) pair.add(isDeprecated ? 'operation-deprecated' : 'operation-reactivated', 'operation');
  const operationIds = { before: textOf(before.value, 'operationId'), after: textOf(after.value, 'operationId') };
  if (operationIds.before !== operationIds.after) pair.add('operation-id-changed', 'operation', operationIds);
  if (!isSame('callbacks')) pair.add('callbacks-changed', 'callbacks');
  for (const key of DOCUMENTATION) if (!isSame(key)) pair.documentationChanged(key);
  // Values are left out of the message: integrations and policies may hold credentials for the backend.
  if (INTEGRATIONS.some((key) => !isSameJson(integration(before, key), integration(after, key), context.budget))) {
    pair.add('integration-changed', 'integration');
  }
  const keys = new Set([before, after].flatMap(({ value, pathItem }) => extensionNames(value, pathItem)));
  const changed = [...keys].filter((key) => !isSameJson(extension(before, key), extension(after, key), context.budget));
  if (changed.length > 0) pair.add('policies-changed', 'policies', { name: changed.join(', ') });
}

/** Names of extensions that the gateway acts on, integrations and methods excepted. */
export function extensionNames(...owners: unknown[]): string[] {
  return owners
    .flatMap((owner) => entriesOf(owner).map(([key]) => key))
    .filter((key) => key.startsWith('x-gatehouse-') || key.startsWith('x-amazon-apigateway-'))
    .filter((key) => !INTEGRATIONS.includes(key) && key !== 'x-amazon-apigateway-any-method');
}

/** An integration of the path applies to operations without one. */
function integration({ definition, value, pathItem }: Operation, key: string): unknown {
  return definition.resolve(ownValue(value, key) ?? ownValue(pathItem, key));
}

/** Policies of the path and of the operation apply one after the other. */
function extension({ value, pathItem }: Operation, key: string): unknown {
  return [ownValue(pathItem, key), ownValue(value, key)];
}
