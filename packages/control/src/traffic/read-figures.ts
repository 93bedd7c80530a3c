import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { NO_OPERATION } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';
import type { TimeSpan } from './time-span.ts';
import {
  ALL_OPERATIONS,
  addFigures,
  type BACKEND_COLUMNS,
  FIGURE_COLUMNS,
  type Figures,
  HOUR_MS,
  LATENCY_COLUMNS,
  MINUTE_MS,
  noFigures,
} from './traffic-columns.ts';

export interface Place {
  apiId: string;
  environment: string;
  /** Null: all. */
  operation: string | null;
}

/** What was carried at a place within a span. */
export interface PlaceFigures {
  /** By the begin of the step; those without requests are not there. */
  steps: ReadonlyMap<number, Figures>;
  /** Those with most requests first; requests that were for none are left out. */
  operations: (OperationFigures & { operation: string })[];
  /** What the gateway itself answered, most first. */
  errors: { code: string; requests: number }[];
}

/** Those of operations are read without the backend's. */
export type OperationFigures = Omit<Figures, 'backend_ms' | (typeof BACKEND_COLUMNS)[number]>;

const OPERATION_COLUMNS = ['requests', 'client_errors', 'server_errors', 'latency_ms', ...LATENCY_COLUMNS] as const;

const DAY_MS = 24 * HOUR_MS;
const ERRORS_MAX = 100;

/**
 * Reads what is stored of a span, some hours at a time: a day of an API whose every operation is used has some 100,000 rows, for which
 * others must not wait. Minutes are rolled up within their hour, so a statement that reads whole hours finds each request once.
 */
export async function readFigures(db: Kysely<ControlTables>, place: Place, span: TimeSpan, operationsMax: number): Promise<PlaceFigures> {
  const steps = new Map<number, Figures>();
  const operations = new Map<string, Figures>();
  const errors = new Map<string, number>();
  for (const window of windowsOf(span)) {
    for (const { step, ...figures } of await readSteps(db, place, window)) addFigures(known(steps, step), { ...noFigures(), ...figures });
    for (const { operation, ...figures } of await readOperations(db, place, window)) {
      addFigures(known(operations, operation), { ...noFigures(), ...figures });
    }
    for (const { code, requests } of await readErrors(db, place, window)) errors.set(code, (errors.get(code) ?? 0) + requests);
    await yieldToOthers();
  }
  return {
    steps,
    operations: mostFirst([...operations].map(([operation, figures]) => ({ operation, ...figures }))).slice(0, operationsMax),
    errors: mostFirst([...errors].map(([code, requests]) => ({ code, requests }))).slice(0, ERRORS_MAX),
  };
}

/** Whether anything was ever carried there, as far as is known. */
export async function hasFigures(db: Kysely<ControlTables>, { apiId, environment }: Place): Promise<boolean> {
  const row = await db
    .selectFrom('traffic')
    .select('at')
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whole hours where there may be minutes, whole days before. */
function* windowsOf({ sinceMs, untilMs, stepMs, minutesSinceMs }: TimeSpan): Generator<TimeSpan> {
  for (let begin = sinceMs; begin < untilMs; ) {
    const width = begin + DAY_MS <= minutesSinceMs ? DAY_MS : HOUR_MS;
    const end = Math.min(untilMs, (Math.floor(begin / width) + 1) * width);
    yield { sinceMs: begin, untilMs: end, stepMs, minutesSinceMs };
    begin = end;
  }
}

function readSteps(db: Kysely<ControlTables>, place: Place, span: TimeSpan) {
  const step = sql<number>`${sql.ref('at')} / ${sql.lit(span.stepMs)} * ${sql.lit(span.stepMs)}`;
  return rowsOf(db, 'traffic', place, span)
    .where('operation', '=', place.operation ?? ALL_OPERATIONS)
    .select((select) => FIGURE_COLUMNS.map((column) => select.fn.sum<number>(column).as(column)))
    .select(step.as('step'))
    .groupBy(step)
    .execute();
}

function readOperations(db: Kysely<ControlTables>, { operation, ...place }: Place, span: TimeSpan) {
  return rowsOf(db, 'traffic', place, span)
    .where((where) =>
      operation === null ? where('operation', 'not in', [ALL_OPERATIONS, NO_OPERATION]) : where('operation', '=', operation),
    )
    .select('operation')
    .select((select) => OPERATION_COLUMNS.map((column) => select.fn.sum<number>(column).as(column)))
    .groupBy('operation')
    .execute();
}

function readErrors(db: Kysely<ControlTables>, { operation, ...place }: Place, span: TimeSpan) {
  return rowsOf(db, 'traffic_errors', place, span)
    .$if(operation !== null, (query) => query.where('operation', '=', operation))
    .select('code')
    .select((select) => select.fn.sum<number>('requests').as('requests'))
    .groupBy('code')
    .execute();
}

function rowsOf<Table extends 'traffic' | 'traffic_errors'>(
  db: Kysely<ControlTables>,
  table: Table,
  { apiId, environment }: Omit<Place, 'operation'>,
  { sinceMs, untilMs, stepMs }: TimeSpan,
) {
  return (
    db
      .selectFrom<'traffic' | 'traffic_errors'>(table)
      .where('api_id', '=', apiId)
      .where('environment', '=', environment)
      // Steps of hours take both: the newest minutes are not rolled up yet.
      .where('width', 'in', stepMs < HOUR_MS ? [MINUTE_MS] : [MINUTE_MS, HOUR_MS])
      .where('at', '>=', sinceMs)
      .where('at', '<', untilMs)
  );
}

function known<Key>(map: Map<Key, Figures>, key: Key): Figures {
  let figures = map.get(key);
  if (figures === undefined) {
    figures = noFigures();
    map.set(key, figures);
  }
  return figures;
}

function mostFirst<Row extends { requests: number }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => b.requests - a.requests);
}
