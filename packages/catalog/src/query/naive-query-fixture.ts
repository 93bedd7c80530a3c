import type { Entity, EntityRelation } from '../model/index.ts';
import type { Condition, OrderField } from './condition.ts';

/** Backstage's search rows of an entity, computed the plain way (buildEntitySearch), as an oracle for the index. */
export interface SearchRow {
  key: string;
  value: string | null;
  original: string | null;
}

export function toSearchRows(entity: Entity, uid: string, relations: readonly EntityRelation[]): SearchRow[] {
  const rows: SearchRow[] = [];
  const special = ['attachments', 'relations', 'status', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.etag'];
  const push = (key: string, raw: unknown) => {
    const text = raw === undefined || raw === null ? null : String(raw);
    if (text !== null && key.length > 200) return;
    const fits = text !== null && text.length <= 200;
    rows.push({ key: key.toLowerCase(), value: fits ? text.toLowerCase() : null, original: fits ? text : null });
  };
  const visit = (path: string, value: unknown): void => {
    if (special.includes(path)) return;
    if (Array.isArray(value)) {
      for (const item of value) {
        visit(path, item);
        if (typeof item === 'string') push(`${path}.${item}`, true);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, member);
    } else push(path, value);
  };
  visit('', entity);
  push('metadata.name', entity.metadata.name);
  push('metadata.namespace', entity.metadata.namespace ?? 'default');
  push('metadata.uid', uid);
  for (const { type, targetRef } of relations) push(`relations.${type}`, targetRef);
  return rows;
}

export interface NaiveEntity {
  ref: string;
  rows: SearchRow[];
  relations: readonly EntityRelation[];
}

export function holdsNaively(entity: NaiveEntity, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every((part) => holdsNaively(entity, part));
  if ('any' in condition) return condition.any.some((part) => holdsNaively(entity, part));
  if ('not' in condition) return !holdsNaively(entity, condition.not);
  if ('types' in condition) {
    const { types, targets } = condition;
    return entity.relations.some(
      ({ type, targetRef }) => types?.includes(type.toLowerCase()) !== false && targets?.includes(targetRef) !== false,
    );
  }
  if ('item' in condition) return entity.rows.some(({ key, value }) => key === `${condition.key}.${condition.item}` && value === 'true');
  const rows = entity.rows.filter(({ key }) => key === condition.key);
  if ('values' in condition) return rows.some(({ value }) => value !== null && condition.values.includes(value));
  if ('prefix' in condition) return rows.some(({ value }) => value?.startsWith(condition.prefix) === true);
  if ('part' in condition) return rows.some(({ value }) => value?.includes(condition.part) === true);
  return rows.length > 0;
}

export function sortNaively(entities: readonly NaiveEntity[], order: readonly OrderField[]): NaiveEntity[] {
  const smallest = (entity: NaiveEntity, field: string) =>
    entity.rows
      .filter(({ key, value }) => key === field.toLowerCase() && value !== null)
      .map(({ value }) => value ?? '')
      .sort(byCodeUnit)[0];
  return [...entities].sort((a, b) => {
    for (const { field, order: direction } of order) {
      const left = smallest(a, field);
      const right = smallest(b, field);
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      return byCodeUnit(left, right) * (direction === 'asc' ? 1 : -1);
    }
    return byCodeUnit(a.ref, b.ref);
  });
}

export function facetNaively(entities: readonly NaiveEntity[], facet: string): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const values = new Set(entity.rows.filter(({ key }) => key === facet.toLowerCase()).map(({ original }) => original));
    for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return Array.from(counts, ([value, count]) => ({ value, count })).sort((a, b) => byCodeUnit(a.value, b.value));
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
