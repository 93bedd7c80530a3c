import type { Kysely, RawBuilder, Transaction } from 'kysely';

/** Column types by what is kept in them, for SQLite and PostgreSQL alike. */
export interface PluginColumnTypes {
  /** An identifier that the program gives: text. */
  id: RawBuilder<unknown>;
  /** Text, sorted and compared by code point. */
  text: RawBuilder<unknown>;
  /** An integer up to 2^53. */
  integer: RawBuilder<unknown>;
  /** 0 or 1. */
  boolean: RawBuilder<unknown>;
  /** Milliseconds since 1970 UTC. */
  timestamp: RawBuilder<unknown>;
  /** JSON as text: `JSON.stringify` in, `JSON.parse` out. */
  json: RawBuilder<unknown>;
  /** Bytes: Uint8Array in, Uint8Array out. */
  bytes: RawBuilder<unknown>;
}

/** One step of a plugin's schema. Never changed once it ran anywhere: what comes later is another step. */
export interface PluginMigration {
  name: string;
  /** Runs in a transaction with all others that are missing. Names of tables and indexes are the plugin's own, as in queries. */
  up(db: Transaction<Record<string, Record<string, unknown>>>, types: PluginColumnTypes): Promise<void>;
}

/** The schema of a plugin, from nothing to now. `Tables`: what is there when all of them have run. */
export interface PluginMigrations<Tables> {
  readonly list: readonly PluginMigration[];
  /** The type alone; there is no value. */
  readonly tables?: Tables;
}

/** Declares the tables of a plugin: their type, and the steps that make them, in their order. */
export function defineMigrations<Tables>(list: readonly PluginMigration[]): PluginMigrations<Tables> {
  return { list };
}

/**
 * The installation's database, seen through the plugin's own tables: `observations` is stored as `plugin_<name>__observations`. SQLite and
 * PostgreSQL behave alike.
 */
export interface PluginDatabase<Tables> {
  readonly dialect: 'sqlite' | 'postgres';
  /** Reads what has been committed. A statement that writes is refused. */
  readonly read: Kysely<Tables>;
  /**
   * Runs `work` in one transaction, commits what it returns, rolls back when it throws or takes longer than ten seconds. It may run more
   * than once, so it changes nothing but the database. With SQLite transactions of the whole process wait for each other: nothing is awaited
   * in it that is not the database.
   */
  transaction<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  /** What a table is called in the database, for SQL as text. */
  tableName(table: string & keyof Tables): string;
}
