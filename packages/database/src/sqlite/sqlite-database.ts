import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql, type Transaction } from 'kysely';
import type { Database, Leadership, TransactionOptions } from '../database.ts';
import { ReadOnlyPlugin } from '../read-only.ts';
import { refuseNesting, runTransaction, TRANSACTION_TIMEOUT_MS } from '../run-transaction.ts';
import { WorkInProgress } from '../work-in-progress.ts';
import { LocalNotifier } from './local-notifier.ts';
import { type Begin, sqliteDialect } from './sqlite-driver.ts';
import { fromSqliteError } from './sqlite-faults.ts';
import { lockDatabaseFile } from './sqlite-lock.ts';

/** For locks of programs beside us, such as a backup; our own writers wait in a queue instead. */
const BUSY_TIMEOUT_MS = 2_000;

/** With one writer there is nothing to retry, and a commit that fails has failed. */
const RUN = { isRetryable: () => false, commitLeavesDoubt: false };

export class SqliteDatabase<Schema> implements Database<Schema> {
  readonly dialect = 'sqlite';
  readonly location: string;
  readonly read: Kysely<Schema>;
  readonly notifier = new LocalNotifier();
  readonly #write: Kysely<Schema>;
  readonly #snapshot: Kysely<Schema>;
  readonly #connections: DatabaseSync[] = [];
  readonly #inProgress = new WorkInProgress();
  readonly #unlock: () => void;
  #closed: Promise<void> | undefined;

  /** Opens or creates `file` in `dataDir`. Throws `DatabaseInUseError` and `DatabaseUnavailableError`. */
  constructor(dataDir: string, file: string) {
    this.location = join(dataDir, file);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    createPrivately(this.location);
    createPrivately(`${this.location}.lock`);
    this.#unlock = lockDatabaseFile(this.location);
    try {
      // The writer first: it makes the file one with a write-ahead log, without which readers would wait for it.
      this.#write = this.#connect('begin immediate');
      // Connections of their own, so that no reader sees what is not committed yet.
      this.read = this.#connect('begin').withPlugin(new ReadOnlyPlugin());
      this.#snapshot = this.#connect('begin').withPlugin(new ReadOnlyPlugin());
    } catch (error) {
      this.#closeAll();
      throw fromSqliteError(error, this.location);
    }
  }

  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#inProgress.run(() =>
      runTransaction(this.#write, work, { ...RUN, notifier: this.notifier, timeoutMs: options.timeoutMs ?? TRANSACTION_TIMEOUT_MS }),
    );
  }

  snapshot<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> {
    return this.#inProgress.run(() =>
      runTransaction(this.#snapshot, work, { ...RUN, notifier: this.notifier, timeoutMs: TRANSACTION_TIMEOUT_MS }),
    );
  }

  async tryLead(_name: string): Promise<Leadership | undefined> {
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    return { lost, release: async () => resolve() };
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.read);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    refuseNesting();
    this.notifier.close();
    await this.#inProgress.close();
    await Promise.all([this.#snapshot.destroy(), this.read.destroy(), this.#write.destroy()]);
    this.#closeAll();
  }

  #connect(begin: Begin): Kysely<Schema> {
    const readOnly = begin === 'begin';
    const connection = new DatabaseSync(this.location, { readOnly, timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    this.#connections.push(connection);
    if (!readOnly) connection.exec('pragma journal_mode = wal; pragma synchronous = full');
    // As PostgreSQL compares: LIKE tells upper from lower case.
    connection.exec('pragma case_sensitive_like = on');
    return new Kysely<Schema>({ dialect: sqliteDialect(connection, this.location, begin) });
  }

  #closeAll(): void {
    // Readers before the writer, which then empties the write-ahead log into the file.
    for (const connection of this.#connections.toReversed()) if (connection.isOpen) connection.close();
    this.#unlock();
  }
}

/** The log beside the file gets the file's mode from SQLite, so the mode must be right before SQLite opens it. */
function createPrivately(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o600);
  else closeSync(openSync(path, 'a', 0o600));
}
