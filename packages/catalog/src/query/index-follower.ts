import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';
import { CATALOG_CHANNEL } from '../store/catalog-store.ts';
import { BEGINNING, type ChangedEntity, type ChangePosition, changesSince, newestChange } from '../store/changes.ts';
import type { CatalogTables } from '../store/tables.ts';
import { EntityIndex } from './entity-index.ts';

/** What keeps itself current from the same feed. */
export interface ChangeConsumer {
  apply(changes: readonly ChangedEntity[], index: EntityIndex): void;
  /** What it knew is void: everything comes again. */
  reset(): void;
  /** Many changes came at once: gives back room that was taken in advance. */
  trim(): void;
  /** True when it would be smaller made anew. */
  readonly isWorn: boolean;
}

export interface FollowerLog {
  warn(fields: object, message: string): void;
}

export interface FollowerOptions {
  database: Database<CatalogTables>;
  log: FollowerLog;
  consumers?: readonly ChangeConsumer[];
  /** How often the feed is read without a notification; one may be lost. Default 5,000 ms. */
  pollMs?: number;
}

const PAGE = 500;
/** Changes that are taken over before others have their turn: some milliseconds. */
const SLICE = 100;
const POLL_MS = 5_000;

/** Keeps an `EntityIndex` current from the change feed. */
export class IndexFollower {
  readonly #options: FollowerOptions;
  #index = new EntityIndex();
  #position: ChangePosition = BEGINNING;
  #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  readonly #waiters = new Set<() => void>();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** The index as far as it is; complete once `start` has resolved. */
  get index(): EntityIndex {
    return this.#index;
  }

  /** The last change that has been taken over whole. */
  get number(): number {
    return this.#position.number;
  }

  /** Reads everything, then follows. Rejects when the database cannot be read. */
  async start(): Promise<void> {
    await this.#readAll();
    this.#trim();
    const { database, pollMs = POLL_MS } = this.#options;
    this.#stopListening = database.notifier.listen(CATALOG_CHANNEL, () => this.#wake());
    this.#timer = setInterval(() => this.#wake(), pollMs);
    this.#timer.unref();
  }

  /** Resolves when change `number` is in the index, true, or after `timeoutMs`, false: for answers that should show what was written. */
  async caughtUp(number: number, timeoutMs = 5_000): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    this.#wake();
    while (this.#position.number < number) {
      const left = end - performance.now();
      if (left <= 0 || this.#closed) return false;
      await this.#nextTurn(left);
    }
    return true;
  }

  /** Resolves when everything that is stored at this moment is in the index, true, or after `timeoutMs`, false. */
  async caughtUpWithAll(timeoutMs?: number): Promise<boolean> {
    return this.caughtUp(await newestChange(this.#options.database.read), timeoutMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening?.();
    clearInterval(this.#timer);
    await this.#running;
  }

  #wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#follow();
  }

  async #follow(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#readAll();
      } catch (error) {
        // The database is away: what is in memory is served until the next wake-up or poll succeeds.
        if (!this.#closed) this.#options.log.warn({ err: error }, 'The changes of the catalog could not be read');
      }
      for (const waiter of this.#waiters) waiter();
      this.#waiters.clear();
    }
    this.#running = undefined;
  }

  async #readAll(): Promise<void> {
    if (this.#index.isWorn || (this.#options.consumers ?? []).some(({ isWorn }) => isWorn)) await this.#rebuild();
    for (;;) {
      const page = await changesSince(this.#options.database.read, this.#position, PAGE);
      if (page.lost) {
        await this.#rebuild();
        return;
      }
      await this.#take(page.changes, this.#index);
      this.#position = page.position;
      if (page.changes.length < PAGE) return;
    }
  }

  async #take(changes: readonly ChangedEntity[], index: EntityIndex): Promise<void> {
    for (let at = 0; at < changes.length; at += SLICE) {
      if (at > 0) await turn();
      const slice = changes.slice(at, at + SLICE);
      index.apply(slice);
      for (const consumer of this.#options.consumers ?? []) consumer.apply(slice, index);
    }
  }

  /** A new index is filled beside the old one, which serves until then. */
  async #rebuild(): Promise<void> {
    const index = new EntityIndex();
    const changes: ChangedEntity[] = [];
    let position = BEGINNING;
    for (let more = true; more; ) {
      const page = await changesSince(this.#options.database.read, position, PAGE);
      for (let at = 0; at < page.changes.length; at += SLICE) {
        index.apply(page.changes.slice(at, at + SLICE));
        await turn();
      }
      position = page.position;
      more = page.changes.length === PAGE;
      if ((this.#options.consumers ?? []).length > 0) changes.push(...page.changes);
    }
    this.#index = index;
    this.#position = position;
    for (const consumer of this.#options.consumers ?? []) {
      consumer.reset();
      consumer.apply(changes, index);
    }
    this.#trim();
  }

  #trim(): void {
    this.#index.trim();
    for (const consumer of this.#options.consumers ?? []) consumer.trim();
  }

  #nextTurn(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, timeoutMs);
      const waiters = this.#waiters;
      function done(): void {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      }
      waiters.add(done);
    });
  }
}
