import type { Transaction } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { Refusal } from '../operation/refusal.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type AppRow, findApp } from './apps-store.ts';
import { insertAuthorization, type NamedAuthorization, selectAuthorizations } from './authorizations-store.ts';
import { beginManaged, endManaged, type Managed } from './managed.ts';

export interface ManagedGrant {
  api: string;
  environment: string;
}

type Existing = Pick<NamedAuthorization, 'api' | 'environment' | 'managed_by' | 'expires_at'>;

/** The app has these authorizations from the file, without end, and no others from it. `existing`: all of the app. */
export function isGrantedSo(existing: readonly Existing[], wanted: readonly ManagedGrant[], managedBy: string): boolean {
  const keys = new Set(wanted.map(keyOf));
  const ours = existing.filter((row) => row.managed_by === managedBy);
  return ours.length === keys.size && ours.every((row) => row.expires_at === null && keys.has(keyOf(row)));
}

/**
 * Makes the authorizations of an app that are managed so these, and leaves alone those that were given otherwise; true when that
 * changed anything. They are without end. Throws `Refusal` `reference.unknown` for an API or app that there is not.
 */
export async function setAuthorizations(managed: Managed, appName: string, wanted: readonly ManagedGrant[]): Promise<boolean> {
  const { tx, managedBy } = managed;
  const app = await findApp(tx, appName);
  if (app === undefined) throw new Refusal('reference.unknown', `There is no app "${appName}"`);
  if (isGrantedSo(await readGrants(tx, app), wanted, managedBy)) return false;
  await beginManaged(managed, app.id);
  // Again: only now nobody else authorizes.
  const existing = await readGrants(tx, app);
  const apis = await findApis(tx, appName, [...new Set(wanted.map(({ api }) => api))]);
  const known = new Map(existing.map((row) => [keyOf(row), row]));
  const keys = new Set<string>();
  for (const { api, environment } of wanted) {
    if (keys.has(keyOf({ api, environment }))) continue;
    keys.add(keyOf({ api, environment }));
    const { id, owner } = apis.get(api) ?? { id: '', owner: null };
    const before = known.get(keyOf({ api, environment }));
    if (before?.managed_by === managedBy && before.expires_at === null) continue;
    await grantForever(managed, { app, apiId: id, environment, before });
    await auditGrant(managed, { app, api, owner, environment, before, after: { managedBy, expiresAt: null } });
  }
  for (const before of existing) {
    if (before.managed_by !== managedBy || keys.has(keyOf(before))) continue;
    await tx.deleteFrom('authorizations').where('id', '=', before.id).execute();
    await auditGrant(managed, { app, api: before.api, owner: before.api_owner, environment: before.environment, before });
  }
  await endManaged(managed, app.id);
  return true;
}

function readGrants(tx: Transaction<ControlTables>, app: AppRow) {
  return selectAuthorizations(tx).select('apis.owner as api_owner').where('authorizations.app_id', '=', app.id).execute();
}

function keyOf({ api, environment }: ManagedGrant): string {
  return `${api} ${environment}`;
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
  { app, apiId, environment, before }: { app: AppRow; apiId: string; environment: string; before: NamedAuthorization | undefined },
): Promise<void> {
  if (before !== undefined) {
    await tx.updateTable('authorizations').set({ managed_by: managedBy, expires_at: null }).where('id', '=', before.id).execute();
    return;
  }
  await insertAuthorization(tx, {
    id: newId(),
    app_id: app.id,
    api_id: apiId,
    environment,
    expires_at: null,
    created_at: nowMs,
    created_by: actor.name,
    managed_by: managedBy,
  });
}

interface AuditedGrant {
  app: AppRow;
  api: string;
  owner: string | null;
  environment: string;
  before?: Existing | undefined;
  after?: { managedBy: string; expiresAt: null };
}

async function auditGrant({ tx, actor, nowMs }: Managed, { app, api, owner, environment, before, after }: AuditedGrant): Promise<void> {
  const entry = {
    action: after === undefined ? 'apps.unauthorize' : 'apps.authorize',
    resource: `apis/${api}`,
    owner,
    environment,
    ...(before === undefined
      ? {}
      : { before: { app: app.name, expiresAt: toTimestampOrNull(before.expires_at), managedBy: before.managed_by } }),
    ...(after === undefined ? {} : { after: { app: app.name, ...after } }),
  };
  await recordAudit(tx, actor, entry, nowMs);
}
