import { sessions } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { SessionDependencies } from './operations.ts';
import { deleteSession } from './sessions-store.ts';

export function endSession({ database, sessionEnded, nowMs }: SessionDependencies): Implementation {
  return implement(sessions.endSession, async (call) => {
    const { id } = call.params;
    await database.transaction(async (tx) => {
      const row = await deleteSession(tx, id, call.caller.subject);
      if (row === undefined) throw notFound('session', id);
      const before = { provider: row.provider, entity: row.entity };
      const entry = { action: sessions.endSession.id, resource: `sessions/${id}`, owner: null, before };
      await recordAudit(tx, toActor(call), entry, nowMs());
    });
    sessionEnded();
    return { body: { ended: id } };
  });
}
