import { isSameJson } from '../canonical-text.ts';
import type { WorkBudget } from '../work-budget.ts';
import { isTighter } from './limits.ts';
import { allows } from './merge-types.ts';
import type { PairWriter } from './pair-writer.ts';
import { isNever, type Limit, type LimitKeyword, type SchemaView } from './schema-view.ts';

/** Compares what two schemas say of a value itself. False: they have no type in common, and comparing further would be noise. */
export function compareValues(before: SchemaView, after: SchemaView, pair: PairWriter, budget: WorkBudget): boolean {
  if (!compareTypes(before, after, pair)) return false;
  compareEnums(before, after, pair);
  compareFormats(before, after, pair);
  comparePatterns(before, after, pair);
  for (const keyword of new Set([...before.limits.keys(), ...after.limits.keys()])) compareLimits(keyword, before, after, pair);
  if (before.isUnique !== after.isUnique) {
    pair.find(after.isUnique ? 'limit-tightened' : 'limit-loosened', {
      name: 'uniqueItems',
      before: before.isUnique,
      after: after.isUnique,
    });
  }
  compareMultiples(before.multipleOf, after.multipleOf, pair);
  if (before.discriminator !== after.discriminator && before.discriminator !== undefined && after.discriminator !== undefined) {
    pair.find('discriminator-changed', { before: before.discriminator, after: after.discriminator });
  }
  if (!isSameJson(before.default, after.default, budget)) pair.find('default-changed', { before: before.default, after: after.default });
  for (const key of new Set([...before.conditions.keys(), ...after.conditions.keys()])) {
    if (!isSameJson(before.conditions.get(key), after.conditions.get(key), budget)) pair.find('condition-changed', { name: key });
  }
  for (const key of new Set([...before.documentation.keys(), ...after.documentation.keys()])) {
    if (!isSameJson(before.documentation.get(key), after.documentation.get(key), budget)) {
      pair.find('documentation', {});
      break;
    }
  }
  return true;
}

/** The types of a schema as a sentence names them. */
export function typeLabel(view: SchemaView): string {
  if (isNever(view)) return 'nothing';
  const types = view.types === undefined ? 'any' : [...view.types].sort().join(' or ');
  return view.types !== undefined && view.isNullable ? `${types}${types === '' ? '' : ' or '}null` : types;
}

function compareTypes(before: SchemaView, after: SchemaView, pair: PairWriter): boolean {
  const narrower = isWithin(after, before);
  const wider = isWithin(before, after);
  const facts = { before: typeLabel(before), after: typeLabel(after) };
  if (!narrower && !wider) {
    pair.find('type-changed', facts);
    return false;
  }
  if (narrower && wider) {
    if (before.isNullable !== after.isNullable) pair.find(after.isNullable ? 'became-nullable' : 'became-not-nullable', {});
    return true;
  }
  pair.find(narrower ? 'type-narrowed' : 'type-widened', facts);
  if (before.types !== undefined && after.types !== undefined && before.isNullable !== after.isNullable) {
    pair.find(after.isNullable ? 'became-nullable' : 'became-not-nullable', {});
  }
  return !isNever(before) && !isNever(after);
}

function isWithin(one: SchemaView, other: SchemaView): boolean {
  const { types } = other;
  if (types === undefined) return true;
  return one.types !== undefined && [...one.types].every((type) => allows(types, type));
}

function compareEnums(before: SchemaView, after: SchemaView, pair: PairWriter): void {
  if (before.enum === undefined || after.enum === undefined) {
    if (after.enum !== undefined) pair.find('enum-added', { after: [...after.enum.values()] });
    if (before.enum !== undefined) pair.find('enum-removed', { before: [...before.enum.values()] });
    return;
  }
  const removed = missing(before.enum, after.enum);
  const added = missing(after.enum, before.enum);
  if (removed.length > 0) pair.find('enum-narrowed', { before: removed });
  if (added.length > 0) pair.find('enum-widened', { after: added });
}

function missing(from: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): unknown[] {
  return [...from].filter(([key]) => !others.has(key)).map(([, value]) => value);
}

/** Formats whose values are all values of the other one. */
const WITHIN: Readonly<Record<string, string>> = { int32: 'int64', float: 'double' };

function compareFormats(before: SchemaView, after: SchemaView, pair: PairWriter): void {
  const facts = { before: before.format, after: after.format };
  if (before.format === after.format) return;
  if (before.format === undefined || (after.format !== undefined && WITHIN[after.format] === before.format))
    pair.find('format-narrowed', facts);
  else if (after.format === undefined || WITHIN[before.format] === after.format) pair.find('format-widened', facts);
  else pair.find('format-changed', facts);
}

function comparePatterns(before: SchemaView, after: SchemaView, pair: PairWriter): void {
  const removed = [...before.patterns.difference(after.patterns)];
  const added = [...after.patterns.difference(before.patterns)];
  if (removed.length > 0 && added.length > 0) pair.find('pattern-changed', { before: removed.join(' and '), after: added.join(' and ') });
  else if (removed.length > 0) pair.find('pattern-removed', { before: removed.join(' and ') });
  else if (added.length > 0) pair.find('pattern-added', { after: added.join(' and ') });
}

function compareLimits(keyword: LimitKeyword, before: SchemaView, after: SchemaView, pair: PairWriter): void {
  const one = before.limits.get(keyword);
  const other = after.limits.get(keyword);
  const facts = { name: keyword, before: limitLabel(one), after: limitLabel(other) };
  if (other !== undefined && (one === undefined || isTighter(keyword, other, one))) pair.find('limit-tightened', facts);
  else if (one !== undefined && (other === undefined || isTighter(keyword, one, other))) pair.find('limit-loosened', facts);
}

function limitLabel(limit: Limit | undefined): unknown {
  return limit?.isExclusive ? `${limit.value} (exclusive)` : limit?.value;
}

function compareMultiples(before: number | undefined, after: number | undefined, pair: PairWriter): void {
  if (before === after) return;
  const facts = { name: 'multipleOf', before, after };
  if (before === undefined || (after !== undefined && isMultiple(after, before))) pair.find('limit-tightened', facts);
  else if (after === undefined || isMultiple(before, after)) pair.find('limit-loosened', facts);
  else pair.find('limit-changed', facts);
}

/** With room for decimal fractions that binary ones only come near to: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9;
}
