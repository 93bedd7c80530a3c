import type { Database } from '@gatehouse/database';
import type { Implementation } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { endSession } from './end-session.ts';
import { endSessions } from './end-sessions.ts';
import { listSessions } from './list-sessions.ts';
import type { SessionLimits } from './sessions.ts';

export interface SessionDependencies {
  database: Database<ControlTables>;
  sessionLimits: () => SessionLimits;
  /** To be called once a session has ended. */
  sessionEnded: () => void;
  nowMs: () => number;
}

/** The caller's own sessions. */
export function sessionsOperations(dependencies: SessionDependencies): Implementation[] {
  return [listSessions(dependencies), endSession(dependencies), endSessions(dependencies)];
}
