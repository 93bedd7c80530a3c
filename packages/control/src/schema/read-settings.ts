import type { NetworkAccess } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { SnapshotSettings } from '../snapshot/build-snapshot.ts';
import type { ControlTables } from './tables.ts';

/** What the row of settings holds. */
export interface StoredSettings extends SnapshotSettings {
  /** Where backend services of type vpc may lead. */
  networks?: NetworkAccess[];
}

/** What the installation says beside its resources: environments, and what is true of every API. It is there before anything else is. */
export async function readSettings(db: Kysely<ControlTables>): Promise<StoredSettings> {
  const row = await db.selectFrom('settings').select('content').executeTakeFirst();
  if (row === undefined) throw new Error('There are no settings yet: they are written at the first start');
  return JSON.parse(row.content) as StoredSettings;
}
