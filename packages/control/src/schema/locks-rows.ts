import { type Kysely, SqliteAdapter } from 'kysely';

/**
 * Whether rows that are read in order to be changed must be locked, so that two writers do not change the same old state:
 * `.$if(locksRows(tx), (query) => query.forNoKeyUpdate())`. (Not `forUpdate`, for which whoever refers to the row would have to wait.)
 * SQLite has one writer at a time, and no such clause.
 */
export function locksRows<Schema>(tx: Kysely<Schema>): boolean {
  return !(tx.getExecutor().adapter instanceof SqliteAdapter);
}
