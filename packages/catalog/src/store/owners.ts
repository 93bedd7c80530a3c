import type { Kysely } from '@gatehouse/database';
import type { EntityOwner } from './catalog-store.ts';
import type { CatalogTables } from './tables.ts';
import { inChunks } from './write-rows.ts';

type Reader = Kysely<CatalogTables>;

/** Who has the entities `refs`; those that do not exist, or no longer, are missing. */
export async function readOwners(db: Reader, refs: readonly string[]): Promise<Map<string, EntityOwner>> {
  const rows = await inChunks(refs, (chunk) => owners(db).where('ref', 'in', chunk).execute());
  return new Map(rows.map((row) => [row.ref, toOwner(row)]));
}

/** The entities of `sources`, sorted by ref. */
export async function readOwnedBy(db: Reader, sources: readonly string[]): Promise<EntityOwner[]> {
  const rows = await inChunks(sources, (chunk) => owners(db).where('source', 'in', chunk).orderBy('ref').execute());
  return rows.map(toOwner);
}

/** Refs of entities whose grace period ended before `now` (ms since 1970). */
export async function readExpired(db: Reader, now: number): Promise<string[]> {
  const rows = await db
    .selectFrom('catalog_entities')
    .select('ref')
    .where('remove_at', '<=', now)
    .where('deleted_at', 'is', null)
    .orderBy('ref')
    .execute();
  return rows.map(({ ref }) => ref);
}

/** Refs of the entities that `parents` lead to. */
export async function readChildren(db: Reader, parents: readonly string[]): Promise<{ ref: string; parentRef: string }[]> {
  const rows = await inChunks(parents, (chunk) =>
    db.selectFrom('catalog_parents').select(['ref', 'parent_ref']).where('parent_ref', 'in', chunk).execute(),
  );
  return rows.map((row) => ({ ref: row.ref, parentRef: row.parent_ref }));
}

/** Refs of the Location entities that lead to `refs`. */
export async function readParents(db: Reader, refs: readonly string[]): Promise<{ ref: string; parentRef: string }[]> {
  const rows = await inChunks(refs, (chunk) =>
    db.selectFrom('catalog_parents').select(['ref', 'parent_ref']).where('ref', 'in', chunk).orderBy('parent_ref').execute(),
  );
  return rows.map((row) => ({ ref: row.ref, parentRef: row.parent_ref }));
}

function owners(db: Reader) {
  return db
    .selectFrom('catalog_entities')
    .select(['ref', 'uid', 'source', 'location_key', 'orphan', 'remove_at'])
    .where('deleted_at', 'is', null);
}

function toOwner(row: {
  ref: string;
  uid: string;
  source: string;
  location_key: string | null;
  orphan: number;
  remove_at: number | null;
}): EntityOwner {
  const { ref, uid, source } = row;
  return {
    ref,
    uid,
    source,
    locationKey: row.location_key ?? undefined,
    orphan: row.orphan === 1,
    removeAt: row.remove_at ?? undefined,
  };
}
