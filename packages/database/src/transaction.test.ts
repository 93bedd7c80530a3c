import { setTimeout as delay } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from './database.ts';
import { DatabaseUnavailableError } from './errors.ts';
import { columnTypes } from './migrations/column-types.ts';
import { describeDatabases } from './testing/index.ts';
import { isForeignKeyViolation, isUniqueViolation, uniqueViolation } from './violations.ts';

interface Schema {
  teams: { name: string; active: number; document: string; since: number };
  members: { team: string; name: string };
}

async function createTables(database: Database<Schema>): Promise<void> {
  const types = columnTypes(database.dialect);
  await database.transaction(async (tx) => {
    await tx.schema
      .createTable('teams')
      .addColumn('name', types.text, (column) => column.primaryKey())
      .addColumn('active', types.boolean, (column) => column.notNull())
      .addColumn('document', types.json, (column) => column.notNull())
      .addColumn('since', types.timestamp, (column) => column.notNull())
      .execute();
    await tx.schema
      .createTable('members')
      .addColumn('team', types.text, (column) => column.notNull().references('teams.name'))
      .addColumn('name', types.text, (column) => column.notNull())
      .addUniqueConstraint('members_unique', ['team', 'name'])
      .execute();
  });
}

const team = (name: string) => ({ name, active: 1, document: '{}', since: 0 });

