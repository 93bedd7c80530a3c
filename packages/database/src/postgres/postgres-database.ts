import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Pool } from 'pg';
import type { Database, DatabaseLog, Leadership, TransactionOptions } from '../database.ts';
import { DatabaseUnavailableError } from '../errors.ts';
import { ReadOnlyPlugin } from '../read-only.ts';
import { refuseNesting, runTransaction, TRANSACTION_TIMEOUT_MS } from '../run-transaction.ts';
import { WorkInProgress } from '../work-in-progress.ts';
import { connectionSettings, locationOf } from './connection-settings.ts';
import { GuardedPool } from './guarded-pool.ts';
import { isRetryable } from './postgres-faults.ts';
import { tryLeadWithLock } from './postgres-leadership.ts';
import { PostgresNotifier } from './postgres-notifier.ts';

/** Two pools of five, ten connections in all: a transaction that reads beside itself must not wait for connections that transactions hold. */
const POOL_SIZE = 5;
/** What the server's own timeout gets in advance of ours: it says more precisely what was wrong. */
const ANSWER_GRACE_MS = 3_000;
const CLOSE_TIMEOUT_MS = 5_000;
const SERVER_VERSION_MIN = 150_000;

export class PostgresDatabase<Schema> implements Database<Schema> {
  readonly dialect = 'postgres';
  readonly location: string;
  readonly read: Kysely<Schema>;
  readonly notifier: PostgresNotifier;
  readonly #url: string;
  readonly #log: DatabaseLog | undefined;
  readonly #write: Kysely<Schema>;
  readonly #snapshot: Kysely<Schema>;
  readonly #inProgress = new WorkInProgress();
  #closed: Promise<void> | undefined;

  constructor(url: string, statementTimeoutMs: number, log: DatabaseLog | undefined) {
    this.#url = url;
    this.#log = log;
    this.location = locationOf(url);
    this.#write = this.#connect({ max: POOL_SIZE, statementTimeoutMs, options: [] });
    this.#snapshot = this.#connect({
      max: POOL_SIZE,
      statementTimeoutMs,
      options: ['default_transaction_read_only=on'],
    });
    this.read = this.#snapshot.withPlugin(new ReadOnlyPlugin());
    this.notifier = new PostgresNotifier(url, this.location, log);
  }

  /** Throws `DatabaseUnavailableError` when the server cannot be reached or is too old. */
  async checkServer(): Promise<void> {
    const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(this.read);
    if (Number(rows[0]?.version) < SERVER_VERSION_MIN) {
      throw new DatabaseUnavailableError(`PostgreSQL at ${this.location} is too old: version 15 or later is needed`);
    }
  }

  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#inProgress.run(() => this.#transaction(work, options.timeoutMs ?? TRANSACTION_TIMEOUT_MS));
  }

  async #transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, timeoutMs: number): Promise<T> {
    const run = { notifier: this.notifier, timeoutMs, isRetryable, commitLeavesDoubt: true };
    if (timeoutMs <= TRANSACTION_TIMEOUT_MS) return runTransaction(this.#write, work, run);
    // Long work has a connection of its own, whose statements may take as long as the whole.
    const kysely = this.#connect({ max: 1, statementTimeoutMs: timeoutMs, options: [] });
    try {
      return await runTransaction(kysely, work, run);
    } finally {
      await inTime(kysely.destroy());
    }
  }

  snapshot<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> {
    const run = { notifier: this.notifier, timeoutMs: TRANSACTION_TIMEOUT_MS, isRetryable, commitLeavesDoubt: false };
    const repeatable = async (tx: Transaction<Schema>) => {
      await sql`set transaction isolation level repeatable read`.execute(tx);
      return work(tx.withPlugin(new ReadOnlyPlugin()));
    };
    return this.#inProgress.run(() => runTransaction(this.#snapshot, repeatable, run));
  }

  tryLead(name: string): Promise<Leadership | undefined> {
    return tryLeadWithLock(this.#url, this.location, name);
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
    await Promise.all([this.notifier.close(), this.#inProgress.close()]);
    await inTime(Promise.all([this.#write.destroy(), this.#snapshot.destroy()]));
  }

  #connect(settings: { max: number; statementTimeoutMs: number; options: readonly string[] }): Kysely<Schema> {
    const pool = new Pool({
      ...connectionSettings(this.#url, settings.options),
      max: settings.max,
      statement_timeout: settings.statementTimeoutMs,
      idle_in_transaction_session_timeout: Math.max(TRANSACTION_TIMEOUT_MS, settings.statementTimeoutMs),
    });
    pool.on('error', (error) => {
      // The pool has dropped it and will make another one when it is needed.
      this.#log?.warn({ database: this.location, err: error }, 'An idle connection to PostgreSQL was lost');
    });
    const guarded = new GuardedPool(pool, this.location, settings.statementTimeoutMs + ANSWER_GRACE_MS);
    return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: guarded }) });
  }
}

/** A server that stands still does not answer the farewell either. */
async function inTime(closing: Promise<unknown>): Promise<void> {
  await Promise.race([closing, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
}
