import { sessions } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import type { SessionDependencies } from './operations.ts';
import { deleteSessionsOf } from './sessions-store.ts';

export function endSessions({ database, sessionEnded, nowMs }: SessionDependencies): Implementation {
  return implement(sessions.endSessions, async (call) => {
    const ended = await database.transaction(async (tx) => {
      const count = await deleteSessionsOf(tx, call.caller.subject);
      if (count === 0) return 0;
      const entry = { action: sessions.endSessions.id, resource: 'sessions', owner: null, before: { sessions: count } };
      await recordAudit(tx, toActor(call), entry, nowMs());
      return count;
    });
    sessionEnded();
    return { body: { ended } };
  });
}
