import type { Database } from '@gatehouse/database';
import { type KnownProvider, markScanning, registerProviders, saveScan, takeScanRequests } from '../store/provider-states.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { EntityProvider, ScanMode } from './mutation.ts';

export interface JournalOptions {
  database: Database<CatalogTables>;
  now(): number;
  /** What could not be written: the scan goes on. */
  warn(error: unknown, message: string): void;
}

/** A scan that takes less is written once, when it has ended. */
const SHORT_MS = 500;

interface Running {
  startedAt: number;
  timer: NodeJS.Timeout;
  /** The writing that it is running. */
  marked: Promise<void>;
}

/** How a scan ended, as far as it is told. */
export interface ScanEnd {
  changed: number;
  removed: number;
  error?: string;
  /** Undefined: as many as before. */
  entities?: number | undefined;
}

/** Keeps in the database how providers do: only one node scans them, and every node is asked. */
export class ScanJournal {
  readonly #options: JournalOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** This node does the scanning from now on: what another one was at has ended. */
  async open(providers: readonly EntityProvider[], kept: readonly string[]): Promise<void> {
    const { database, now } = this.#options;
    const known = providers.map((provider) => ({ ...toKnown(provider), nextAt: now() + provider.schedule.initialDelayMs }));
    await database.transaction((tx) => registerProviders(tx, known, kept));
  }

  begin(provider: EntityProvider): void {
    const { database, now, warn } = this.#options;
    const startedAt = now();
    const running: Running = {
      startedAt,
      marked: Promise.resolve(),
      timer: setTimeout(() => {
        running.marked = database
          .transaction((tx) => markScanning(tx, provider.name, startedAt))
          .catch((error: unknown) => warn(error, 'that a scan is running could not be stored'));
      }, SHORT_MS),
    };
    running.timer.unref();
    this.#running.set(provider.name, running);
  }

  /** Rejects when it cannot be stored. */
  async end(provider: EntityProvider, mode: ScanMode, end: ScanEnd): Promise<void> {
    const { database, now } = this.#options;
    const running = this.#running.get(provider.name);
    this.#running.delete(provider.name);
    clearTimeout(running?.timer);
    // Else it could be written after this.
    await running?.marked;
    const endedAt = now();
    const startedAt = running?.startedAt ?? endedAt;
    const { frequencyMs } = provider.schedule;
    const next = frequencyMs === undefined ? null : endedAt + frequencyMs;
    const nextAt = mode === 'full' ? next : undefined;
    const ms = Math.max(0, endedAt - startedAt);
    await database.transaction((tx) => saveScan(tx, toKnown(provider), { ...end, startedAt, ms, nextAt }));
  }

  /** The scan broke off: either `end` says why, or this node stops, and another one says how it goes on. */
  interrupt({ name }: EntityProvider): void {
    clearTimeout(this.#running.get(name)?.timer);
  }

  /** Names of the providers that are to be scanned now. */
  takeRequests(): Promise<string[]> {
    const { database, now } = this.#options;
    return database.transaction((tx) => takeScanRequests(tx, now()));
  }
}

function toKnown({ name, type, target }: EntityProvider): KnownProvider {
  return { name, type, target };
}
