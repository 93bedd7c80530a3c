import type { Database, Transaction } from '@gatehouse/database';
import { applyChanges } from '../store/apply-changes.ts';
import type { EntityMark } from '../store/catalog-store.ts';
import { readExpired, readOwnedBy } from '../store/owners.ts';
import { GONE, readSources, readSourcesById, removeSources, saveSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { purgeTombstones } from '../store/tombstones.ts';
import { type CommitOptions, lockWriters, orphaned } from './commit.ts';

/** Takes what `ids` gave for orphaned, or removes it when there is no grace period. Returns the refs that others may have now. */
export async function dropSources(
  tx: Transaction<CatalogTables>,
  ids: readonly string[],
  options: Pick<CommitOptions, 'orphans' | 'now'>,
): Promise<string[]> {
  await lockWriters(tx);
  const owned = await readOwnedBy(tx, ids);
  const marks: EntityMark[] = [];
  const remove: string[] = [];
  const waiting = new Set<string>();
  for (const owner of owned) {
    const mark = orphaned(owner, options);
    if (mark === 'remove') {
      remove.push(owner.ref);
      continue;
    }
    waiting.add(owner.source);
    if (mark !== undefined) marks.push(mark);
  }
  await applyChanges(tx, { marks, remove });
  await removeSources(
    tx,
    ids.filter((id) => !waiting.has(id)),
  );
  const kept = (await readSourcesById(tx, [...waiting])).filter(({ error }) => error !== GONE);
  if (kept.length > 0)
    await saveSources(
      tx,
      kept.map((record) => ({ ...record, error: GONE, version: undefined, refreshKeys: [] })),
    );
  return [...marks.map(({ ref }) => ref), ...remove];
}

/** Tombstones are kept for as long as another node may have been away. */
const TOMBSTONES_KEPT_MS = 7 * 86_400_000;

/** Removes entities whose grace period is over, sources that have nothing any more, and old tombstones. Returns the refs that are gone. */
export async function removeExpired(database: Database<CatalogTables>, now: number): Promise<string[]> {
  const expired = await readExpired(database.read, now);
  if (expired.length === 0) return [];
  return database.transaction(async (tx) => {
    await lockWriters(tx);
    // Again: what has come back meanwhile is not to be removed.
    const refs = await readExpired(tx, now);
    const { removed } = await applyChanges(tx, { remove: refs });
    const gone = (await readSources(tx)).filter(({ error }) => error === GONE).map(({ id }) => id);
    const busy = new Set((await readOwnedBy(tx, gone)).map(({ source }) => source));
    await removeSources(
      tx,
      gone.filter((id) => !busy.has(id)),
    );
    await purgeTombstones(tx, now - TOMBSTONES_KEPT_MS);
    return removed;
  });
}
