import type { Migration } from '@gatehouse/database';
import { type ColumnDefinitionBuilder, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/**
 * How providers do, apart from what they read, since when a source is wrong, and indexes that hold only what is wrong: it is looked
 * for among everything that is not.
 */
export const createProviderStates: Migration = {
  number: 2,
  name: 'provider-states',
  breaking: false,
  async up(db, types) {
    await db.schema
      .createTable('catalog_providers')
      .addColumn('name', types.id, (column) => column.primaryKey().notNull())
      .addColumn('type', types.text, required)
      .addColumn('target', types.text, required)
      .addColumn('position', types.integer, required)
      .addColumn('entities', types.integer, required)
      .addColumn('requested_at', types.timestamp)
      .addColumn('scanning_since', types.timestamp)
      .addColumn('scanned_at', types.timestamp)
      .addColumn('good_at', types.timestamp)
      .addColumn('ms', types.integer)
      .addColumn('changed', types.integer)
      .addColumn('removed', types.integer)
      .addColumn('error', types.text)
      .addColumn('error_since', types.timestamp)
      .addColumn('next_at', types.timestamp)
      .execute();
    // States stood among the sources before.
    await sql`delete from catalog_sources where provider = 'catalog'`.execute(db);
    await db.schema.alterTable('catalog_sources').addColumn('error_since', types.timestamp).execute();
    await sql`
      update catalog_sources set error_since = coalesce(read_at, 0)
      where coalesce(error, '') <> 'its provider no longer has it'
        and (error is not null or cast(documents as text) like '%"problems":%')`.execute(db);
    await sql`create index catalog_sources_wrong on catalog_sources (id) where error_since is not null`.execute(db);
    await sql`create index catalog_entities_marked on catalog_entities (ref) where status is not null`.execute(db);
    await sql`create index catalog_entities_orphans on catalog_entities (ref) where orphan = 1`.execute(db);
  },
};
