import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';

export interface LeaderLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** How long a node that does not lead waits before it asks again: a node that died has a successor within so long. */
const RETRY_MS = 1_000;

/** Runs `lead` on one node at a time, until it loses that role or `stop` is aborted; `lead` gets a signal that says so. */
export async function leadWhilePossible<Schema>(
  database: Database<Schema>,
  name: string,
  lead: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
  log: LeaderLog,
): Promise<void> {
  while (!stop.aborted) {
    try {
      const leadership = await database.tryLead(name);
      if (leadership !== undefined) {
        const lost = new AbortController();
        void leadership.lost.then(() => lost.abort());
        log.info({}, 'this node does the scanning of the catalog');
        try {
          await lead(AbortSignal.any([stop, lost.signal]));
        } finally {
          await leadership.release();
        }
        continue;
      }
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'the catalog cannot find out who does the scanning');
    }
    await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
