import type { OperationPair } from './operation-pair.ts';
import { type Requirement, readSecurity, requirementLabel } from './security.ts';

const LOCATION = 'security';

/** Whether callers that were let in still are, and with which credentials. */
export function compareSecurity(pair: OperationPair): void {
  const before = readSecurity(pair.before);
  const after = readSecurity(pair.after);
  if (before.isOpen && !after.isOpen) pair.add('security-added', LOCATION, { after: after.alternatives.map(requirementLabel) });
  if (!before.isOpen && after.isOpen) pair.add('security-removed', LOCATION, { before: before.alternatives.map(requirementLabel) });
  const olds = without(before.alternatives, after.alternatives);
  const news = without(after.alternatives, before.alternatives);
  const matched = new Set<Requirement>();
  for (const old of olds) {
    const changed =
      news.find((one) => !matched.has(one) && isSameAsked(old, one)) ?? news.find((one) => !matched.has(one) && isSameNamed(old, one));
    if (changed !== undefined) {
      matched.add(changed);
      compareRequirement(old, changed, pair);
    } else if (!after.isOpen && !after.alternatives.some((one) => isSatisfiedBy(one, old))) {
      pair.add('security-alternative-removed', LOCATION, { name: requirementLabel(old), before: requirementLabel(old) });
    }
  }
  // Where anybody was let in, what is asked for now has been said.
  if (before.isOpen && !after.isOpen) return;
  for (const one of news) {
    if (!matched.has(one)) pair.add('security-alternative-added', LOCATION, { name: requirementLabel(one), after: requirementLabel(one) });
  }
}

function without(these: readonly Requirement[], those: readonly Requirement[]): Requirement[] {
  const known = new Set(those.map(textOf));
  return these.filter((one) => !known.has(textOf(one)));
}

function textOf(requirement: Requirement): string {
  return JSON.stringify([...requirement].map(([asked, { scopes }]) => [asked, [...scopes].sort()]).sort());
}

function isSameAsked(one: Requirement, other: Requirement): boolean {
  return one.size === other.size && [...one.keys()].every((asked) => other.has(asked));
}

function isSameNamed(one: Requirement, other: Requirement): boolean {
  return requirementLabel(one) === requirementLabel(other);
}

/** Whether callers with the credentials of `given` satisfy a requirement. */
function isSatisfiedBy(requirement: Requirement, given: Requirement): boolean {
  return [...requirement].every(([asked, { scopes }]) => {
    const has = given.get(asked);
    return has !== undefined && scopes.isSubsetOf(has.scopes);
  });
}

function compareRequirement(old: Requirement, changed: Requirement, pair: OperationPair): void {
  const others = [...changed];
  for (const [index, [asked, was]] of [...old].entries()) {
    const is = changed.get(asked);
    if (is === undefined) {
      pair.add('security-scheme-changed', LOCATION, { name: was.name, before: asked, after: others[index]?.[0] });
      continue;
    }
    const facts = { name: was.name, before: [...was.scopes], after: [...is.scopes] };
    if (!is.scopes.isSubsetOf(was.scopes)) pair.add('security-scope-added', LOCATION, facts);
    else if (!was.scopes.isSubsetOf(is.scopes)) pair.add('security-scope-removed', LOCATION, facts);
  }
}
