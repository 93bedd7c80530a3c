import type { Transaction } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { appsChanged } from './app-changed.ts';

/**
 * Takes back every authorization on an API that is about to be deleted, in the same transaction: a new API of the same name must not
 * be open to the apps of the old one. Returns how many there were.
 */
export async function forgetApi(tx: Transaction<ControlTables>, key: InstallationKey, apiId: string, nowMs: number): Promise<number> {
  const removed = await tx.deleteFrom('authorizations').where('api_id', '=', apiId).returning('app_id').execute();
  await appsChanged(tx, key, [...new Set(removed.map(({ app_id }) => app_id))], nowMs);
  return removed.length;
}
