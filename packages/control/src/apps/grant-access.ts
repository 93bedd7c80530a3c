import { apps } from '@gatehouse/contract/management';
import type { Transaction } from '@gatehouse/database';
import { type Actor, recordAudit } from '../audit/record-audit.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';
import { type AuthorizationRow, findAuthorization, insertAuthorization } from './authorizations-store.ts';

/** An app is to call an API in an environment. */
export interface AppGrant {
  app: { id: string; name: string };
  api: { id: string; name: string; owner: string | null };
  environment: string;
  /** ms since the epoch; null: without end. */
  expiresAt: number | null;
}

/** Writes an authorization, or the new expiry of the one that there is, with its audit. `beginAppsChange` must have been called. */
export async function writeGrant(
  tx: Transaction<ControlTables>,
  key: InstallationKey,
  { app, api, environment, expiresAt }: AppGrant,
  existing: AuthorizationRow | undefined,
  { actor, nowMs }: { actor: Actor; nowMs: number },
): Promise<AuthorizationRow> {
  const row = {
    ...(existing ?? {
      id: newId(),
      app_id: app.id,
      api_id: api.id,
      environment,
      created_at: nowMs,
      created_by: actor.name,
      managed_by: null,
    }),
    expires_at: expiresAt,
  };
  if (existing === undefined) await insertAuthorization(tx, row);
  else await tx.updateTable('authorizations').set({ expires_at: expiresAt }).where('id', '=', row.id).execute();
  await writeDigests(tx, key, [app.id]);
  // An entry of the API's: who may call it is what its owners are asked about.
  const entry = { action: apps.createAuthorization.id, resource: `apis/${api.name}`, owner: api.owner, environment };
  const before = existing === undefined ? {} : { before: { app: app.name, expiresAt: toTimestampOrNull(existing.expires_at) } };
  const after = { app: app.name, expiresAt: toTimestampOrNull(expiresAt) };
  await recordAudit(tx, actor, { ...entry, ...before, after }, nowMs);
  return row;
}

/** How other features authorize apps, in transactions of their own. */
export interface AppGrants {
  /** To be called before any row is touched: from here on nobody else changes apps, or what is live. */
  begin(tx: Transaction<ControlTables>, appId: string, nowMs: number): Promise<void>;
  /** What the app is authorized for already stays when it is the file's, or lasts as long. */
  grant(tx: Transaction<ControlTables>, grant: AppGrant, by: { actor: Actor; nowMs: number }): Promise<void>;
}

export function createAppGrants(key: InstallationKey): AppGrants {
  return {
    begin: (tx, appId, nowMs) => beginAppsChange(tx, [appId], nowMs),
    async grant(tx, grant, by) {
      const existing = await findAuthorization(tx, grant.app.id, grant.api.id, grant.environment);
      if (existing !== undefined && (existing.managed_by !== null || existing.expires_at === grant.expiresAt)) return;
      await writeGrant(tx, key, grant, existing, by);
    },
  };
}
