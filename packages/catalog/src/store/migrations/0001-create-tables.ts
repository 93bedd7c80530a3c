import type { ColumnTypes, Migration, MigrationSchema, Transaction } from '@gatehouse/database';
import type { ColumnDefinitionBuilder } from 'kysely';

type Schema = Transaction<MigrationSchema>;

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** The tables of `CatalogTables`. Large texts stand at the end of their rows, which SQLite reads from their beginning. */
export const createTables: Migration = {
  number: 1,
  name: 'create-tables',
  breaking: true,
  async up(db, types) {
    await createEntities(db, types);
    await createSources(db, types);
  },
};

async function createEntities(db: Schema, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('catalog_entities')
    .addColumn('ref', types.id, key)
    .addColumn('uid', types.id, required)
    .addColumn('number', types.integer, required)
    .addColumn('hash', types.id, required)
    .addColumn('source', types.id, required)
    .addColumn('location_key', types.text)
    .addColumn('definition', types.id)
    .addColumn('orphan', types.boolean, required)
    .addColumn('remove_at', types.timestamp)
    .addColumn('deleted_at', types.timestamp)
    .addColumn('status', types.json)
    .addColumn('relations', types.json, required)
    .addColumn('entity', types.json, required)
    .execute();
  await db.schema.createIndex('catalog_entities_number').on('catalog_entities').columns(['number', 'ref']).execute();
  await db.schema.createIndex('catalog_entities_source').on('catalog_entities').column('source').execute();
  await db.schema.createIndex('catalog_entities_definition').on('catalog_entities').column('definition').execute();
  await db.schema
    .createTable('catalog_definitions')
    .addColumn('hash', types.id, key)
    .addColumn('words', types.json, required)
    .addColumn('operations', types.json, required)
    .addColumn('content', types.json, required)
    .execute();
  await db.schema
    .createTable('catalog_parents')
    .addColumn('ref', types.id, required)
    .addColumn('parent_ref', types.id, required)
    .addPrimaryKeyConstraint('catalog_parents_key', ['ref', 'parent_ref'])
    .execute();
  await db.schema.createIndex('catalog_parents_parent').on('catalog_parents').column('parent_ref').execute();
  await db.schema.createTable('catalog_horizon').addColumn('id', types.integer, key).addColumn('number', types.integer, required).execute();
}

async function createSources(db: Schema, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('catalog_sources')
    .addColumn('id', types.id, key)
    .addColumn('provider', types.text, required)
    .addColumn('type', types.text, required)
    .addColumn('target', types.text, required)
    .addColumn('location_key', types.text)
    .addColumn('version', types.text)
    .addColumn('content_hash', types.id)
    .addColumn('read_at', types.timestamp)
    .addColumn('good_at', types.timestamp)
    .addColumn('error', types.text)
    .addColumn('documents', types.json, required)
    .execute();
  await db.schema.createIndex('catalog_sources_provider').on('catalog_sources').column('provider').execute();
  await db.schema
    .createTable('catalog_conflicts')
    .addColumn('ref', types.id, required)
    .addColumn('source', types.id, required)
    .addColumn('location_key', types.text)
    .addColumn('held_by', types.id, required)
    .addColumn('held_key', types.text)
    .addColumn('since', types.timestamp, required)
    .addPrimaryKeyConstraint('catalog_conflicts_key', ['ref', 'source'])
    .execute();
  await db.schema.createIndex('catalog_conflicts_source').on('catalog_conflicts').column('source').execute();
  await db.schema
    .createTable('catalog_refresh_keys')
    .addColumn('key', types.text, required)
    .addColumn('source', types.id, required)
    .addPrimaryKeyConstraint('catalog_refresh_keys_key', ['key', 'source'])
    .execute();
  await db.schema.createIndex('catalog_refresh_keys_source').on('catalog_refresh_keys').column('source').execute();
  await db.schema
    .createTable('catalog_locations')
    .addColumn('id', types.id, key)
    .addColumn('type', types.text, required)
    .addColumn('target', types.text, required)
    .addColumn('created_at', types.timestamp, required)
    .addUniqueConstraint('catalog_locations_unique', ['type', 'target'])
    .execute();
}
