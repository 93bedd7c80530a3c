import type { AppRecord } from '@gatehouse/contract';
import type { Kysely, Selectable } from 'kysely';
import type { AppsTable, ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { openSecret } from './credentials-store.ts';

type AppRow = Pick<Selectable<AppsTable>, 'id' | 'name' | 'owner'>;

/**
 * The records of apps as nodes get them, secrets in clear; three statements, however many apps. What has expired is in them until it is
 * swept: nodes look at the time themselves.
 */
export async function readAppRecords(db: Kysely<ControlTables>, key: InstallationKey, apps: readonly AppRow[]): Promise<AppRecord[]> {
  if (apps.length === 0) return [];
  const ids = apps.map(({ id }) => id);
  const records = new Map<string, AppRecord>();
  for (const { id, name, owner } of apps) {
    records.set(id, owner === null ? { id, name, keys: [], grants: [] } : { id, name, owner, keys: [], grants: [] });
  }
  const credentials = await db
    .selectFrom('credentials')
    .select(['id', 'app_id', 'app_key', 'secret_sealed', 'code_hash', 'expires_at'])
    .where('app_id', 'in', ids)
    .orderBy('app_key')
    .execute();
  for (const row of credentials) {
    const record = { appKey: row.app_key, appSecret: openSecret(key, row), codeHash: row.code_hash };
    records.get(row.app_id)?.keys.push(row.expires_at === null ? record : { ...record, notAfterMs: row.expires_at });
  }
  const grants = await db
    .selectFrom('authorizations')
    .innerJoin('apis', 'apis.id', 'authorizations.api_id')
    .select(['authorizations.app_id', 'apis.name as api', 'authorizations.environment', 'authorizations.expires_at'])
    .where('authorizations.app_id', 'in', ids)
    .execute();
  for (const { app_id, api, environment, expires_at } of grants) {
    records.get(app_id)?.grants.push(expires_at === null ? { api, environment } : { api, environment, notAfterMs: expires_at });
  }
  return [...records.values()];
}