describeDatabases<Schema>(
  'a transaction',
  (open, dialect) => {
    test('shows nothing before it is committed, and everything afterwards', async () => {
      const database = await open();
      const names = async () => (await database.read.selectFrom('teams').select('name').execute()).map((row) => row.name);
      await database.transaction(async (tx) => {
        await tx.insertInto('teams').values(team('pets')).execute();
        expect(await names()).toEqual([]);
      });
      expect(await names()).toEqual(['pets']);
    });

    test('leaves nothing behind when its work throws', async () => {
      const database = await open();
      const failing = database.transaction(async (tx) => {
        await tx.insertInto('teams').values(team('pets')).execute();
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await database.read.selectFrom('teams').selectAll().execute()).toEqual([]);
    });

    test('throws when it is touched after its end, also while the commit is on its way', async () => {
      const database = await open();
      let kept: Transaction<Schema> | undefined;
      let late: Promise<unknown> | undefined;
      await database.transaction(async (tx) => {
        kept = tx;
        // Runs after `work` has returned and before the commit has been answered.
        late = Promise.resolve()
          .then(() => delay(0))
          .then(() => tx.insertInto('teams').values(team('late')).execute());
        late.catch(() => undefined);
      });
      await expect(late).rejects.toThrow('The transaction is finished');
      await expect(kept?.selectFrom('teams').selectAll().execute()).rejects.toThrow('The transaction is finished');
      await expect(kept === undefined ? undefined : sql`select 1`.execute(kept)).rejects.toThrow('The transaction is finished');
      expect(await database.read.selectFrom('teams').selectAll().execute()).toEqual([]);
    });

    test('cannot be begun inside another one', async () => {
      const database = await open();
      const nested = database.transaction(() => database.transaction(async () => undefined));
      await expect(nested).rejects.toThrow('inside another one');
    });

    test('that does not end is rolled back and lets the next one have its turn', async () => {
      const database = await open();
      const stuck = database.transaction(
        async (tx) => {
          await tx.insertInto('teams').values(team('stuck')).execute();
          await new Promise(() => undefined);
        },
        { timeoutMs: 200 },
      );
      stuck.catch(() => undefined);
      await database.transaction(async (tx) => tx.insertInto('teams').values(team('pets')).execute());
      await expect(stuck).rejects.toBeInstanceOf(DatabaseUnavailableError);
      expect(await database.read.selectFrom('teams').select('name').execute()).toEqual([{ name: 'pets' }]);
    });

    test('of many at once loses no change', async () => {
      const database = await open();
      await database.transaction(async (tx) => tx.insertInto('teams').values(team('pets')).execute());
      await Promise.all(
        Array.from({ length: 20 }, () =>
          database.transaction(async (tx) => {
            await tx.selectFrom('teams').select('since').execute();
            await tx
              .updateTable('teams')
              .set((eb) => ({ since: eb('since', '+', 1) }))
              .execute();
          }),
        ),
      );
      expect(await database.read.selectFrom('teams').select('since').execute()).toEqual([{ since: 20 }]);
    });

    test('whose violations are told apart, without the values', async () => {
      const database = await open();
      await database.transaction(async (tx) => tx.insertInto('teams').values(team('pets')).execute());
      const add = (member: Schema['members']) => database.transaction(async (tx) => tx.insertInto('members').values(member).execute());
      await add({ team: 'pets', name: 'ann' });
      const twice = await add({ team: 'pets', name: 'ann' }).catch((error: unknown) => error);
      expect(isUniqueViolation(twice)).toBe(true);
      expect(uniqueViolation(twice)).toMatchObject({ table: 'members', columns: ['team', 'name'] });
      const orphan = await add({ team: 'nobody', name: 'ann' }).catch((error: unknown) => error);
      expect(isForeignKeyViolation(orphan)).toBe(true);
      expect(isUniqueViolation(orphan)).toBe(false);
    });

    test('keeps a snapshot the same while others commit', async () => {
      const database = await open();
      const go = Promise.withResolvers<void>();
      const written = go.promise.then(() => database.transaction(async (tx) => tx.insertInto('teams').values(team('pets')).execute()));
      await database.snapshot(async (tx) => {
        expect(await tx.selectFrom('teams').selectAll().execute()).toEqual([]);
        go.resolve();
        await written;
        expect(await tx.selectFrom('teams').selectAll().execute()).toEqual([]);
        await expect(tx.insertInto('teams').values(team('no')).execute()).rejects.toThrow('This is for reading');
      });
      expect(await database.read.selectFrom('teams').select('name').execute()).toEqual([{ name: 'pets' }]);
    });

    test('is needed to write: what is for reading refuses it', async () => {
      const database = await open();
      await expect(database.read.insertInto('teams').values(team('pets')).execute()).rejects.toThrow('write in a transaction');
      await expect(sql`insert into members values ('a', 'b')`.execute(database.read)).rejects.toThrow(/read-?only/);
    });

    test('gives values in one form, whatever the database', async () => {
      const database = await open();
      const document = '{"b":1,"a":"\\u0000 é"}';
      await database.transaction(async (tx) => {
        await tx
          .insertInto('teams')
          .values({ name: 'é', active: 0, document, since: 2 ** 52 })
          .execute();
        for (const name of ['b', 'A', 'a', 'B']) await tx.insertInto('teams').values(team(name)).execute();
      });
      const read = database.read.selectFrom('teams');
      expect(await read.selectAll().where('name', '=', 'é').executeTakeFirst()).toEqual({ name: 'é', active: 0, document, since: 2 ** 52 });
      expect((await read.select('name').orderBy('name').execute()).map((row) => row.name)).toEqual(['A', 'B', 'a', 'b', 'é']);
      expect(await read.select('name').where('name', 'like', 'a%').execute()).toEqual([{ name: 'a' }]);
      const { rows } = await sql`select exists (select 1 from teams) as found, count(*) as n, sum(active) as active from teams`.execute(
        database.read,
      );
      expect(rows).toEqual([{ found: 1, n: 5, active: 4 }]);
      const missing = database.transaction(async (tx) => sql`insert into teams (name) values (${undefined})`.execute(tx));
      await expect(missing).rejects.toThrow(TypeError);
    });

    test('is refused after the database was closed, and closing waits for those in progress', async () => {
      const database = await open();
      const inProgress = database.transaction(async (tx) => {
        await delay(50);
        await tx.insertInto('teams').values(team('pets')).execute();
      });
      await Promise.resolve();
      await Promise.all([inProgress, delay(10).then(() => database.close())]);
      await expect(database.transaction(async () => undefined)).rejects.toThrow();
      await expect(database.ping()).rejects.toThrow();
      const next = await open.again(database);
      expect(await next.read.selectFrom('teams').select('name').execute()).toEqual([{ name: 'pets' }]);
      expect(next.dialect).toBe(dialect);
    });
  },
  createTables,
);
