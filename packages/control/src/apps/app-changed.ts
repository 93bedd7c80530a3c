import { addDigest, digestOfApp } from '@gatehouse/contract';
import type { Transaction } from '@gatehouse/database';
import { recordChange } from '../changes/record-change.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { readAppRecords } from './app-records.ts';
import { addToSums } from './credentials-state.ts';

/** SQLite takes 32,766 parameters in one statement; this keeps memory small, too. */
const APPS_PER_STATEMENT = 500;

/**
 * Begins a change of apps: writes the change log, so that nodes hear of it, before any row is touched. The first number that a
 * transaction takes locks out whoever else changes apps or what is live, so every row after it is locked in nobody's way, and two
 * transactions that change one app do not each make a digest without what the other one did.
 */
export async function beginAppsChange(tx: Transaction<ControlTables>, ids: readonly string[], nowMs: number): Promise<void> {
  for (const id of ids) await recordChange(tx, 'app', id, nowMs);
}

/** Ends what `beginAppsChange` began: writes the digests of the apps as they are now, and the sums. Those that are gone may be named. */
export async function writeDigests(tx: Transaction<ControlTables>, key: InstallationKey, ids: readonly string[]): Promise<void> {
  let added: [number, number] = [0, 0];
  for (let start = 0; start < ids.length; start += APPS_PER_STATEMENT) {
    const apps = await tx
      .selectFrom('apps')
      .select(['id', 'name', 'owner', 'digest_a', 'digest_b'])
      .where('id', 'in', ids.slice(start, start + APPS_PER_STATEMENT))
      .execute();
    const before = new Map(apps.map((app) => [app.id, [app.digest_a, app.digest_b] as const]));
    for (const record of await readAppRecords(tx, key, apps)) {
      const [digest_a, digest_b] = digestOfApp(record);
      await tx.updateTable('apps').set({ digest_a, digest_b }).where('id', '=', record.id).execute();
      added = addDigest(addDigest(added, [digest_a, digest_b]), before.get(record.id) ?? [0, 0], -1);
    }
  }
  await addToSums(tx, 0, added);
}

/** Both, for what has taken a number already, or has touched no row that others change too. */
export async function appsChanged(
  tx: Transaction<ControlTables>,
  key: InstallationKey,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  await beginAppsChange(tx, ids, nowMs);
  await writeDigests(tx, key, ids);
}
