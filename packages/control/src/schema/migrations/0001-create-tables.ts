import type { ColumnTypes, Migration, MigrationSchema, Transaction } from '@gatehouse/database';
import type { ColumnDefinitionBuilder } from 'kysely';

type Database = Transaction<MigrationSchema>;

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/**
 * The tables of `ControlTables`. Large texts stand at the end of their rows: SQLite reads a row from its beginning, and a list that
 * wants the small columns must not walk through the large ones.
 */
export const createTables: Migration = {
  number: 1,
  name: 'create-tables',
  breaking: true,
  async up(db, types) {
    await createSystem(db, types);
    await createBackends(db, types);
    await createApis(db, types);
    await createPublications(db, types);
    await createApps(db, types);
    await createAccess(db, types);
    await createLogs(db, types);
    await createNodes(db, types);
  },
};

async function createSystem(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('installation')
    .addColumn('id', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('key_check', types.text, required)
    .addColumn('created_at', types.timestamp, required)
    .execute();
  await db.schema
    .createTable('settings')
    .addColumn('id', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('version', types.integer, required)
    .addColumn('content', types.json, required)
    .execute();
}

async function createBackends(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('backends')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, (column) => column.notNull().unique())
    .addColumn('type', types.text, required)
    .addColumn('owner', types.text)
    .addColumn('managed_by', types.text)
    .addColumn('version', types.integer, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('updated_at', types.timestamp, required)
    .addColumn('description', types.text)
    .execute();
  await db.schema
    .createTable('backend_names')
    .addColumn('name', types.text, (column) => column.primaryKey().notNull())
    .addColumn('backend_id', types.id, (column) => column.notNull().references('backends.id').onDelete('cascade'))
    .execute();
  await db.schema.createIndex('backend_names_backend').on('backend_names').column('backend_id').execute();
  await db.schema
    .createTable('backend_definitions')
    .addColumn('backend_id', types.id, (column) => column.notNull().references('backends.id').onDelete('cascade'))
    .addColumn('environment', types.text, required)
    .addColumn('version', types.integer, required)
    .addColumn('updated_at', types.timestamp, required)
    .addColumn('written', types.json, required)
    .addColumn('content', types.json, required)
    .addPrimaryKeyConstraint('backend_definitions_key', ['backend_id', 'environment'])
    .execute();
}

async function createApis(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('apis')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, (column) => column.notNull().unique())
    .addColumn('title', types.text)
    .addColumn('owner', types.text)
    .addColumn('api_group', types.text)
    .addColumn('base_path', types.text, required)
    .addColumn('content_hash', types.text, required)
    .addColumn('operations', types.integer, required)
    .addColumn('managed_by', types.text)
    .addColumn('version', types.integer, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('updated_at', types.timestamp, required)
    .addColumn('description', types.text)
    .addColumn('draft', types.json, required)
    .addColumn('definition', types.text, required)
    .addColumn('document', types.json, required)
    .addColumn('content', types.json, required)
    .execute();
  await db.schema.createIndex('apis_owner').on('apis').columns(['owner', 'name']).execute();
  await db.schema.createIndex('apis_group').on('apis').columns(['api_group', 'name']).execute();
  await db.schema
    .createTable('api_backends')
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    // Without cascade: a backend service that a draft uses cannot be deleted, whatever was checked before.
    .addColumn('backend_id', types.id, (column) => column.notNull().references('backends.id'))
    .addPrimaryKeyConstraint('api_backends_key', ['api_id', 'backend_id'])
    .execute();
  await db.schema.createIndex('api_backends_backend').on('api_backends').column('backend_id').execute();
  await db.schema
    .createTable('revisions')
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    .addColumn('number', types.integer, required)
    .addColumn('content_hash', types.text, required)
    .addColumn('operations', types.integer, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('created_by', types.text, required)
    .addColumn('comment', types.text)
    .addColumn('content', types.json, required)
    .addColumn('document', types.json, required)
    .addPrimaryKeyConstraint('revisions_key', ['api_id', 'number'])
    .execute();
  await db.schema
    .createTable('revision_backends')
    .addColumn('api_id', types.id, required)
    .addColumn('number', types.integer, required)
    // No reference: a revision that is live nowhere outlives the backend services that it used.
    .addColumn('backend_id', types.id, required)
    .addPrimaryKeyConstraint('revision_backends_key', ['api_id', 'number', 'backend_id'])
    .addForeignKeyConstraint('revision_backends_revision', ['api_id', 'number'], 'revisions', ['api_id', 'number'], (constraint) =>
      constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('revision_backends_backend').on('revision_backends').column('backend_id').execute();
}

async function createPublications(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('publications')
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    .addColumn('environment', types.text, required)
    .addColumn('revision', types.integer, required)
    .addColumn('base_path', types.text, required)
    .addColumn('published_at', types.timestamp, required)
    .addColumn('published_by', types.text, required)
    .addColumn('managed_by', types.text)
    .addPrimaryKeyConstraint('publications_key', ['api_id', 'environment'])
    .addForeignKeyConstraint('publications_revision', ['api_id', 'revision'], 'revisions', ['api_id', 'number'], (constraint) =>
      constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('publications_environment').on('publications').columns(['environment', 'api_id']).execute();
  await db.schema
    .createTable('domains')
    .addColumn('host', types.text, (column) => column.primaryKey().notNull())
    .addColumn('managed_by', types.text)
    .addColumn('version', types.integer, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('updated_at', types.timestamp, required)
    .addColumn('mappings', types.json, required)
    .execute();
}

async function createApps(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('apps')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, (column) => column.notNull().unique())
    .addColumn('owner', types.text)
    .addColumn('digest_a', types.integer, required)
    .addColumn('digest_b', types.integer, required)
    .addColumn('managed_by', types.text)
    .addColumn('version', types.integer, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('updated_at', types.timestamp, required)
    .addColumn('description', types.text)
    .execute();
  await db.schema.createIndex('apps_owner').on('apps').columns(['owner', 'name']).execute();
  await db.schema
    .createTable('app_sums')
    .addColumn('id', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('count', types.integer, required)
    .addColumn('sum_a', types.integer, required)
    .addColumn('sum_b', types.integer, required)
    .execute();
  await db.insertInto('app_sums').values({ id: 1, count: 0, sum_a: 0, sum_b: 0 }).execute();
  await db.schema
    .createTable('credentials')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('app_id', types.id, (column) => column.notNull().references('apps.id').onDelete('cascade'))
    .addColumn('app_key', types.text, (column) => column.notNull().unique())
    .addColumn('secret_sealed', types.text, required)
    .addColumn('code_hash', types.text, (column) => column.notNull().unique())
    .addColumn('created_at', types.timestamp, required)
    .addColumn('expires_at', types.timestamp)
    .addColumn('managed_by', types.text)
    .execute();
  await db.schema.createIndex('credentials_app').on('credentials').column('app_id').execute();
  await db.schema.createIndex('credentials_expiry').on('credentials').column('expires_at').execute();
  await db.schema
    .createTable('authorizations')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('app_id', types.id, (column) => column.notNull().references('apps.id').onDelete('cascade'))
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    .addColumn('environment', types.text, required)
    .addColumn('expires_at', types.timestamp)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('created_by', types.text, required)
    .addColumn('managed_by', types.text)
    .addUniqueConstraint('authorizations_unique', ['app_id', 'api_id', 'environment'])
    .execute();
  await db.schema.createIndex('authorizations_api').on('authorizations').columns(['api_id', 'environment', 'app_id']).execute();
  await db.schema.createIndex('authorizations_expiry').on('authorizations').column('expires_at').execute();
}

async function createAccess(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, required)
    .addColumn('hash', types.text, (column) => column.notNull().unique())
    .addColumn('role', types.text, required)
    .addColumn('teams', types.json, required)
    .addColumn('created_at', types.timestamp, required)
    .addColumn('created_by', types.text, required)
    .addColumn('expires_at', types.timestamp)
    .addColumn('last_used_at', types.timestamp)
    .execute();
}

async function createLogs(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('number', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('at', types.timestamp, required)
    .addColumn('actor', types.text, required)
    .addColumn('action', types.text, required)
    .addColumn('resource', types.text, required)
    .addColumn('owner', types.text)
    .addColumn('environment', types.text)
    .addColumn('address', types.text)
    .addColumn('request_id', types.text)
    .addColumn('before', types.json)
    .addColumn('after', types.json)
    .execute();
  await db.schema.createIndex('audit_resource').on('audit').columns(['resource', 'number']).execute();
  await db.schema.createIndex('audit_owner').on('audit').columns(['owner', 'number']).execute();
  await db.schema.createIndex('audit_actor').on('audit').columns(['actor', 'number']).execute();
  await db.schema.createIndex('audit_action').on('audit').columns(['action', 'number']).execute();
  await db.schema.createIndex('audit_at').on('audit').columns(['at', 'number']).execute();
  await db.schema
    .createTable('changes')
    .addColumn('number', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('kind', types.text, required)
    .addColumn('key', types.text, required)
    .addColumn('at', types.timestamp, required)
    .execute();
  await db.schema.createIndex('changes_kind').on('changes').columns(['kind', 'number']).execute();
}

async function createNodes(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('nodes')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, required)
    .addColumn('kind', types.text, required)
    .addColumn('address', types.text, required)
    .addColumn('version', types.text, required)
    .addColumn('token', types.id)
    .addColumn('boot_id', types.text, required)
    .addColumn('connected_to', types.text)
    .addColumn('applied_number', types.integer)
    .addColumn('applied_hash', types.text)
    .addColumn('applied_at', types.timestamp)
    .addColumn('rejected_number', types.integer)
    .addColumn('rejected_reason', types.text)
    .addColumn('rejected_at', types.timestamp)
    .addColumn('credentials_cursor', types.integer)
    .addColumn('first_seen_at', types.timestamp, required)
    .addColumn('last_seen_at', types.timestamp, required)
    .execute();
}
