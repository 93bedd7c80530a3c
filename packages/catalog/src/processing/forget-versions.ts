import type { Database } from '@gatehouse/database';
import { readConflicts } from '../store/conflicts.ts';
import { readSourcesById, saveSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';

/** On this channel the node that scans hears that something is to be read before the schedule says so. */
export const WORK_CHANNEL = 'catalog_work';

/** Makes sources be read at the next scan of their provider, whatever their listing says; `isUrgent`: now. */
export async function forgetVersions(database: Database<CatalogTables>, ids: readonly string[], { isUrgent = false } = {}): Promise<void> {
  if (ids.length === 0) return;
  await database.transaction(async (tx) => {
    const records = await readSourcesById(tx, ids);
    await saveSources(
      tx,
      records.map((record) => ({ ...record, version: undefined })),
    );
    if (isUrgent) await database.notifier.notify(tx, WORK_CHANNEL);
  });
}

/** Sources that were refused an entity which nobody holds on to any more. */
export async function refusedSources(database: Database<CatalogTables>, released: ReadonlySet<string>): Promise<string[]> {
  if (released.size === 0) return [];
  return (await readConflicts(database.read)).filter(({ ref }) => released.has(ref)).map(({ source }) => source);
}
