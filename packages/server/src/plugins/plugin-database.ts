import { type Database, type Migration, migrate } from '@gatehouse/database';
import type { PluginDatabase, PluginMigration } from '@gatehouse/sdk/plugin';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ownName, ownTables, tablePrefix } from './own-tables.ts';

/** SQLite has one writer: a plugin that holds on to a transaction holds up everybody. */
const TRANSACTION_TIMEOUT_MS = 10_000;

/** A database that has nothing to do with any tables yet. */
type AnyDatabase = Database<Record<string, Record<string, unknown>>>;

/** The database as a plugin sees it: through its own tables. */
export function createPluginDatabase(database: AnyDatabase, plugin: string): PluginDatabase<Record<string, Record<string, unknown>>> {
  const prefix = tablePrefix(plugin);
  const plugins = ownTables(prefix);
  const own = <Query extends Kysely<Record<string, Record<string, unknown>>>>(query: Query): Query =>
    plugins.reduce((result, next) => result.withPlugin(next) as Query, query);
  return {
    dialect: database.dialect,
    read: own(database.read),
    transaction: (work) => database.transaction((tx) => work(own(tx)), { timeoutMs: TRANSACTION_TIMEOUT_MS }),
    tableName: (table) => ownName(prefix, table),
  };
}

/**
 * Makes what is missing of a plugin's tables, all or nothing. Rejects when a step fails, and when it has changed anything that is not the
 * plugin's own: SQL that is written as text goes past the names that queries are given.
 */
export async function migratePlugin(database: AnyDatabase, plugin: string, list: readonly PluginMigration[]): Promise<void> {
  const prefix = tablePrefix(plugin);
  const migrations = list.map(
    ({ name, up }, index): Migration => ({
      number: index + 1,
      name,
      breaking: false,
      async up(tx, types) {
        const own = ownTables(prefix).reduce((result, next) => result.withPlugin(next) as typeof tx, tx);
        const before = await readForeign(tx, database.dialect, prefix);
        await up(own, types);
        const changed = differences(before, await readForeign(tx, database.dialect, prefix));
        if (changed.length > 0)
          throw new Error(`it changes what is not its own: ${changed.slice(0, 5).join(', ')}; use ${prefix}… names only`);
      },
    }),
  );
  await migrate(database, migrations, `plugin:${plugin}`);
}

type Catalogue = ReadonlyMap<string, string>;

/** What there is that does not belong to the plugin: name and definition of every table and index. */
async function readForeign(
  tx: Transaction<Record<string, Record<string, unknown>>>,
  dialect: AnyDatabase['dialect'],
  prefix: string,
): Promise<Catalogue> {
  const query =
    dialect === 'sqlite'
      ? sql<Row>`select name, coalesce(sql, '') as definition from sqlite_master where name not like 'sqlite\\_%' escape '\\'`
      : sql<Row>`
          select table_name as name, string_agg(concat_ws(' ', column_name, data_type, is_nullable, column_default), ', ' order by ordinal_position)
            as definition from information_schema.columns where table_schema = current_schema() group by table_name
          union all select indexname, indexdef from pg_indexes where schemaname = current_schema()`;
  const { rows } = await query.execute(tx);
  return new Map(rows.filter(({ name }) => !name.startsWith(prefix)).map(({ name, definition }) => [name, definition]));
}

interface Row {
  name: string;
  definition: string;
}

function differences(before: Catalogue, after: Catalogue): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}
