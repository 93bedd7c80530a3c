import { ownValue } from '../../openapi/definition-document.ts';
import type { Limit, LimitKeyword } from './schema-view.ts';

export type Limits = Map<LimitKeyword, Limit>;

const UPPER: readonly LimitKeyword[] = ['maxLength', 'maxItems', 'maxProperties', 'maximum'];
const LOWER: readonly LimitKeyword[] = ['minLength', 'minItems', 'minProperties'];

/** The limits with those of another schema that must hold too; where both have one, the tighter. */
export function tightenLimits(limits: Limits | undefined, part: object): Limits | undefined {
  const tighten = (keyword: LimitKeyword, value: unknown, isExclusive = false) => {
    // Nothing is shorter than zero.
    if (typeof value !== 'number' || (value <= 0 && LOWER.includes(keyword))) return;
    const limit = { value, isExclusive };
    const present = limits?.get(keyword);
    if (present === undefined || isTighter(keyword, limit, present)) limits = (limits ?? new Map()).set(keyword, limit);
  };
  for (const keyword of LOWER) tighten(keyword, ownValue(part, keyword));
  for (const keyword of UPPER) if (keyword !== 'maximum') tighten(keyword, ownValue(part, keyword));
  // A boolean beside the limit until 3.0, a limit of its own from 3.1 on.
  const above = ownValue(part, 'exclusiveMinimum');
  tighten('minimum', ownValue(part, 'minimum'), above === true);
  tighten('minimum', above, true);
  const below = ownValue(part, 'exclusiveMaximum');
  tighten('maximum', ownValue(part, 'maximum'), below === true);
  tighten('maximum', below, true);
  return limits;
}

/** Whether a limit allows less than another one of the same keyword. */
export function isTighter(keyword: LimitKeyword, limit: Limit, than: Limit): boolean {
  if (limit.value === than.value) return limit.isExclusive && !than.isExclusive;
  return UPPER.includes(keyword) ? limit.value < than.value : limit.value > than.value;
}
