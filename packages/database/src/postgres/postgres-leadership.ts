import { createHash } from 'node:crypto';
import type { Leadership } from '../database.ts';
import { fromPostgresError } from './postgres-faults.ts';
import { openSession } from './session.ts';

/** A session lock: the server drops it when the connection ends, so that a leader that died has a successor. */
export async function tryLeadWithLock(url: string, location: string, name: string): Promise<Leadership | undefined> {
  const session = await openSession(url, location);
  try {
    const { rows } = await session.client.query<{ taken: number }>('select pg_try_advisory_lock($1) as taken', [lockKey(`lead:${name}`)]);
    if (rows[0]?.taken !== 1) {
      session.end();
      return undefined;
    }
  } catch (error) {
    session.end();
    throw fromPostgresError(error, location);
  }
  return {
    lost: session.lost,
    release: async () => {
      // Orderly, so that the server has dropped the lock when this returns; the end follows whatever came of it.
      await session.client.query('select pg_advisory_unlock_all()').catch(() => undefined);
      session.end();
    },
  };
}

/** The 64-bit number of an advisory lock, as text. */
export function lockKey(name: string): string {
  return createHash('sha256').update(`gatehouse:${name}`).digest().readBigInt64BE().toString();
}
