import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';

/** How long what has expired can still be seen, by whoever wonders why a call is refused. */
const KEPT_MS = 7 * 86_400_000;
/** Apps of one transaction, so that other changes get their turn. */
const APPS_MAX = 200;
const TABLES = ['credentials', 'authorizations'] as const;

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
    const changed = new Set<string>();
    for (const table of TABLES) {
      const apps = await tx.selectFrom(table).select('app_id').distinct().where('expires_at', '<', before).limit(APPS_MAX).execute();
      for (const { app_id } of apps) changed.add(app_id);
    }
    if (changed.size === 0) return 0;
    const ids = [...changed];
    await beginAppsChange(tx, ids, nowMs);
    let swept = 0;
    for (const table of TABLES) {
      const { numDeletedRows } = await tx
        .deleteFrom(table)
        .where('app_id', 'in', ids)
        .where('expires_at', '<', before)
        .executeTakeFirstOrThrow();
      swept += Number(numDeletedRows);
    }
    await writeDigests(tx, key, ids);
    return swept;
  });
}
