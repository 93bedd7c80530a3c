import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver, type SqliteStatement } from 'kysely';
import { toParameter } from '../to-parameter.ts';
import { fromSqliteError } from './sqlite-faults.ts';

/** How a transaction of this connection begins: one that may write takes the write lock at once, or it could fail when it first writes. */
export type Begin = 'begin' | 'begin immediate';

/** Kysely's own SQLite dialect, which expects better-sqlite3, over node:sqlite. */
export function sqliteDialect(database: DatabaseSync, file: string, begin: Begin): SqliteDialect {
  return new NodeSqliteDialect(database, file, begin);
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #create: () => Driver;

  constructor(database: DatabaseSync, file: string, begin: Begin) {
    const config = { database: { close: () => database.close(), prepare: (text: string) => new Statement(database, text, file) } };
    super(config);
    this.#create = () => new NodeSqliteDriver(config, database, begin);
  }

  override createDriver(): Driver {
    return this.#create();
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #begin: Begin;

  constructor(config: ConstructorParameters<typeof SqliteDriver>[0], database: DatabaseSync, begin: Begin) {
    super(config);
    this.#database = database;
    this.#begin = begin;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#begin));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk and some other errors have rolled back already:
    // https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

class Statement implements SqliteStatement {
  readonly reader: boolean;
  readonly #file: string;
  readonly #statement: StatementSync;

  constructor(database: DatabaseSync, text: string, file: string) {
    this.#file = file;
    this.#statement = this.#guard(() => database.prepare(text));
    this.reader = this.#statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#guard(() => this.#statement.all(...parameters.map(toParameter)));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#guard(() => this.#statement.run(...parameters.map(toParameter)));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#guard(() => this.#statement.iterate(...parameters.map(toParameter)));
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw fromSqliteError(error, this.#file);
    }
  }
}
