import type { Transaction } from '@gatehouse/database';
import { sql } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';
import type { TrafficErrorsTable, TrafficTable } from '../schema/traffic-tables.ts';
import { addFigures, FIGURE_COLUMNS } from './traffic-columns.ts';

/** Rows of one statement: each has some 40 parameters. */
const ROWS_PER_STATEMENT = 100;

const SUMS = Object.fromEntries(
  FIGURE_COLUMNS.map((column) => [column, sql<number>`${sql.ref(`traffic.${column}`)} + ${sql.ref(`excluded.${column}`)}`]),
);

/**
 * Adds figures to what is stored. The database adds, row by row, so nothing is lost however many do it at the same time.
 */
export async function addTraffic(tx: Transaction<ControlTables>, rows: readonly TrafficTable[]): Promise<void> {
  for (const piece of inPieces(merge(rows, keyOf, addFigures))) {
    await tx
      .insertInto('traffic')
      .values(piece)
      .onConflict((conflict) => conflict.columns(['api_id', 'environment', 'width', 'at', 'operation']).doUpdateSet(SUMS))
      .execute();
  }
}

/** As `addTraffic`, for counts of errors. */
export async function addErrors(tx: Transaction<ControlTables>, rows: readonly TrafficErrorsTable[]): Promise<void> {
  const merged = merge(
    rows,
    (row) => `${keyOf(row)}\n${row.code}`,
    (to, from) => {
      to.requests += from.requests;
    },
  );
  for (const piece of inPieces(merged)) {
    await tx
      .insertInto('traffic_errors')
      .values(piece)
      .onConflict((conflict) =>
        conflict
          .columns(['api_id', 'environment', 'width', 'at', 'operation', 'code'])
          .doUpdateSet({ requests: sql<number>`traffic_errors.requests + excluded.requests` }),
      )
      .execute();
  }
}

function keyOf({ api_id, environment, width, at, operation }: Pick<TrafficTable, 'api_id' | 'environment' | 'width' | 'at' | 'operation'>) {
  return `${api_id}\n${environment}\n${width}\n${at}\n${operation}`;
}

/** One row for each key (a statement must not meet a row twice), always in the same order: so two that add do not wait for each other. */
function merge<Row>(rows: readonly Row[], key: (row: Row) => string, add: (to: Row, from: Row) => void): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const known = merged.get(key(row));
    if (known === undefined) merged.set(key(row), { ...row });
    else add(known, row);
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function* inPieces<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) yield rows.slice(start, start + ROWS_PER_STATEMENT);
}
