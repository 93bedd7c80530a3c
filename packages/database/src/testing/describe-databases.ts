import { afterAll, afterEach, describe } from 'vitest';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { unavailability } from './postgres-programs.ts';
import { createTestDatabase, type Dialect, type TestDatabase } from './test-database.ts';

/** Opens a new, empty database; it is closed and removed after the test. */
export interface OpenTestDatabase<Schema> {
  (): Promise<Database<Schema>>;
  /** Opens another handle to the database of `existing`, as a second node does. SQLite allows that after `existing` was closed. */
  again(existing: Database<Schema>): Promise<Database<Schema>>;
  /** Where the database of `existing` is, to hand to a process. */
  placeOf(existing: Database<Schema>): TestDatabase;
}

/**
 * Runs the same specs on SQLite and on PostgreSQL: `spec` is called once for each and registers its tests with the `open` that it gets.
 * Every new database is a copy of one on which `prepare` (migrations) was run once.
 */
export function describeDatabases<Schema>(
  name: string,
  spec: (open: OpenTestDatabase<Schema>, dialect: Dialect) => void,
  prepare?: (database: Database<Schema>) => Promise<void>,
): void {
  describe(`${name} on SQLite`, () => spec(opener('sqlite', prepare), 'sqlite'));
  describePostgres(name, () => spec(opener('postgres', prepare), 'postgres'));
}

/** As `describe`, for what needs PostgreSQL: skipped with one line where it is not to be had, failed where `CI=true`. */
export function describePostgres(name: string, spec: () => void): void {
  const given = process.env.GATEHOUSE_TEST_DATABASE_URL;
  const reason = given === undefined || given === '' ? unavailability() : undefined;
  if (reason === undefined) {
    describe(`${name} on PostgreSQL`, spec);
    return;
  }
  if (process.env.CI === 'true') throw new Error(`Tests on PostgreSQL cannot run: ${reason}`);
  process.stderr.write(`Skipped: ${name} on PostgreSQL: ${reason}\n`);
  describe.skip(`${name} on PostgreSQL`, spec);
}

function opener<Schema>(dialect: Dialect, prepare?: (database: Database<Schema>) => Promise<void>): OpenTestDatabase<Schema> {
  let template: Promise<TestDatabase> | undefined;
  const opened: Database<Schema>[] = [];
  const places = new Map<Database<Schema>, TestDatabase>();
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await Promise.all([...new Set(places.values())].map((place) => place.remove()));
    places.clear();
  });
  afterAll(async () => (await template)?.remove());
  const openAt = async (place: TestDatabase) => {
    const database = await openDatabase<Schema>(place);
    opened.push(database);
    places.set(database, place);
    return database;
  };
  const placeOf = (existing: Database<Schema>) => {
    const place = places.get(existing);
    if (place === undefined) throw new Error('Not a database of this test');
    return place;
  };
  const open = async () => {
    if (prepare !== undefined) template ??= createTemplate(dialect, prepare);
    return openAt(await createTestDatabase(dialect, await template));
  };
  return Object.assign(open, { again: (existing: Database<Schema>) => openAt(placeOf(existing)), placeOf });
}

async function createTemplate<Schema>(dialect: Dialect, prepare: (database: Database<Schema>) => Promise<void>): Promise<TestDatabase> {
  const place = await createTestDatabase(dialect);
  const database = await openDatabase<Schema>(place);
  try {
    await prepare(database);
  } finally {
    await database.close();
  }
  return place;
}
