import { accessRequests } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { findRequestToDecide, toAccessRequest } from './request-rows.ts';
import { settleRequest } from './settle-request.ts';

export function rejectAccess({ database, nowMs }: AccessRequestsDependencies): Implementation {
  return implement(accessRequests.rejectAccess, async (call) => {
    const { params, body, caller } = call;
    const now = nowMs();
    const row = await database.transaction(async (tx) => {
      const pending = await findRequestToDecide(tx, caller, params.id);
      const settled = await settleRequest(tx, pending, {
        state: 'rejected',
        decided_by: caller.name,
        decided_at: now,
        answer: body.answer ?? null,
      });
      const entry = {
        action: accessRequests.rejectAccess.id,
        resource: `apis/${pending.api}`,
        owner: pending.api_owner,
        environment: pending.environment,
        before: { state: pending.state },
        after: { request: pending.id, app: pending.app, state: settled.state },
      };
      await recordAudit(tx, toActor(call), entry, now);
      return settled;
    });
    return { body: toAccessRequest(row, caller) };
  });
}
