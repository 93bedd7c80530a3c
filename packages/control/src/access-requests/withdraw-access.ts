import { accessRequests } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { findRequest, refuseDecided, toAccessRequest } from './request-rows.ts';
import { settleRequest } from './settle-request.ts';

/** A request is its app's: whoever may change the app may take it back, whoever of the team asked. */
export function withdrawAccess({ database, nowMs }: AccessRequestsDependencies): Implementation {
  return implement(accessRequests.withdrawAccess, async (call) => {
    const { params, caller } = call;
    const now = nowMs();
    const row = await database.transaction(async (tx) => {
      const pending = await findRequest(tx, caller, params.id);
      if (!caller.canChange(pending.app_owner)) {
        throw new Refusal('access.denied', `The app "${pending.app}" belongs to others: they take its requests back`);
      }
      refuseDecided(pending);
      const settled = await settleRequest(tx, pending, { state: 'withdrawn', decided_by: caller.name, decided_at: now, answer: null });
      const entry = {
        action: accessRequests.withdrawAccess.id,
        resource: `apps/${pending.app}`,
        owner: pending.app_owner,
        environment: pending.environment,
        before: { state: pending.state },
        after: { request: pending.id, api: pending.api, state: settled.state },
      };
      await recordAudit(tx, toActor(call), entry, now);
      return settled;
    });
    return { body: toAccessRequest(row, caller) };
  });
}
