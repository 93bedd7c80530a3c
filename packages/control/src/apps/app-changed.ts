import { digestOfApp } from '@gatehouse/contract';
import type { Transaction } from '@gatehouse/database';
import { recordChange } from '../changes/record-change.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { readAppRecords } from './app-records.ts';

/** SQLite takes 32,766 parameters in one statement; this keeps memory small, too. */
const APPS_PER_STATEMENT = 500;

/**
 * Ends every change of apps: writes the change log, so that nodes hear of it, and the apps' digests. The numbers are taken first: two
 * transactions that change one app would otherwise each make a digest without what the other one did.
 */
export async function appsChanged(
  tx: Transaction<ControlTables>,
  key: InstallationKey,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  for (const id of ids) await recordChange(tx, 'app', id, nowMs);
  for (let start = 0; start < ids.length; start += APPS_PER_STATEMENT) {
    const apps = await tx
      .selectFrom('apps')
      .select(['id', 'name', 'owner'])
      .where('id', 'in', ids.slice(start, start + APPS_PER_STATEMENT))
      .execute();
    for (const record of await readAppRecords(tx, key, apps)) {
      const [digest_a, digest_b] = digestOfApp(record);
      await tx.updateTable('apps').set({ digest_a, digest_b }).where('id', '=', record.id).execute();
    }
  }
}
