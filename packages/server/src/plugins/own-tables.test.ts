import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { defineMigrations } from '@gatehouse/sdk/plugin';
import { type QueryCreator, sql } from 'kysely';
import { expect, test } from 'vitest';
import { createPluginDatabase, migratePlugin } from './plugin-database.ts';

type Tables = Record<string, Record<string, unknown>>;

const { list } = defineMigrations<Tables>([
  {
    name: 'first',
    async up(db, types) {
      await db.schema
        .createTable('frobs')
        .addColumn('id', types.integer, (column) => column.primaryKey())
        .addColumn('name', types.text)
        .execute();
      await db.schema
        .createTable('notes')
        .addColumn('frob', types.integer, (column) => column.references('frobs.id').onDelete('cascade'))
        .addColumn('text', types.text)
        .execute();
      await db.schema.createIndex('by_frob').on('notes').column('frob').execute();
    },
  },
  {
    name: 'second',
    async up(db, types) {
      await db.schema.alterTable('notes').addColumn('at', types.timestamp).execute();
      await db.schema.alterTable('notes').renameTo('remarks').execute();
      await db.schema.dropIndex('by_frob').execute();
      await db.schema.createIndex('by_frob').on('remarks').column('frob').execute();
    },
  },
]);

async function names(database: Database<Tables>): Promise<string[]> {
  const query =
    database.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where name like 'plugin%'`
      : sql<{ name: string }>`select tablename as name from pg_tables where tablename like 'plugin%'
          union all select indexname from pg_indexes where indexname like 'plugin%by_frob'`;
  return (await query.execute(database.read)).rows.map(({ name }) => name).sort();
}

describeDatabases<Tables>('the tables of a plugin', (open) => {
  test('are its own: two plugins have the same names and do not meet', async () => {
    const database = await open();
    for (const plugin of ['a', 'a-b']) await migratePlugin(database, plugin, list);
    expect(await names(database)).toEqual(
      ['a', 'a_b'].flatMap((name) => ['by_frob', 'frobs', 'remarks'].map((table) => `plugin_${name}__${table}`)),
    );
    const [first, second] = [createPluginDatabase(database, 'a'), createPluginDatabase(database, 'a-b')];
    await first.transaction((tx) => tx.insertInto('frobs').values({ id: 1, name: 'one' }).execute());
    expect(await first.read.selectFrom('frobs').selectAll().execute()).toEqual([{ id: 1, name: 'one' }]);
    expect(await second.read.selectFrom('frobs').selectAll().execute()).toEqual([]);
    await migratePlugin(database, 'a', list);
  });

  test('are found by aliases, joins, subqueries and common table expressions, and as text by their whole name', async () => {
    const database = await open();
    await migratePlugin(database, 'a', list);
    const { read, transaction, tableName } = createPluginDatabase(database, 'a');
    await transaction(async (tx) => {
      await tx.insertInto('frobs').values({ id: 1, name: 'one' }).execute();
      await tx.insertInto('remarks').values({ frob: 1, text: 'hums', at: 7 }).execute();
      await tx.updateTable('remarks').set({ text: 'buzzes' }).where('remarks.frob', '=', 1).execute();
    });
    const joined = read
      .with('loud', (db: QueryCreator<Tables>) => db.selectFrom('remarks').select(['frob', 'text']))
      .selectFrom('frobs as f')
      .innerJoin('loud', 'loud.frob', 'f.id')
      .where('f.id', 'in', (db: QueryCreator<Tables>) => db.selectFrom('remarks').select('remarks.frob'))
      .select(['f.name', 'loud.text']);
    expect(await joined.execute()).toEqual([{ name: 'one', text: 'buzzes' }]);
    const text = await sql<{ name: string }>`select name from ${sql.table(tableName('frobs'))}`.execute(read);
    expect(text.rows).toEqual([{ name: 'one' }]);
    await transaction((tx) => tx.deleteFrom('frobs').execute());
    expect(await read.selectFrom('remarks').selectAll().execute()).toEqual([]);
  });

  test('are all that it reaches: tables of others do not exist for it, and other schemas are refused', async () => {
    const database = await open();
    await migratePlugin(database, 'a', list);
    const { read } = createPluginDatabase(database, 'a');
    await expect(read.selectFrom('migrations').selectAll().execute()).rejects.toThrow('plugin_a__migrations');
    for (const schema of ['main', 'public'])
      await expect(read.selectFrom(`${schema}.migrations`).selectAll().execute()).rejects.toThrow('own tables only');
    await expect(read.withSchema('public').selectFrom('migrations').selectAll().execute()).rejects.toThrow('own tables only');
  });

  test('are not made at all when a step makes or changes what is not its own', async () => {
    const database = await open();
    await migratePlugin(database, 'a', list);
    for (const text of ['create table loot (id integer)', 'drop table plugin_a__remarks', 'create index loot on plugin_a__frobs (name)']) {
      const steps = defineMigrations<Tables>([
        {
          name: 'loot',
          async up(db, types) {
            await db.schema.createTable('own').addColumn('id', types.id).execute();
            await sql.raw(text).execute(db);
          },
        },
      ]);
      await expect(migratePlugin(database, 'b', steps.list)).rejects.toThrow('what is not its own');
      expect(await names(database)).toEqual(['by_frob', 'frobs', 'remarks'].map((table) => `plugin_a__${table}`));
    }
  });

  test('have names that the database does not cut off', async () => {
    const database = await open();
    const { read } = createPluginDatabase(database, 'a');
    await expect(read.selectFrom('x'.repeat(60)).selectAll().execute()).rejects.toThrow('too long');
  });
});
