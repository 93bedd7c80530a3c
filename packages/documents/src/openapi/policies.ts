import type { PolicyUse } from '@gatehouse/contract';
import { type Cursor, formatPlace, isObject, setOwn } from './definition-document.ts';
import type { ImportContext } from './import-context.ts';
import { substitute } from './placeholders.ts';

/** `x-gatehouse-policies` of the document, a path item or an operation; what is wrong is reported with its place. */
export function readPolicies(owner: Cursor, context: ImportContext): PolicyUse[] {
  const list = owner.get('x-gatehouse-policies');
  if (list === undefined) return [];
  if (!Array.isArray(list.value)) {
    const message = 'x-gatehouse-policies must be a list of policies, such as [{ rate-limit: { limit: 100, window: 1s } }]';
    context.report.error('definition.wrong-type', message, list);
    return [];
  }
  const value = list.value.map((item) => fillPlaceholders(item, context.parameters, 0));
  return validatePolicyList(value, list, context, { isWritten: true });
}

/**
 * Validates a `policies` list. With `isWritten`, the list stands in the document just so, and every problem and policy gets the place
 * of its part; else it was derived from what stands at the cursor.
 */
export function validatePolicyList(
  value: unknown[],
  at: Cursor,
  context: ImportContext,
  { isWritten }: { isWritten: boolean },
): PolicyUse[] {
  const { policies, issues } = context.validatePolicies(value);
  for (const issue of issues) {
    let spot = at;
    for (const part of isWritten ? issue.path : []) spot = spot.get(part) ?? spot;
    context.report.error('policy.invalid', issue.message, spot);
  }
  // With issues, entries may be left out, and an index no longer tells which entry a policy was.
  const isAligned = isWritten && issues.length === 0 && policies.length === value.length;
  return policies.map((policy, index) => {
    const place = formatPlace((isAligned ? at.get(index) : undefined)?.place() ?? at.place());
    return place === undefined ? policy : { ...policy, at: place };
  });
}

function fillPlaceholders(value: unknown, parameters: Readonly<Record<string, string>>, depth: number): unknown {
  if (typeof value === 'string') return substitute(value, parameters).text;
  if (depth > 50) return null;
  if (Array.isArray(value)) return value.map((item) => fillPlaceholders(item, parameters, depth + 1));
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, fillPlaceholders(item, parameters, depth + 1));
  return copy;
}
