import { traffic } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import type { Caller } from '../access/caller.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { TrafficDependencies } from './dependencies.ts';
import { explainCode } from './explain-call.ts';
import { percentile } from './percentile.ts';
import { hasFigures, type OperationFigures, type Place, readFigures } from './read-figures.ts';
import { type TimeSpan, toTimeSpan } from './time-span.ts';
import { addFigures, BACKEND_COLUMNS, type Figures, LATENCY_COLUMNS, noFigures } from './traffic-columns.ts';

const OPERATIONS_MAX = 200;

/** What is live is there for everybody who is signed in, and so is how it behaves. What was live stays with its owner. */
export function getHealth({ database, retention, nowMs }: TrafficDependencies): Implementation {
  return implement(traffic.apiHealth, async ({ params, query, caller }) => {
    const span = toTimeSpan(query, retention, nowMs());
    const place = await findPlace(database, caller, params, query.operation ?? null);
    const { steps, operations, errors } = await readFigures(database.read, place, span, OPERATIONS_MAX);
    const totals = noFigures();
    for (const step of steps.values()) addFigures(totals, step);
    return {
      body: {
        since: toTimestamp(span.sinceMs),
        until: toTimestamp(span.untilMs),
        stepSeconds: span.stepMs / 1000,
        totals: toShown(totals),
        series: toSeries(steps, span),
        operations: operations.map((figures) => ({ operation: figures.operation, ...toShown(figures) })),
        errors: errors.map(({ code, requests }) => ({ code, requests, explanation: explainCode(code) })),
      },
    };
  });
}

async function findPlace(
  database: Database<ControlTables>,
  caller: Caller,
  { api, environment }: { api: string; environment: string },
  operation: string | null,
): Promise<Place> {
  const row = await database.read.selectFrom('apis').select(['id', 'owner']).where('name', '=', api).executeTakeFirst();
  if (row === undefined) throw notFound('API', api);
  const place = { apiId: row.id, environment, operation };
  const live = await database.read
    .selectFrom('publications')
    .select('revision')
    .where('api_id', '=', row.id)
    .where('environment', '=', environment)
    .executeTakeFirst();
  if (live === undefined && !(caller.canSee(row.owner) && (await hasFigures(database.read, place)))) throw notFound('API', api);
  return place;
}

/** Every step of the span, those without requests too. */
function toSeries(steps: ReadonlyMap<number, Figures>, { sinceMs, untilMs, stepMs }: TimeSpan) {
  const series = [];
  for (let step = sinceMs; step < untilMs; step += stepMs) {
    const figures = steps.get(step) ?? noFigures();
    const backend = { counts: BACKEND_COLUMNS.map((column) => figures[column]), sumMs: figures.backend_ms };
    series.push({ at: toTimestamp(step), ...toShown(figures), backendP95: percentile(backend, 0.95) });
  }
  return series;
}

function toShown(figures: OperationFigures) {
  const latencies = { counts: LATENCY_COLUMNS.map((column) => figures[column]), sumMs: figures.latency_ms };
  return {
    requests: figures.requests,
    clientErrors: figures.client_errors,
    serverErrors: figures.server_errors,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}
