import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseInUseError, DatabaseUnavailableError } from '../errors.ts';
import { openDatabase } from '../open-database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';

const OPEN_DATABASE = fileURLToPath(new URL('../open-database.ts', import.meta.url));

let place: TestDatabase;

beforeEach(async () => {
  place = await createTestDatabase('sqlite');
});

afterEach(async () => {
  await place.remove();
});

/** Another process that opens the database, does `script` with it and then waits. */
function otherProcess(script: string) {
  const code = `
    import { openDatabase } from ${JSON.stringify(OPEN_DATABASE)};
    import { createRequire } from 'node:module';
    const { sql } = createRequire(${JSON.stringify(OPEN_DATABASE)})('kysely');
    const database = await openDatabase(${JSON.stringify({ url: 'sqlite', dataDir: place.dataDir })});
    ${script}
    process.stdout.write('ready');
    setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('a data directory in use is refused by name, and is free again as soon as its process was killed', async () => {
  const other = otherProcess(`
    await database.transaction(async (tx) => {
      await sql\`create table pets (name text)\`.execute(tx);
      await sql\`insert into pets values ('rex')\`.execute(tx);
    });
    void database.transaction(async (tx) => {
      await sql\`insert into pets values ('half')\`.execute(tx);
      await new Promise(() => undefined);
    });
    await new Promise(setImmediate);`);
  await once(other.stdout, 'data');
  await expect(openDatabase(place)).rejects.toThrow(DatabaseInUseError);
  await expect(openDatabase(place)).rejects.toThrow(place.dataDir);
  other.kill('SIGKILL');
  await once(other, 'exit');

  const database = await openDatabase<{ pets: { name: string } }>(place);
  // What was acknowledged is there, what was not committed is not.
  expect(await database.read.selectFrom('pets').selectAll().execute()).toEqual([{ name: 'rex' }]);
  await database.close();
});

test('the file and its log can be read by the owner only, also when the file was there before', async () => {
  const file = join(place.dataDir, 'gatehouse.db');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  const database = await openDatabase(place);
  await database.transaction(async (tx) => sql`create table pets (name text)`.execute(tx));
  for (const name of ['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db-shm', 'gatehouse.db.lock']) {
    expect([name, statSync(join(place.dataDir, name)).mode & 0o077]).toEqual([name, 0]);
  }
  await database.close();
});

test('a commit is on the disk when it is acknowledged, and references are enforced', async () => {
  const database = await openDatabase(place);
  const settings = await database.transaction(async (tx) => {
    const pragma = async (name: string) =>
      Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(tx)).rows[0] ?? {})[0];
    return { journal: await pragma('journal_mode'), synchronous: await pragma('synchronous'), foreignKeys: await pragma('foreign_keys') };
  });
  expect(settings).toEqual({ journal: 'wal', synchronous: 2, foreignKeys: 1 });
  await database.close();
});

test('a full disk is told as such, leaves nothing half done and is over when there is room again', async () => {
  const database = await openDatabase<{ pets: { name: string } }>(place);
  await database.transaction(async (tx) => {
    await sql`create table pets (name text)`.execute(tx);
    await sql`pragma max_page_count = 10`.execute(tx);
  });
  const fill = database.transaction(async (tx) => {
    for (let i = 0; i < 100; i++)
      await tx
        .insertInto('pets')
        .values({ name: 'x'.repeat(1000) })
        .execute();
  });
  await expect(fill).rejects.toThrow(DatabaseUnavailableError);
  await expect(fill).rejects.toThrow('disk is full');
  expect(await database.read.selectFrom('pets').selectAll().execute()).toEqual([]);
  await database.transaction(async (tx) => sql`pragma max_page_count = 10000`.execute(tx));
  await database.transaction(async (tx) => tx.insertInto('pets').values({ name: 'rex' }).execute());
  await database.close();
});

test('a file that is no database is refused and left as it is', async () => {
  const file = join(place.dataDir, 'gatehouse.db');
  writeFileSync(file, 'These are notes, not a database. '.repeat(100));
  await expect(openDatabase(place)).rejects.toThrow(/gatehouse\.db is not an SQLite database/);
  expect(statSync(file).size).toBe(3300);
});
