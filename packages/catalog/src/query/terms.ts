import { ANNOTATION_ORPHAN, type Entity } from '../model/index.ts';
import type { ChangedEntity } from '../store/changes.ts';
import type { Column } from './column.ts';
import { NO_VALUE } from './entity-index.ts';
import { flattenEntity } from './flatten-entity.ts';
import { PostingTable } from './posting-table.ts';

const COLUMN_FACTOR = 2 ** 32;

/**
 * The terms of an entity, without repetition and sorted by column: column * 2 and value, or column * 2 + 1 and value for an item of
 * an array. New keys and values get their numbers.
 */
export function termsOf(change: ChangedEntity, columnId: (key: string) => number, column: (id: number) => Column | undefined): number[] {
  const terms = new Set<number>();
  const intern = (id: number, text: string) => column(id)?.values.intern(text) ?? NO_VALUE;
  const sink = {
    value: (key: string, value: string | null) => {
      const id = columnId(key);
      terms.add(id * 2 * COLUMN_FACTOR + (value === null ? NO_VALUE : intern(id, value)));
    },
    item: (key: string, item: string) => {
      const id = columnId(key);
      const owner = column(id);
      if (owner === undefined) return;
      owner.items ??= new PostingTable();
      terms.add((id * 2 + 1) * COLUMN_FACTOR + intern(id, item));
    },
  };
  flattenEntity(servedEntity(change), change.uid, sink);
  // A definition that is kept apart is longer than any value that counts.
  if (change.definition !== null) sink.value('spec.definition', null);
  const sorted = Float64Array.from(terms).sort();
  const flat: number[] = [];
  for (const term of sorted) flat.push(Math.floor(term / COLUMN_FACTOR), term % COLUMN_FACTOR);
  return flat;
}

/** The entity with what the catalog adds to its content. */
export function servedEntity(change: { entity: string; orphan: boolean }): Entity {
  const entity = JSON.parse(change.entity) as Entity;
  if (change.orphan) entity.metadata.annotations = { ...entity.metadata.annotations, [ANNOTATION_ORPHAN]: 'true' };
  return entity;
}
