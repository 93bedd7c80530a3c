import { isUniqueViolation } from '@gatehouse/database';
import { handedOver } from '../audit/handed-over.ts';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { describeBackend, takeName } from './add-backend.ts';
import type { BackendRow } from './backend-rows.ts';

/** What is absent stays as it is. */
export interface BackendEdit {
  name?: string | undefined;
  type?: string | undefined;
  description?: string | null | undefined;
  owner?: string | null | undefined;
}

/**
 * Changes name, description and owner; does nothing when they are so already. The type never changes: `backend.type-immutable`. A new
 * name (`resource.exists` when it is taken) changes no reference: they are by id, and definitions may go on to say the old one.
 */
export async function editBackend(change: Change, row: BackendRow, edit: BackendEdit): Promise<BackendRow> {
  const { tx, atMs } = change;
  if (edit.type !== undefined && edit.type !== row.type) {
    const detail = `The backend service "${row.name}" is of the type "${row.type}", and the type never changes: create another one`;
    throw new Refusal('backend.type-immutable', detail, { type: row.type });
  }
  const wanted = edited(row, edit, change.managedBy);
  if (wanted === row) return row;
  const after: BackendRow = { ...wanted, version: row.version + 1, updated_at: atMs };
  // Metrics and logs of gateways show the name.
  if (after.name !== row.name) await change.beginLive(`backends/${row.name}`);
  try {
    await tx.updateTable('backends').set(after).where('id', '=', row.id).execute();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('resource.exists', `There is a backend service "${after.name}" already`);
  }
  if (after.name !== row.name) await takeName(change, row.id, after.name);
  const states = { before: describeBackend(row), after: describeBackend(after) };
  const entry = { action: 'backends.update', resource: `backends/${after.name}`, owner: row.owner, ...states };
  change.audit(...handedOver(entry, after.owner));
  return after;
}

/** The row as it is to be; the same one when nothing of it changes. */
export function edited(row: BackendRow, edit: BackendEdit, managedBy: string | null): BackendRow {
  const wanted: BackendRow = {
    ...row,
    type: edit.type ?? row.type,
    name: edit.name ?? row.name,
    description: edit.description === undefined ? row.description : edit.description,
    owner: edit.owner === undefined ? row.owner : edit.owner,
    managed_by: managedBy ?? row.managed_by,
  };
  return (['type', 'name', 'description', 'owner', 'managed_by'] as const).every((key) => wanted[key] === row[key]) ? row : wanted;
}
