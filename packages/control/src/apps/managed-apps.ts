import type { Transaction } from '@gatehouse/database';
import { type Actor, recordAudit } from '../audit/record-audit.ts';
import { Refusal } from '../operation/refusal.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import { appsChanged } from './app-changed.ts';
import { type AppRow, deleteAppRow, findApp, insertApp, updateAppRow } from './apps-store.ts';
import { insertAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { type GivenSecrets, saveGivenCredentials } from './managed-credentials.ts';
import { toAppState } from './to-app.ts';

/** Who applies what a file declares: `managedBy` is `file`. */
export interface Managed {
  tx: Transaction<ControlTables>;
  key: AppsDependencies['key'];
  actor: Actor;
  managedBy: string;
  nowMs: number;
}

/** An app as a file declares it. Secrets that it does not give are made up when the app is first seen, and kept. */
export interface ManagedApp extends GivenSecrets {
  name: string;
  owner: string | null;
  description: string | null;
}

/**
 * Saves an app as it is declared, and takes over one that was made otherwise; true when that changed anything. Throws `Refusal`
 * `resource.exists` when its AppKey or AppCode is another app's.
 */
export async function saveApp(managed: Managed, app: ManagedApp): Promise<boolean> {
  const { tx, key, actor, managedBy, nowMs } = managed;
  const { name, owner, description } = app;
  const before = await findApp(tx, name);
  const row = before ?? (await insertApp(tx, { name, owner, description, managedBy }, nowMs));
  const rowChanged =
    before !== undefined && (before.owner !== owner || before.description !== description || before.managed_by !== managedBy);
  const credentialsChanged = await saveGivenCredentials(managed, row, app);
  if (before !== undefined && !rowChanged && !credentialsChanged) return false;
  if (before !== undefined) {
    const change = { owner, description, managed_by: managedBy };
    await updateAppRow(tx, before, { ...change, version: before.version + 1, updated_at: nowMs });
  }
  await appsChanged(tx, key, [row.id], nowMs);
  const after = { ...toAppState({ name, owner, description }), managedBy, ...(credentialsChanged ? { credentials: 'changed' } : {}) };
  const entry = { action: before === undefined ? 'apps.create' : 'apps.update', resource: `apps/${name}`, owner };
  await recordAudit(tx, actor, { ...entry, ...(before === undefined ? {} : { before: toAppState(before) }), after }, nowMs);
  return true;
}

/** Deletes an app that the file has no more; false when there is none that this file manages. */
export async function removeApp({ tx, key, actor, managedBy, nowMs }: Managed, name: string): Promise<boolean> {
  const app = await findApp(tx, name);
  if (app === undefined || app.managed_by !== managedBy) return false;
  await deleteAppRow(tx, app.id);
  await appsChanged(tx, key, [app.id], nowMs);
  await recordAudit(tx, actor, { action: 'apps.delete', resource: `apps/${name}`, owner: app.owner, before: toAppState(app) }, nowMs);
  return true;
}

/** Names of the apps that are managed so. */
export async function managedAppNames({ tx, managedBy }: Pick<Managed, 'tx' | 'managedBy'>): Promise<string[]> {
  const rows = await tx.selectFrom('apps').select('name').where('managed_by', '=', managedBy).orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/**
 * Makes the authorizations of an app that are managed so these, and leaves alone those that were given otherwise; true when that
 * changed anything. They are without end. Throws `Refusal` `reference.unknown` for an API or app that there is not.
 */
export async function setAuthorizations(
  managed: Managed,
  appName: string,
  wanted: readonly { api: string; environment: string }[],
): Promise<boolean> {
  const { tx, key, nowMs } = managed;
  const app = await findApp(tx, appName);
  if (app === undefined) throw new Refusal('reference.unknown', `There is no app "${appName}"`);
  const apis = await findApis(tx, appName, [...new Set(wanted.map(({ api }) => api))]);
  const kept = new Set<string>();
  let changed = false;
  for (const { api, environment } of wanted) {
    const { id, owner } = apis.get(api) ?? { id: '', owner: null };
    const grant = await grantForever(managed, app, id, environment);
    kept.add(grant.id);
    if (!grant.changed) continue;
    changed = true;
    await auditGrant(managed, { app, api, owner, environment, granted: true });
  }
  const existing = await tx
    .selectFrom('authorizations')
    .innerJoin('apis', 'apis.id', 'authorizations.api_id')
    .select(['authorizations.id', 'authorizations.environment', 'apis.name as api', 'apis.owner'])
    .where('authorizations.app_id', '=', app.id)
    .where('authorizations.managed_by', '=', managed.managedBy)
    .execute();
  for (const { id, api, owner, environment } of existing) {
    if (kept.has(id)) continue;
    changed = true;
    await tx.deleteFrom('authorizations').where('id', '=', id).execute();
    await auditGrant(managed, { app, api, owner, environment, granted: false });
  }
  if (changed) await appsChanged(tx, key, [app.id], nowMs);
  return changed;
}

async function findApis(
  tx: Transaction<ControlTables>,
  app: string,
  names: readonly string[],
): Promise<Map<string, { id: string; owner: string | null }>> {
  const rows = names.length === 0 ? [] : await tx.selectFrom('apis').select(['id', 'name', 'owner']).where('name', 'in', names).execute();
  const found = new Map(rows.map((row) => [row.name, row]));
  for (const name of names) {
    if (!found.has(name)) throw new Refusal('reference.unknown', `The app "${app}" is to call the API "${name}", which there is not`);
  }
  return found;
}

async function grantForever(
  { tx, actor, managedBy, nowMs }: Managed,
  app: AppRow,
  apiId: string,
  environment: string,
): Promise<{ id: string; changed: boolean }> {
  const { row, inserted } = await insertAuthorization(tx, {
    id: newId(),
    app_id: app.id,
    api_id: apiId,
    environment,
    expires_at: null,
    created_at: nowMs,
    created_by: actor.name,
    managed_by: managedBy,
  });
  const changed = !inserted && (row.managed_by !== managedBy || row.expires_at !== null);
  if (changed) {
    await tx.updateTable('authorizations').set({ managed_by: managedBy, expires_at: null }).where('id', '=', row.id).execute();
  }
  return { id: row.id, changed: inserted || changed };
}

async function auditGrant(
  { tx, actor, nowMs }: Managed,
  grant: { app: AppRow; api: string; owner: string | null; environment: string; granted: boolean },
): Promise<void> {
  const state = { app: grant.app.name, expiresAt: null };
  const entry = { resource: `apis/${grant.api}`, owner: grant.owner, environment: grant.environment };
  const what = grant.granted ? { action: 'apps.authorize', after: state } : { action: 'apps.unauthorize', before: state };
  await recordAudit(tx, actor, { ...entry, ...what }, nowMs);
}
