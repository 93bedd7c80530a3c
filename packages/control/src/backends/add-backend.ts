import { unavailableType } from '@gatehouse/contract';
import { isUniqueViolation } from '@gatehouse/database';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { newId } from '../schema/new-id.ts';
import type { BackendRow } from './backend-rows.ts';

export interface NewBackend {
  name: string;
  type: string;
  description: string | null;
  owner: string | null;
}

/** A region's rule: backend services of these types are not created there. */
export interface RegionRule {
  region: string | undefined;
  forbiddenBackendTypes: readonly string[];
}

/**
 * Makes a backend service that is not defined anywhere yet. Throws `resource.exists`, `backend.type-forbidden` and
 * `backend.type-unavailable`.
 */
export async function addBackend(change: Change, backend: NewBackend, rule: RegionRule): Promise<BackendRow> {
  const { tx, atMs, managedBy } = change;
  const { name, type } = backend;
  refuseForbidden(rule, type);
  const unavailable = unavailableType(type);
  if (unavailable !== undefined) throw new Refusal('backend.type-unavailable', unavailable, { type });
  // A snapshot names every backend service.
  await change.beginLive(`backends/${name}`);
  const row: BackendRow = { id: newId(), ...backend, managed_by: managedBy, version: 1, created_at: atMs, updated_at: atMs };
  try {
    await tx.insertInto('backends').values(row).execute();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('resource.exists', `There is a backend service "${name}" already`);
  }
  await takeName(change, row.id, name);
  change.audit({ action: 'backends.create', resource: `backends/${name}`, owner: row.owner, after: describeBackend(row) });
  return row;
}

/** Throws `backend.type-forbidden`. */
export function refuseForbidden({ region, forbiddenBackendTypes }: RegionRule, type: string): void {
  if (!forbiddenBackendTypes.includes(type)) return;
  const detail = `Backend services of the type "${type}" are not allowed in the region ${region ?? 'of this installation'}`;
  throw new Refusal('backend.type-forbidden', detail, { region: region ?? null, type });
}

/** From now on the name leads to this backend service, and no more to one that had it before. */
export async function takeName({ tx }: Change, backendId: string, name: string): Promise<void> {
  await tx
    .insertInto('backend_names')
    .values({ name, backend_id: backendId })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ backend_id: backendId }))
    .execute();
}

/** What the audit tells of a backend service. */
export function describeBackend({ name, type, description, owner, managed_by }: NewBackend & Pick<BackendRow, 'managed_by'>) {
  return { name, type, description, owner, managedBy: managed_by };
}
