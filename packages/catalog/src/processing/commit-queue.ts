import { setImmediate } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';
import type { EntityWrite } from '../store/catalog-store.ts';
import type { ConflictRecord } from '../store/conflicts.ts';
import type { CatalogTables } from '../store/tables.ts';
import { type CommitOptions, commitPart, commitSources } from './commit.ts';
import { type SourceItem, sourceIdOf } from './mutation.ts';
import type { ProcessedSource } from './processed-source.ts';

/** What waits to be stored in one transaction. */
const PENDING_ENTITIES_MAX = 100;
const PENDING_CHARACTERS_MAX = 512 * 1024;

/**
 * Stores what a scan has processed, several small sources in one transaction. One transaction after the other, and requests in
 * between; who waits here holds back the reading, so that no more is in memory than is being stored.
 */
export class CommitQueue {
  /** Entities that were written. */
  written = 0;
  readonly #database: Database<CatalogTables>;
  readonly #options: () => CommitOptions;
  readonly #released: Set<string>;
  readonly #conflicts = new Map<string, number>();
  #pending: ProcessedSource[] = [];
  #entities = 0;
  #characters = 0;
  #last: Promise<void> = Promise.resolve();

  /** `released`: gets the refs that their sources no longer have. */
  constructor(database: Database<CatalogTables>, options: () => CommitOptions, released: Set<string>) {
    this.#database = database;
    this.#options = options;
    this.#released = released;
  }

  /** Entities that were refused, of each source as it was stored last. */
  get conflicts(): number {
    return this.#conflicts.values().reduce((sum, count) => sum + count, 0);
  }

  async add(processed: ProcessedSource): Promise<void> {
    this.#pending.push(processed);
    this.#entities += processed.writes.length;
    this.#characters += processed.size;
    if (this.#entities >= PENDING_ENTITIES_MAX || this.#characters >= PENDING_CHARACTERS_MAX) await this.flush();
  }

  async addPart(item: SourceItem, writes: readonly EntityWrite[]): Promise<ConflictRecord[]> {
    return this.#inTurn(async () => {
      const { written, conflicts } = await commitPart(this.#database, item, writes, this.#options());
      this.written += written;
      return conflicts;
    });
  }

  /** Stores what is waiting, and resolves when everything before it is stored too. */
  flush(): Promise<void> {
    // Reading is done when it is done; of two that claim an entity the same one shall win each time.
    const batch = this.#pending.sort((a, b) => (sourceIdOf(a.item) < sourceIdOf(b.item) ? -1 : 1));
    this.#pending = [];
    this.#entities = 0;
    this.#characters = 0;
    return this.#inTurn(() => this.#commit(batch));
  }

  async #commit(batch: readonly ProcessedSource[]): Promise<void> {
    if (batch.length === 0) return;
    const { written, conflicts, released } = await commitSources(this.#database, batch, this.#options());
    this.written += written;
    for (const ref of released) this.#released.add(ref);
    for (const { item } of batch) this.#conflicts.delete(sourceIdOf(item));
    for (const { source } of conflicts) this.#conflicts.set(source, (this.#conflicts.get(source) ?? 0) + 1);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => setImmediate()).then(work);
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}
