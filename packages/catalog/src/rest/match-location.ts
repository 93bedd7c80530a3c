import type { Condition } from '../query/condition.ts';
import { parsePredicate } from './parse-predicate.ts';
import type { LocationView } from './ports.ts';

/** Whether a predicate holds for a registered location; its fields are id, type, target and entityRef. */
export function matchesPredicate(query: unknown, location: LocationView): boolean {
  return holds(parsePredicate(query), location);
}

function holds(condition: Condition, location: LocationView): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, location));
  if ('any' in condition) return condition.any.some((part) => holds(part, location));
  if ('not' in condition) return !holds(condition.not, location);
  if (!('key' in condition)) return false;
  const value = fieldOf(location, condition.key);
  if (value === undefined) return false;
  if ('values' in condition) return condition.values.includes(value);
  if ('prefix' in condition) return value.startsWith(condition.prefix);
  // What is left asks for arrays, or only whether the field is there.
  return !('item' in condition || 'part' in condition);
}

function fieldOf(location: LocationView, key: string): string | undefined {
  if (key === 'id') return location.id.toLowerCase();
  if (key === 'type') return location.type.toLowerCase();
  if (key === 'target') return location.target.toLowerCase();
  return key === 'entityref' ? location.entityRef : undefined;
}
