import type { Database, DatabaseLog } from './database.ts';
import { STATEMENT_TIMEOUT_MS } from './postgres/connection-settings.ts';
import { PostgresDatabase } from './postgres/postgres-database.ts';
import { SqliteDatabase } from './sqlite/sqlite-database.ts';

export interface OpenOptions {
  /** `sqlite`, or `postgresql://user@host/name`. */
  url: string;
  /** Directory of the SQLite file; it is created when missing. */
  dataDir: string;
  /** Name of the SQLite file. Default `gatehouse.db`. */
  file?: string;
  log?: DatabaseLog;
  /** After which PostgreSQL gives up a statement. Default 15,000 ms. */
  statementTimeoutMs?: number;
}

/** Opens the database. Throws `DatabaseInUseError`, and `DatabaseUnavailableError` when it cannot be reached or opened. */
export async function openDatabase<Schema>(options: OpenOptions): Promise<Database<Schema>> {
  const { url, dataDir, file = 'gatehouse.db', log, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  if (url === 'sqlite') return new SqliteDatabase<Schema>(dataDir, file);
  if (!url.startsWith('postgresql://') && !url.startsWith('postgres://')) {
    // Not with the text: a URL of another kind may hold a password.
    throw new Error('Unknown kind of database: it should be sqlite or postgresql://user@host:5432/name');
  }
  const database = new PostgresDatabase<Schema>(url, statementTimeoutMs, log);
  try {
    await database.checkServer();
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
