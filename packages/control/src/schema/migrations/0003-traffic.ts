import type { Migration } from '@gatehouse/database';
import type { ColumnDefinitionBuilder } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** As many as there were bounds when the table was made, and the bucket without bound. */
const BUCKETS = 14;

export const createTraffic: Migration = {
  number: 3,
  name: 'create-traffic',
  breaking: false,
  async up(db, types) {
    let traffic = db.schema
      .createTable('traffic')
      .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
      .addColumn('environment', types.text, required)
      .addColumn('width', types.integer, required)
      .addColumn('at', types.timestamp, required)
      .addColumn('operation', types.text, required);
    const figures = ['requests', 'client_errors', 'server_errors', 'latency_ms', 'backend_ms'];
    for (const histogram of ['latency', 'backend']) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) figures.push(`${histogram}_${bucket}`);
    }
    for (const figure of figures) traffic = traffic.addColumn(figure, types.integer, required);
    // In this order: what is asked for is a time of one API.
    await traffic.addPrimaryKeyConstraint('traffic_key', ['api_id', 'environment', 'width', 'at', 'operation']).execute();
    await db.schema.createIndex('traffic_age').on('traffic').columns(['width', 'at']).execute();
    await db.schema
      .createTable('traffic_errors')
      .addColumn('api_id', types.id, (column) => column.notNull().references('apis.id').onDelete('cascade'))
      .addColumn('environment', types.text, required)
      .addColumn('width', types.integer, required)
      .addColumn('at', types.timestamp, required)
      .addColumn('operation', types.text, required)
      .addColumn('code', types.text, required)
      .addColumn('requests', types.integer, required)
      .addPrimaryKeyConstraint('traffic_errors_key', ['api_id', 'environment', 'width', 'at', 'operation', 'code'])
      .execute();
    await db.schema.createIndex('traffic_errors_age').on('traffic_errors').columns(['width', 'at']).execute();
    await db.schema
      .createTable('traffic_nodes')
      .addColumn('node_id', types.id, required)
      .addColumn('boot_id', types.text, required)
      .addColumn('sequence', types.integer, required)
      .addColumn('at', types.timestamp, required)
      .addPrimaryKeyConstraint('traffic_nodes_key', ['node_id', 'boot_id'])
      .execute();
    await db.schema
      .createTable('calls')
      .addColumn('app_id', types.id, (column) => column.notNull().references('apps.id').onDelete('cascade'))
      .addColumn('at', types.timestamp, required)
      .addColumn('id', types.id, required)
      .addColumn('request_id', types.text, required)
      .addColumn('api', types.text, required)
      .addColumn('environment', types.text, required)
      .addColumn('status', types.integer, required)
      .addColumn('duration_us', types.integer, required)
      .addColumn('proven', types.boolean, required)
      .addColumn('node', types.text, required)
      .addColumn('code', types.text)
      .addColumn('operation', types.text)
      .addPrimaryKeyConstraint('calls_key', ['app_id', 'at', 'id'])
      .execute();
    await db.schema.createIndex('calls_at').on('calls').column('at').execute();
  },
};
