import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { appsChanged } from './app-changed.ts';

/** How long what has expired can still be seen, by whoever wonders why a call is refused. */
const KEPT_MS = 7 * 86_400_000;
/** Apps of one transaction, so that other changes get their turn. */
const APPS_MAX = 200;

/**
 * Deletes credentials and authorizations that expired more than seven days ago; returns how many. They have had no effect since they
 * expired, so this is no change for the audit.
 */
export async function sweepExpired(database: Database<ControlTables>, key: InstallationKey, nowMs: number): Promise<number> {
  let swept = 0;
  for (;;) {
    const count = await sweepSome(database, key, nowMs);
    if (count === 0) return swept;
    swept += count;
  }
}

async function sweepSome(database: Database<ControlTables>, key: InstallationKey, nowMs: number): Promise<number> {
  const before = nowMs - KEPT_MS;
  return database.transaction(async (tx) => {
    let swept = 0;
    const changed = new Set<string>();
    for (const table of ['credentials', 'authorizations'] as const) {
      const apps = await tx.selectFrom(table).select('app_id').distinct().where('expires_at', '<', before).limit(APPS_MAX).execute();
      if (apps.length === 0) continue;
      const ids = apps.map(({ app_id }) => app_id);
      const { numDeletedRows } = await tx
        .deleteFrom(table)
        .where('app_id', 'in', ids)
        .where('expires_at', '<', before)
        .executeTakeFirstOrThrow();
      swept += Number(numDeletedRows);
      for (const id of ids) changed.add(id);
    }
    await appsChanged(tx, key, [...changed], nowMs);
    return swept;
  });
}
