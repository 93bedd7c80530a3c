import { accessRequests } from '@gatehouse/contract/management';
import type { Transaction } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { toExpiry, toTimestampOrNull } from '../operation/timestamp.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { findRequestToDecide, type RequestRow, toAccessRequest } from './request-rows.ts';
import { settleRequest } from './settle-request.ts';

/** The request is approved and the app authorized, or neither. */
export function approveAccess({ database, grants, nowMs }: AccessRequestsDependencies): Implementation {
  return implement(accessRequests.approveAccess, async (call) => {
    const { params, body, caller } = call;
    const now = nowMs();
    const expiresAt = toExpiry(body.expiresAt, now);
    const row = await database.transaction(async (tx) => {
      const early = await findRequestToDecide(tx, caller, params.id);
      await grants.begin(tx, early.app_id, now);
      // Again: it may have been decided, its API handed over or unpublished, while we waited. Now nobody publishes or unpublishes.
      const pending = await findRequestToDecide(tx, caller, params.id);
      await refuseUnpublished(tx, pending);
      const settled = await settleRequest(tx, pending, {
        state: 'approved',
        decided_by: caller.name,
        decided_at: now,
        answer: body.answer ?? null,
      });
      const grant = {
        app: { id: pending.app_id, name: pending.app },
        api: { id: pending.api_id, name: pending.api, owner: pending.api_owner },
        environment: pending.environment,
        expiresAt,
      };
      const actor = toActor(call);
      await grants.grant(tx, grant, { actor, nowMs: now });
      const entry = {
        action: accessRequests.approveAccess.id,
        resource: `apis/${pending.api}`,
        owner: pending.api_owner,
        environment: pending.environment,
        before: { state: pending.state },
        after: { request: pending.id, app: pending.app, state: settled.state, expiresAt: toTimestampOrNull(expiresAt) },
      };
      await recordAudit(tx, actor, entry, now);
      return settled;
    });
    return { body: toAccessRequest(row, caller) };
  });
}

/** What is authorized while nothing is live would open the API unseen, when it is published again. */
async function refuseUnpublished(tx: Transaction<ControlTables>, { api, api_id, environment }: RequestRow): Promise<void> {
  const live = await tx
    .selectFrom('publications')
    .select('revision')
    .where('api_id', '=', api_id)
    .where('environment', '=', environment)
    .executeTakeFirst();
  if (live !== undefined) return;
  const detail = `The API "${api}" is not published in ${environment} any more: publish it there first, or reject the request`;
  throw new Refusal('api.not-published', detail);
}
