import { accessRequests } from '@gatehouse/contract/management';
import type { Transaction } from '@gatehouse/database';
import { type Actor, recordAudit } from '../audit/record-audit.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { Grant } from './dependencies.ts';

/**
 * Whoever authorizes an app without its request has decided that, too: it does not wait any longer, and nobody who approves it later
 * changes until when the app was authorized.
 */
export async function approvePending(
  tx: Transaction<ControlTables>,
  { app, api, environment }: Grant,
  { actor, nowMs }: { actor: Actor; nowMs: number },
): Promise<void> {
  const approved = await tx
    .updateTable('access_requests')
    .set({ state: 'approved', decided_by: actor.name, decided_at: nowMs })
    .where('app_id', '=', app.id)
    .where('api_id', '=', api.id)
    .where('environment', '=', environment)
    .where('state', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  if (approved === undefined) return;
  const entry = {
    action: accessRequests.approveAccess.id,
    resource: `apis/${api.name}`,
    owner: api.owner,
    environment,
    before: { state: 'pending' },
    after: { request: approved.id, app: app.name, state: 'approved' },
  };
  await recordAudit(tx, actor, entry, nowMs);
}
