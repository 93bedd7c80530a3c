import { isObject } from '../openapi/definition-document.ts';
import type { WorkBudget } from './work-budget.ts';

/** Deeper than the importer lets anything be; it would end the stack. */
const DEPTH_MAX = 450;

let cuts = 0;

/** The same text for the same JSON value, whatever the order of its keys. What is nested too deep is equal to nothing. */
export function canonicalText(value: unknown, budget: WorkBudget, depth = 0): string {
  budget.spend();
  if (depth > DEPTH_MAX) return `…${cuts++}`;
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, budget, depth + 1)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key], budget, depth + 1)}`);
  return `{${entries.join(',')}}`;
}

export function isSameJson(one: unknown, other: unknown, budget: WorkBudget): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  return canonicalText(one, budget) === canonicalText(other, budget);
}
