import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import { lockKey } from '../postgres/postgres-leadership.ts';
import { type ColumnTypes, columnTypes } from './column-types.ts';

/** A schema that is known only to the migration itself. */
export type MigrationSchema = Record<string, Record<string, unknown>>;

export interface Migration {
  /** 1, 2, 3 … without gaps; never changed once released. */
  readonly number: number;
  readonly name: string;
  /** Whether programs that do not know it must not use the database afterwards. */
  readonly breaking: boolean;
  up(db: Transaction<MigrationSchema>, types: ColumnTypes): Promise<void>;
}

/** The database was changed by a newer program in a way that this one does not understand. */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';
}

const TIMEOUT_MS = 600_000;

/**
 * Applies what is missing of `migrations`, all or nothing, and refuses a database that has a newer breaking one (`SchemaTooNewError`).
 * Nodes that start at the same time wait for each other. `component` keeps the lists of several packages apart.
 */
export async function migrate<Schema>(database: Database<Schema>, migrations: readonly Migration[], component = 'control'): Promise<void> {
  checkList(migrations, component);
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  await database.transaction(
    async (transaction) => {
      const tx = transaction as unknown as Transaction<MigrationSchema>;
      // SQLite has one writer at a time as it is.
      if (database.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${lockKey('migrate')})`.execute(tx);
      await createTables(tx);
      const { rows } = await sql<Applied>`select number, name, breaking from migrations where component = ${component}`.execute(tx);
      refuseNewer(rows, known, database.location);
      const applied = new Set(rows.map((row) => row.number));
      for (const migration of migrations) {
        if (!applied.has(migration.number)) await apply(tx, migration, component, columnTypes(database.dialect));
      }
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

async function apply(tx: Transaction<MigrationSchema>, migration: Migration, component: string, types: ColumnTypes): Promise<void> {
  const { number, name, breaking } = migration;
  // The row first: should another program not honour the lock, one of the two fails here and not half-way.
  await sql`
    insert into migrations (component, number, name, breaking, applied_at)
    values (${component}, ${number}, ${name}, ${breaking}, ${Date.now()})`.execute(tx);
  await migration.up(tx, types);
}

interface Applied {
  number: number;
  name: string;
  breaking: number;
}

async function createTables(tx: Transaction<MigrationSchema>): Promise<void> {
  await sql`
    create table if not exists migrations (
      component text not null, number integer not null, name text not null, breaking integer not null, applied_at bigint not null,
      primary key (component, number))`.execute(tx);
  await sql`create table if not exists sequences (name text not null primary key, value bigint not null)`.execute(tx);
}

function refuseNewer(applied: readonly Applied[], known: ReadonlyMap<number, Migration>, location: string): void {
  for (const { number, name, breaking } of applied) {
    const own = known.get(number);
    if (own === undefined && breaking === 1) {
      throw new SchemaTooNewError(
        `The database ${location} was changed by a newer version (migration ${number}, ${name}): use that version, or restore a copy from before`,
      );
    }
    if (own !== undefined && own.name !== name) {
      throw new SchemaTooNewError(
        `The database ${location} has "${name}" as migration ${number}, this version has "${own.name}": they do not belong together`,
      );
    }
  }
}

function checkList(migrations: readonly Migration[], component: string): void {
  migrations.forEach(({ number, name }, index) => {
    if (number !== index + 1) throw new Error(`Migrations of ${component}: "${name}" has number ${number}, should have ${index + 1}`);
  });
}
