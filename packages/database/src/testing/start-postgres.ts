import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';

/** A PostgreSQL for one test, to be broken. */
export interface RunningPostgres {
  readonly url: string;
  /** As a crash: connections break, new ones are refused. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Freezes it: connections stay, nobody answers. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Starts a PostgreSQL that belongs to the calling test; it ends with this process at the latest. */
export async function startPostgres(): Promise<RunningPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  const cluster = await Cluster.create(directory, process.pid);
  return {
    url: cluster.url,
    stop: () => cluster.stop(),
    start: () => cluster.start(),
    pause: () => cluster.pause(),
    resume: () => cluster.resume(),
    remove: () => cluster.destroy(),
  };
}
