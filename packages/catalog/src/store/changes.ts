import type { Kysely } from '@gatehouse/database';
import type { CatalogTables } from './tables.ts';

/** How far somebody has read: all up to the entity `ref` of change `number`. */
export interface ChangePosition {
  number: number;
  ref: string;
}

/** The position before everything. */
export const BEGINNING: ChangePosition = { number: 0, ref: '' };

/** An entity as the last change left it; what came between is not kept. */
export interface ChangedEntity {
  ref: string;
  number: number;
  uid: string;
  deleted: boolean;
  source: string;
  orphan: boolean;
  removeAt: number | null;
  /** Hash of the definition that is kept apart, and what is indexed of it (DefinitionWords as JSON). */
  definition: string | null;
  words: string | null;
  /** JSON texts, as in `EntityTable`. */
  status: string | null;
  relations: string;
  entity: string;
}

export interface ChangePage {
  changes: ChangedEntity[];
  /** Where to go on. */
  position: ChangePosition;
  /** True: tombstones that the reader has not seen are gone, so it must forget what it has and begin anew. */
  lost: boolean;
}

/** The changes after `position`, at most `limit`, the oldest first. From the beginning only what exists is told. */
export async function changesSince(db: Kysely<CatalogTables>, position: ChangePosition, limit: number): Promise<ChangePage> {
  const fromTheStart = position.number === 0;
  if (!fromTheStart && position.number < (await readHorizon(db))) return { changes: [], position: BEGINNING, lost: true };
  const rows = await db
    .selectFrom('catalog_entities as entities')
    .leftJoin('catalog_definitions as definitions', 'definitions.hash', 'entities.definition')
    .select([
      'entities.ref',
      'entities.number',
      'entities.uid',
      'entities.source',
      'entities.orphan',
      'entities.remove_at',
      'entities.deleted_at',
      'entities.definition',
      'definitions.words',
      'entities.status',
      'entities.relations',
      'entities.entity',
    ])
    .where((eb) => eb(eb.refTuple('entities.number', 'entities.ref'), '>', eb.tuple(position.number, position.ref)))
    .orderBy('entities.number')
    .orderBy('entities.ref')
    .limit(limit)
    .execute();
  const changes = rows.map(({ orphan, remove_at, deleted_at, ...row }) => ({
    ...row,
    orphan: orphan === 1,
    removeAt: remove_at,
    deleted: deleted_at !== null,
  }));
  const last = changes.at(-1);
  return { changes, position: last === undefined ? position : { number: last.number, ref: last.ref }, lost: false };
}

async function readHorizon(db: Kysely<CatalogTables>): Promise<number> {
  const row = await db.selectFrom('catalog_horizon').select('number').where('id', '=', 1).executeTakeFirst();
  return row?.number ?? 0;
}

/** Number of the last change that left an entity or a tombstone; 0 before there is one. */
export async function newestChange(db: Kysely<CatalogTables>): Promise<number> {
  const row = await db
    .selectFrom('catalog_entities')
    .select((select) => select.fn.max('number').as('number'))
    .executeTakeFirst();
  return Number(row?.number ?? 0);
}
