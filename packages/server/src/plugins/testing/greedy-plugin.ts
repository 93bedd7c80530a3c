import { defineMigrations, definePlugin } from '@gatehouse/sdk/plugin';
import { sql } from 'kysely';

/** A plugin for tests that makes a table which is not its own. */
export const plugin = definePlugin({
  name: 'greedy',
  migrations: defineMigrations<{ own: { id: string } }>([
    {
      name: 'loot',
      async up(db, types) {
        await db.schema.createTable('own').addColumn('id', types.id).execute();
        await sql`create table loot (id integer)`.execute(db);
      },
    },
  ]),
  register() {},
});
