import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { describeDatabases } from '../testing/index.ts';
import { type Migration, migrate, SchemaTooNewError } from './migrate.ts';

interface Schema {
  pets: { name: string };
}

const addPets: Migration = {
  number: 1,
  name: 'pets',
  breaking: false,
  up: async (db, types) =>
    db.schema
      .createTable('pets')
      .addColumn('name', types.text, (column) => column.primaryKey())
      .execute(),
};

const fill: Migration = {
  number: 2,
  name: 'first pet',
  breaking: false,
  up: async (db) => {
    await db.insertInto('pets').values({ name: 'rex' }).execute();
  },
};

const failing: Migration = {
  number: 2,
  name: 'first pet',
  breaking: false,
  up: async (db) => {
    await db.insertInto('pets').values({ name: 'rex' }).execute();
    await sql`alter table pets add column age integer`.execute(db);
    await sql`insert into nowhere values (1)`.execute(db);
  },
};

describeDatabases<Schema>('migrations', (open, dialect) => {
  test('are applied once, in order, whoever starts at the same time', async () => {
    const database = await open();
    const nodes = [database];
    if (dialect === 'postgres') nodes.push(await open.again(database), await open.again(database), await open.again(database));
    await Promise.all(nodes.flatMap((node) => [migrate(node, [addPets, fill]), migrate(node, [addPets, fill])]));
    expect(await database.read.selectFrom('pets').selectAll().execute()).toEqual([{ name: 'rex' }]);
    await migrate(database, [addPets, fill]);
    expect(await database.read.selectFrom('pets').selectAll().execute()).toHaveLength(1);
  });

  test('that fail leave nothing of themselves, and can be run again', async () => {
    const database = await open();
    await expect(migrate(database, [addPets, failing])).rejects.toThrow('nowhere');
    await expect(database.read.selectFrom('pets').selectAll().execute()).rejects.toThrow('pets');
    await migrate(database, [addPets, fill]);
    expect(await database.read.selectFrom('pets').selectAll().execute()).toEqual([{ name: 'rex' }]);
  });

  test('of a newer program are accepted unless they break', async () => {
    const database = await open();
    await migrate(database, [addPets, fill]);
    await migrate(database, [addPets]);
    const breaking: Migration = { number: 3, name: 'no pets', breaking: true, up: async (db) => db.schema.dropTable('pets').execute() };
    await migrate(database, [addPets, fill, breaking]);
    await expect(migrate(database, [addPets, fill])).rejects.toThrow(SchemaTooNewError);
    await expect(migrate(database, [addPets, fill])).rejects.toThrow('migration 3, no pets');
  });

  test('of two components do not mix', async () => {
    const database = await open();
    await migrate(database, [addPets], 'control');
    await migrate(database, [{ ...fill, number: 1 }], 'catalog');
    expect(await database.read.selectFrom('pets').selectAll().execute()).toEqual([{ name: 'rex' }]);
    await expect(migrate(database, [{ ...addPets, name: 'other pets' }])).rejects.toThrow('do not belong together');
    await expect(migrate(database, [fill])).rejects.toThrow('should have 1');
  });
});
