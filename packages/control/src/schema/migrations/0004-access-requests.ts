import type { ColumnTypes, Migration, MigrationSchema, Transaction } from '@gatehouse/database';
import { type ColumnDefinitionBuilder, sql } from 'kysely';

type Database = Transaction<MigrationSchema>;

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** What everybody may see of publications, with their history, and the requests of teams to call APIs of others. */
export const createAccessRequests: Migration = {
  number: 4,
  name: 'create-access-requests',
  breaking: false,
  async up(db, types) {
    await createHistory(db, types);
    await createRequests(db, types);
    await describePublications(db, types);
  },
};

async function createHistory(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('publication_history')
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    .addColumn('environment', types.text, required)
    .addColumn('number', types.integer, required)
    .addColumn('at', types.timestamp, required)
    .addColumn('by', types.text, required)
    .addColumn('revision', types.integer)
    .addColumn('previous', types.integer)
    .addColumn('comment', types.text)
    .addColumn('changes', types.json)
    .addPrimaryKeyConstraint('publication_history_key', ['api_id', 'environment', 'number'])
    .execute();
}

async function createRequests(db: Database, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('access_requests')
    .addColumn('id', types.id, (column) => column.primaryKey().notNull())
    .addColumn('app_id', types.id, (column) => column.notNull().references('apps.id').onDelete('cascade'))
    .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
    .addColumn('environment', types.text, required)
    .addColumn('state', types.text, required)
    .addColumn('requested_by', types.text, required)
    .addColumn('requested_at', types.timestamp, required)
    .addColumn('decided_by', types.text)
    .addColumn('decided_at', types.timestamp)
    .addColumn('reason', types.text)
    .addColumn('answer', types.text)
    .execute();
  await db.schema
    .createIndex('access_requests_pending')
    .unique()
    .on('access_requests')
    .columns(['app_id', 'api_id', 'environment'])
    .where(sql.ref('state'), '=', 'pending')
    .execute();
  await db.schema.createIndex('access_requests_app').on('access_requests').columns(['app_id', 'requested_at']).execute();
  await db.schema.createIndex('access_requests_api').on('access_requests').columns(['api_id', 'requested_at']).execute();
  await db.schema.createIndex('access_requests_at').on('access_requests').columns(['requested_at', 'id']).execute();
}

/** What is live already is described like what will be, and is where its history begins. */
async function describePublications(db: Database, types: ColumnTypes): Promise<void> {
  for (const column of ['title', 'description', 'document_version', 'auth']) {
    await db.schema.alterTable('publications').addColumn(column, types.text).execute();
  }
  await db.schema.alterTable('publications').addColumn('domains_only', types.boolean).execute();
  const live = await db.selectFrom('publications').select(['api_id', 'environment', 'revision', 'published_at', 'published_by']).execute();
  // One by one: each holds a whole document.
  for (const { api_id, environment, revision, published_at, published_by } of live) {
    const { content, document } = await db
      .selectFrom('revisions')
      .select(['content', 'document'])
      .where('api_id', '=', api_id)
      .where('number', '=', revision)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('publications')
      .set(describe(String(content), String(document)))
      .where('api_id', '=', api_id)
      .where('environment', '=', environment)
      .execute();
    await db
      .insertInto('publication_history')
      .values({ api_id, environment, number: 0, at: published_at, by: published_by, revision })
      .execute();
  }
}

interface Content {
  revision: { domainsOnly?: boolean; authentication?: object | null; routes: { authentication?: object | null }[] };
}

function describe(content: string, document: string): Record<string, string | number | null> {
  const { revision } = JSON.parse(content) as Content;
  const { info } = JSON.parse(document) as { info?: Record<string, unknown> };
  // PostgreSQL stores no NUL, which JSON can hold.
  const text = (value: unknown, lengthMax: number) =>
    typeof value === 'string' && value !== '' ? value.replaceAll('\0', '').slice(0, lengthMax).toWellFormed() : null;
  const asks = revision.routes.some(
    ({ authentication = revision.authentication }) => authentication !== undefined && authentication !== null,
  );
  return {
    title: text(info?.title, 500),
    description: text(info?.description, 2000),
    document_version: text(info?.version, 200),
    auth: asks ? 'app' : 'none',
    domains_only: revision.domainsOnly === true ? 1 : 0,
  };
}
