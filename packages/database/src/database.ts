import type { Kysely, Transaction } from 'kysely';

/** Where the database reports what an operator should know; pino fits. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface TransactionOptions {
  /** After this long the transaction is rolled back and `DatabaseUnavailableError` is thrown. Default 30,000 ms. */
  timeoutMs?: number;
}

/** An open database: SQLite in the data directory, or PostgreSQL. The two behave alike to whoever keeps to this interface. */
export interface Database<Schema> {
  readonly dialect: 'sqlite' | 'postgres';

  /** Where the data is, for messages: a file, or host and database name. Never credentials. */
  readonly location: string;

  /** Reads what has been committed. A statement that writes is refused. */
  readonly read: Kysely<Schema>;

  /**
   * Runs `work` in one transaction (read committed) and commits what it returns; what it throws rolls back.
   * `work` may run more than once (serialization failures and deadlocks), so it must change nothing outside the database.
   * Transactions of SQLite wait for each other. One cannot be begun inside another.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, options?: TransactionOptions): Promise<T>;

  /** Several reads that see the same state of the database, whatever is committed meanwhile. */
  snapshot<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;

  /** Wakes those who wait for changes, in this process and (PostgreSQL) in others. */
  readonly notifier: Notifier;

  /** Becomes the leader for `name` unless another process is: then undefined. SQLite has one process, which always leads. */
  tryLead(name: string): Promise<Leadership | undefined>;

  /** Throws `DatabaseUnavailableError` when the database does not answer. */
  ping(): Promise<void>;

  /** Waits for transactions in progress, then closes. What is asked afterwards is refused. */
  close(): Promise<void>;
}

/**
 * Wakes waiters sooner, nothing more: a notification carries no data, several may arrive as one, and one may be lost
 * (a connection that breaks, a process that dies). Who must not miss anything reads the truth from tables, at intervals too.
 */
export interface Notifier {
  /** Wakes the listeners of `channel` when the transaction commits; never when it rolls back. */
  notify<Schema>(tx: Transaction<Schema>, channel: string): Promise<void>;

  /**
   * Calls `wake` after notifications, once when listening begins, and once whenever the connection has been made anew.
   * Returns what ends it. Channel: a to z, 0 to 9 and _, at most 40 characters.
   */
  listen(channel: string, wake: () => void): () => void;
}

/** Held by one process at a time for each name. */
export interface Leadership {
  /** Resolves when it is no longer held: the connection was lost, or it was released. Work that only the leader may do stops then. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}
