import { handedOver } from '../audit/handed-over.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { newId } from '../schema/new-id.ts';
import { type AppRow, deleteAppRow, findApp, insertApp, updateAppRow } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import { beginManaged, endManaged, type Managed } from './managed.ts';
import { credentialsNeed, type GivenSecrets, saveGivenCredentials } from './managed-credentials.ts';
import { toAppState } from './to-app.ts';

export type { Managed } from './managed.ts';
export { setAuthorizations } from './managed-authorizations.ts';

/** An app as a file declares it. Secrets that it does not give are made up when the app is first seen, and kept. */
export interface ManagedApp extends GivenSecrets {
  name: string;
  owner: string | null;
  description: string | null;
}

/** What the audit says of credentials: never which. */
const TOLD = { nothing: {}, make: { credentials: 'made' }, release: { credentials: 'released' }, give: { credentials: 'given' } };

/**
 * Saves an app as it is declared, and takes over one that was made otherwise; true when that changed anything. Throws `Refusal`
 * `resource.exists` when its AppKey or AppCode is another app's.
 */
export async function saveApp(managed: Managed, app: ManagedApp): Promise<boolean> {
  const { tx, actor, managedBy, nowMs } = managed;
  const { name, owner, description } = app;
  const before = await findApp(tx, name);
  const existing = before === undefined ? [] : await credentialsOf(tx, before.id);
  const need = credentialsNeed(managed, existing, app);
  if (before !== undefined && need === 'nothing' && isDeclaredSo(before, app, managedBy)) return false;
  const id = before?.id ?? newId();
  await beginManaged(managed, id);
  const row = before ?? (await insertApp(tx, { id, name, owner, description, managedBy }, nowMs));
  await saveGivenCredentials(managed, row, existing, app, need);
  if (before !== undefined) {
    const change = { owner, description, managed_by: managedBy };
    await updateAppRow(tx, before, { ...change, version: before.version + 1, updated_at: nowMs });
  }
  await endManaged(managed, id);
  const entry = {
    action: before === undefined ? 'apps.create' : 'apps.update',
    resource: `apps/${name}`,
    owner: before === undefined ? owner : before.owner,
    ...(before === undefined ? {} : { before: { ...toAppState(before), managedBy: before.managed_by } }),
    after: { ...toAppState({ name, owner, description }), managedBy, ...TOLD[need] },
  };
  for (const each of handedOver(entry, owner)) await recordAudit(tx, actor, each, nowMs);
  return true;
}

/** The row says of the app what the file does; credentials apart. */
export function isDeclaredSo(
  row: Pick<AppRow, 'owner' | 'description' | 'managed_by'>,
  { owner, description }: Pick<ManagedApp, 'owner' | 'description'>,
  managedBy: string,
): boolean {
  return row.owner === owner && row.description === description && row.managed_by === managedBy;
}

/** Deletes an app that the file has no more; false when there is none that this file manages. */
export async function removeApp(managed: Managed, name: string): Promise<boolean> {
  const { tx, actor, managedBy, nowMs } = managed;
  const app = await findApp(tx, name);
  if (app === undefined || app.managed_by !== managedBy) return false;
  await beginManaged(managed, app.id);
  await deleteAppRow(tx, app.id);
  await recordAudit(tx, actor, { action: 'apps.delete', resource: `apps/${name}`, owner: app.owner, before: toAppState(app) }, nowMs);
  return true;
}

/** Names of the apps that are managed so. */
export async function managedAppNames({ tx, managedBy }: Pick<Managed, 'tx' | 'managedBy'>): Promise<string[]> {
  const rows = await tx.selectFrom('apps').select('name').where('managed_by', '=', managedBy).orderBy('name').execute();
  return rows.map(({ name }) => name);
}
