import type { Kysely, Transaction } from '@gatehouse/database';
import type { CatalogTables } from './tables.ts';
import { inChunks, insertRows } from './write-rows.ts';

/** A source claims an entity that another source has under another location key; the other one keeps it. */
export interface ConflictRecord {
  ref: string;
  source: string;
  locationKey?: string | undefined;
  heldBy: string;
  heldKey?: string | undefined;
  /** Milliseconds since 1970. */
  since: number;
}

/** Replaces what is known of the conflicts of `sources` by `conflicts`; those that continue keep the time when they began. */
export async function saveConflicts(
  tx: Transaction<CatalogTables>,
  sources: readonly string[],
  conflicts: readonly ConflictRecord[],
): Promise<void> {
  const before = await inChunks(sources, (chunk) => tx.selectFrom('catalog_conflicts').selectAll().where('source', 'in', chunk).execute());
  if (before.length === 0 && conflicts.length === 0) return;
  const since = new Map(before.map((row) => [JSON.stringify([row.ref, row.source]), row.since]));
  await inChunks(sources, (chunk) => tx.deleteFrom('catalog_conflicts').where('source', 'in', chunk).execute());
  const rows = new Map<string, (string | number | null)[]>();
  for (const { ref, source, locationKey, heldBy, heldKey, since: now } of conflicts) {
    const id = JSON.stringify([ref, source]);
    rows.set(id, [ref, source, locationKey ?? null, heldBy, heldKey ?? null, since.get(id) ?? now]);
  }
  const columns = ['ref', 'source', 'location_key', 'held_by', 'held_key', 'since'];
  await insertRows(tx, 'catalog_conflicts', columns, [...rows.values()]);
}

/** All conflicts, or those over `ref`, the oldest first. */
export async function readConflicts(db: Kysely<CatalogTables>, ref?: string): Promise<ConflictRecord[]> {
  const query = db.selectFrom('catalog_conflicts').selectAll().orderBy('since').orderBy('ref').orderBy('source');
  const rows = await (ref === undefined ? query : query.where('ref', '=', ref)).execute();
  return rows.map((row) => ({
    ref: row.ref,
    source: row.source,
    locationKey: row.location_key ?? undefined,
    heldBy: row.held_by,
    heldKey: row.held_key ?? undefined,
    since: row.since,
  }));
}
