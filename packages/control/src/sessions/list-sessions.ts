import { sessions } from '@gatehouse/contract/management';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { SessionDependencies } from './operations.ts';
import { countingAt } from './sessions.ts';
import { listSessionRows, type SessionRow } from './sessions-store.ts';

export function listSessions({ database, sessionLimits, nowMs }: SessionDependencies): Implementation {
  return implement(sessions.listSessions, async ({ caller }) => {
    const rows = await listSessionRows(database.read, caller.subject, countingAt(nowMs(), sessionLimits()));
    return { body: { items: rows.map((row) => toSession(row, caller)) } };
  });
}

function toSession(row: SessionRow, caller: Caller): z.output<typeof sessions.session> {
  return {
    id: row.id,
    current: row.id === caller.sessionId,
    provider: row.provider,
    createdAt: toTimestamp(row.created_at),
    lastUsedAt: toTimestamp(row.last_used_at),
    expiresAt: toTimestamp(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
  };
}
