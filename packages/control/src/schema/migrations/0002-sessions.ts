import type { Migration } from '@gatehouse/database';
import type { ColumnDefinitionBuilder } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** The tables of `SessionTables`. */
export const createSessions: Migration = {
  number: 2,
  name: 'create-sessions',
  breaking: false,
  async up(db, types) {
    await db.schema
      .createTable('sessions')
      .addColumn('id', types.id, (column) => column.primaryKey().notNull())
      .addColumn('hash', types.text, (column) => column.notNull().unique())
      .addColumn('subject', types.text, required)
      .addColumn('name', types.text, required)
      .addColumn('provider', types.text, required)
      // A token that is revoked takes its sessions with it, whoever revokes it.
      .addColumn('token_id', types.id, (column) => column.references('tokens.id').onDelete('cascade'))
      .addColumn('entity', types.text)
      .addColumn('profile', types.json, required)
      .addColumn('created_at', types.timestamp, required)
      .addColumn('last_used_at', types.timestamp, required)
      .addColumn('expires_at', types.timestamp, required)
      .addColumn('address', types.text)
      .addColumn('user_agent', types.text)
      .execute();
    await db.schema.createIndex('sessions_subject').on('sessions').columns(['subject', 'created_at']).execute();
    await db.schema.createIndex('sessions_token').on('sessions').column('token_id').execute();
    await db.schema.createIndex('sessions_expiry').on('sessions').column('expires_at').execute();
  },
};
