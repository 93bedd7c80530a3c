import type { ServerProblem } from '../../server/server-error.ts';
import type { PolicyUse } from '../apis/written-draft.ts';
import { checkValue } from '../schema-form/check-value.ts';
import type { FormProblem } from '../schema-form/field-view.tsx';
import type { JsonSchema } from '../schema-form/json-schema.ts';
import type { PolicyKind } from './server/policies.ts';

/** A policy while its list is being changed; `id` tells it from others of its name. */
export interface PolicyEntry extends PolicyUse {
  id: number;
}

/** What is wrong with each of these policies, by its position, as far as their schemas tell. */
export function checkPolicies(entries: readonly PolicyUse[], kinds: readonly PolicyKind[]): Map<number, FormProblem[]> {
  const found = new Map<number, FormProblem[]>();
  for (const [index, { name, config }] of entries.entries()) {
    const kind = kinds.find((each) => each.name === name);
    const problems =
      kind === undefined ? [{ path: [], message: `There is no policy "${name}" here.` }] : checkValue(kind.config as JsonSchema, config);
    if (problems.length > 0) found.set(index, problems);
  }
  return found;
}

/** Of a refusal, what is about the policies (`body.policies[1].cors.allowOrigins`), by position; and what is not. */
export function sortProblems(problems: readonly ServerProblem[]): { byPolicy: Map<number, FormProblem[]>; others: ServerProblem[] } {
  const byPolicy = new Map<number, FormProblem[]>();
  const others: ServerProblem[] = [];
  for (const problem of problems) {
    const [body, policies, index, , ...path] = problem.path ?? [];
    if (body !== 'body' || policies !== 'policies' || typeof index !== 'number') {
      others.push(problem);
      continue;
    }
    const list = byPolicy.get(index) ?? [];
    byPolicy.set(index, list);
    list.push({ path, message: withoutPath(problem.message) });
  }
  return { byPolicy, others };
}

/** Messages begin with the place, which a form shows by showing them there: `[0].rate-limit.limit must be …`. */
function withoutPath(message: string): string {
  return message.replace(/^\[\d{1,4}\]\.[^\s]{1,300} /, '');
}

/** A configuration in a few words: `limit 100, window 1s`. */
export function summarize(config: unknown): string {
  if (typeof config !== 'object' || config === null) return '';
  const parts = Object.entries(config).flatMap(([name, value]) => {
    if (Array.isArray(value))
      return value.length === 0
        ? []
        : [
            `${name} ${value
              .filter((item) => typeof item !== 'object')
              .slice(0, 3)
              .join(', ')}`,
          ];
    if (typeof value === 'object' && value !== null) return [`${name} ${Object.keys(value).slice(0, 3).join(', ')}`];
    return [`${name} ${String(value)}`];
  });
  return parts.slice(0, 4).join(' · ');
}

/** With one of them somewhere else. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
