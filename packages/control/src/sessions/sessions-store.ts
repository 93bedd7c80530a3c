import type { Transaction } from '@gatehouse/database';
import type { Kysely, Selectable } from 'kysely';
import type { SessionsTable } from '../schema/session-tables.ts';
import type { ControlTables } from '../schema/tables.ts';

export type SessionRow = Selectable<SessionsTable>;

/** Sessions of one person at most: beyond it the one that was not used for longest ends. */
const OF_ONE_MAX = 50;

/** When sessions end that nobody uses: those last used before `usedAfterMs` count no more. */
export interface Counting {
  nowMs: number;
  usedAfterMs: number;
}

export async function findSessionByHash(db: Kysely<ControlTables>, hash: string, counting: Counting): Promise<SessionRow | undefined> {
  return counted(db, counting).where('hash', '=', hash).executeTakeFirst();
}

/** Newest first. */
export async function listSessionRows(db: Kysely<ControlTables>, subject: string, counting: Counting): Promise<SessionRow[]> {
  return counted(db, counting)
    .where('subject', '=', subject)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(OF_ONE_MAX)
    .execute();
}

export async function insertSession(tx: Transaction<ControlTables>, row: SessionRow): Promise<void> {
  const surplus = tx
    .selectFrom('sessions')
    .select('id')
    .where('subject', '=', row.subject)
    .orderBy('last_used_at', 'desc')
    .orderBy('id', 'desc')
    .offset(OF_ONE_MAX - 1)
    .limit(OF_ONE_MAX);
  await tx.deleteFrom('sessions').where('id', 'in', surplus).execute();
  await tx.insertInto('sessions').values(row).execute();
}

/** Deletes one session of `subject`; undefined: there is none of theirs. */
export async function deleteSession(tx: Transaction<ControlTables>, id: string, subject: string): Promise<SessionRow | undefined> {
  return tx.deleteFrom('sessions').where('id', '=', id).where('subject', '=', subject).returningAll().executeTakeFirst();
}

/** Deletes the session of a cookie; undefined: there was none. */
export async function deleteSessionByHash(tx: Transaction<ControlTables>, hash: string): Promise<SessionRow | undefined> {
  return tx.deleteFrom('sessions').where('hash', '=', hash).returningAll().executeTakeFirst();
}

/** Deletes all sessions of `subject`; how many there were. */
export async function deleteSessionsOf(tx: Transaction<ControlTables>, subject: string): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('sessions').where('subject', '=', subject).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Notes the use, unless one not older than `notBeforeMs` is noted already. `from`: what is known of where it came from. */
export async function noteSessionUse(
  tx: Transaction<ControlTables>,
  id: string,
  nowMs: number,
  notBeforeMs: number,
  from: Partial<Pick<SessionRow, 'address' | 'user_agent'>>,
): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ last_used_at: nowMs, ...from })
    .where('id', '=', id)
    .where('last_used_at', '<', notBeforeMs)
    .execute();
}

/** Deletes what counts no more. */
export async function sweepSessions(tx: Transaction<ControlTables>, { nowMs, usedAfterMs }: Counting): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where((where) => where.or([where('expires_at', '<=', nowMs), where('last_used_at', '<=', usedAfterMs)]))
    .execute();
}

function counted(db: Kysely<ControlTables>, { nowMs, usedAfterMs }: Counting) {
  return db.selectFrom('sessions').selectAll().where('expires_at', '>', nowMs).where('last_used_at', '>', usedAfterMs);
}
