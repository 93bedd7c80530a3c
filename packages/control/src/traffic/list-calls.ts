import { traffic } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { notFound } from '../operation/refusal.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { CallsTable } from '../schema/traffic-tables.ts';
import type { TrafficDependencies } from './dependencies.ts';
import { explainCall } from './explain-call.ts';

const keys = z.tuple([z.number().int(), z.string()]);

/** Whoever sees the app sees its calls, whoever owns what it called. */
export function listCalls({ database }: TrafficDependencies): Implementation {
  return implement(traffic.listCalls, async ({ params, query, caller }) => {
    const app = await database.read.selectFrom('apps').select(['id', 'owner']).where('name', '=', params.name).executeTakeFirst();
    if (app === undefined || !caller.canSee(app.owner)) throw notFound('app', params.name);
    const { api, environment, errors, limit } = query;
    let rows = database.read
      .selectFrom('calls')
      .selectAll()
      .where('app_id', '=', app.id)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (api !== undefined) rows = rows.where('api', '=', api);
    if (environment !== undefined) rows = rows.where('environment', '=', environment);
    if (errors) rows = rows.where('status', '>=', 400);
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) {
      const [at, id] = after;
      rows = rows.where((where) => where.or([where('at', '<', at), where.and([where('at', '=', at), where('id', '<', id)])]));
    }
    return { body: toPage(await rows.execute(), limit, toCall, (row) => [row.at, row.id]) };
  });
}

function toCall(row: CallsTable): z.output<typeof traffic.call> {
  return {
    at: toTimestamp(row.at),
    requestId: row.request_id,
    api: row.api,
    environment: row.environment,
    operation: row.operation,
    status: row.status,
    ms: row.duration_us / 1000,
    code: row.code,
    explanation: explainCall(row),
    node: row.node,
  };
}
