import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database, Transaction } from '@gatehouse/database';
import { sql } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';
import { addErrors, addTraffic } from './add-rows.ts';
import { deleteCallsBefore } from './calls-store.ts';
import { HOUR_MS, MINUTE_MS } from './traffic-columns.ts';

/** How long what is kept, in ms. */
export interface TrafficRetention {
  /** Figures by minute; then they are added up by hour. */
  minutes: number;
  /** Figures by hour. */
  hours: number;
  calls: number;
}

/** Rows of one transaction, so that reports get their turn. */
const ROWS_MAX = 500;

/** A node that has told nothing for so long sends no report a second time. */
const SENDER_FORGOTTEN_MS = 7 * 86_400_000;

const TABLES = ['traffic', 'traffic_errors'] as const;

/**
 * Adds minutes up to hours and deletes what is too old. Several control nodes may do it at the same time, while figures come in: a row
 * is taken out by one of them, and what it held is added elsewhere in the same transaction.
 */
export async function sweepTraffic(
  database: Database<ControlTables>,
  retention: TrafficRetention,
  nowMs: number,
  rowsMax: number = ROWS_MAX,
): Promise<void> {
  const oldestMinute = toOldestMinute(retention, nowMs);
  for (const table of TABLES) {
    while ((await rollUp(database, table, oldestMinute, rowsMax)) > 0) await yieldToOthers();
    const oldestHour = nowMs - retention.hours;
    while ((await database.transaction((tx) => takeOut(tx, table, HOUR_MS, oldestHour, rowsMax))).length > 0) await yieldToOthers();
  }
  await deleteCallsBefore(database, nowMs - retention.calls);
  await database.transaction((tx) =>
    tx
      .deleteFrom('traffic_nodes')
      .where('at', '<', nowMs - SENDER_FORGOTTEN_MS)
      .execute(),
  );
}

/** Whole hours are rolled up, one later than promised, so that a chart of all minutes that are promised has all of them. */
export function toOldestMinute({ minutes }: TrafficRetention, nowMs: number): number {
  return Math.floor((nowMs - minutes - HOUR_MS) / HOUR_MS) * HOUR_MS;
}

/** Returns how many rows of minutes it took. */
async function rollUp(database: Database<ControlTables>, table: (typeof TABLES)[number], before: number, rowsMax: number): Promise<number> {
  return database.transaction(async (tx) => {
    if (table === 'traffic') {
      const rows = await takeOut(tx, 'traffic', MINUTE_MS, before, rowsMax);
      await addTraffic(tx, rows.map(toHour));
      return rows.length;
    }
    const rows = await takeOut(tx, 'traffic_errors', MINUTE_MS, before, rowsMax);
    await addErrors(tx, rows.map(toHour));
    return rows.length;
  });
}

function toHour<Row extends { width: number; at: number }>(row: Row): Row {
  return { ...row, width: HOUR_MS, at: Math.floor(row.at / HOUR_MS) * HOUR_MS };
}

/** Deletes the oldest rows of this width and returns them, as they were when they were deleted. */
function takeOut<Table extends (typeof TABLES)[number]>(
  tx: Transaction<ControlTables>,
  table: Table,
  width: number,
  before: number,
  rowsMax: number,
): Promise<ControlTables[Table][]> {
  const key = ['api_id', 'environment', 'width', 'at', 'operation', ...(table === 'traffic_errors' ? ['code'] : [])];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  return sql<ControlTables[Table]>`
    delete from ${sql.table(table)} where (${columns}) in (
      select ${columns} from ${sql.table(table)} where width = ${width} and at < ${before} order by at limit ${rowsMax}
    ) returning *`
    .execute(tx)
    .then(({ rows }) => rows);
}
