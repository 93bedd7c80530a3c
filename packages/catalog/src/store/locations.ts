import { randomUUID } from 'node:crypto';
import { isUniqueViolation, type Kysely, type Transaction } from '@gatehouse/database';
import { GONE } from './sources.ts';
import type { CatalogTables } from './tables.ts';

/** A location that was registered through the interface. */
export interface LocationRecord {
  id: string;
  type: string;
  target: string;
}

/** Registers a location; undefined when it exists. */
export async function addLocation(
  tx: Transaction<CatalogTables>,
  location: Omit<LocationRecord, 'id'>,
): Promise<LocationRecord | undefined> {
  const { type, target } = location;
  const row = { id: randomUUID(), type, target, created_at: Date.now() };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('catalog_locations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['type', 'target']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 0n ? undefined : { id: row.id, type, target };
}

/** Points a location elsewhere. `missing`: there is none with this id; `exists`: another one points there (the transaction is to end). */
export async function updateLocation(tx: Transaction<CatalogTables>, location: LocationRecord): Promise<'updated' | 'missing' | 'exists'> {
  const { id, type, target } = location;
  try {
    const { numUpdatedRows } = await tx
      .updateTable('catalog_locations')
      .set({ type, target })
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 0n ? 'missing' : 'updated';
  } catch (error) {
    if (isUniqueViolation(error)) return 'exists';
    throw error;
  }
}

/** Removes a location and returns what it was; undefined when there is none with this id. */
export async function removeLocation(tx: Transaction<CatalogTables>, id: string): Promise<LocationRecord | undefined> {
  const location = await readLocation(tx, id);
  await tx.deleteFrom('catalog_locations').where('id', '=', id).execute();
  return location;
}

export async function readLocation(db: Kysely<CatalogTables>, id: string): Promise<LocationRecord | undefined> {
  return db.selectFrom('catalog_locations').select(['id', 'type', 'target']).where('id', '=', id).executeTakeFirst();
}

export async function readLocationByTarget(db: Kysely<CatalogTables>, type: string, target: string): Promise<LocationRecord | undefined> {
  const query = db.selectFrom('catalog_locations').select(['id', 'type', 'target']);
  return query.where('type', '=', type).where('target', '=', target).executeTakeFirst();
}

/** All registered locations, sorted by id. */
export async function readLocations(db: Kysely<CatalogTables>): Promise<LocationRecord[]> {
  return db.selectFrom('catalog_locations').select(['id', 'type', 'target']).orderBy('id').execute();
}

/** Every location that was registered or is configured, once: configured ones are known from the first scan on. */
export async function readLocationPlaces(db: Kysely<CatalogTables>): Promise<Omit<LocationRecord, 'id'>[]> {
  const registered = await db.selectFrom('catalog_locations').select(['type', 'target']).execute();
  const scanned = await db
    .selectFrom('catalog_sources')
    .select(['type', 'target'])
    .where('id', '>=', 'root:')
    .where('id', '<', 'root;')
    .where(({ or, eb }) => or([eb('error', 'is', null), eb('error', '<>', GONE)]))
    .execute();
  const places = new Map([...scanned, ...registered].map((place) => [`${place.type}:${place.target}`, place]));
  return [...places.values()].sort((a, b) => (`${a.type}:${a.target}` < `${b.type}:${b.target}` ? -1 : 1));
}
