import { ownValue } from '../openapi/definition-document.ts';
import { isSameJson } from './canonical-text.ts';
import type { DefinitionView } from './definition-view.ts';
import { extensionNames } from './operation/compare-remarks.ts';
import type { ComparisonContext } from './operation/operation-pair.ts';
import { securitySchemes } from './operation/security.ts';

const DOCUMENTATION = ['info', 'tags', 'externalDocs'];

/** Compares what is written about a definition as a whole. `servers` are left out: the gateway decides where it is reached. */
export function compareDocument(before: DefinitionView, after: DefinitionView, { log, budget }: ComparisonContext): void {
  const isSame = (key: string) => isSameJson(ownValue(before.root, key), ownValue(after.root, key), budget);
  const documentation = DOCUMENTATION.filter((key) => !isSame(key));
  if (documentation.length > 0) log.add('documentation-changed', undefined, 'definition', { name: documentation.join(', ') });
  if (!isSame('webhooks')) log.add('webhooks-changed', undefined, 'webhooks');
  const policies = [...new Set(extensionNames(before.root, after.root))].filter((key) => !isSame(key));
  const schemes = { before: securitySchemes(before), after: securitySchemes(after) };
  for (const [name, was] of schemes.before) {
    const is = schemes.after.get(name);
    if (is === undefined) continue;
    for (const key of new Set(extensionNames(was, is))) {
      if (!isSameJson(ownValue(was, key), ownValue(is, key), budget)) policies.push(`${key} of the security scheme "${name.slice(0, 50)}"`);
    }
  }
  if (policies.length > 0) log.add('policies-changed', undefined, 'definition', { name: policies.join(', ') });
}
