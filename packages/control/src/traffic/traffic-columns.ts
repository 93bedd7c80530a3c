import { DURATION_BUCKETS } from '@gatehouse/contract';
import type { Bucket, TrafficTable } from '../schema/traffic-tables.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** The `operation` of the row that has the sum of all others: charts of an API need not read each of its operations. */
export const ALL_OPERATIONS = '*';

export const BUCKETS: readonly Bucket[] = Array.from({ length: DURATION_BUCKETS }, (_, bucket) => bucket as Bucket);

export const LATENCY_COLUMNS = BUCKETS.map((bucket) => `latency_${bucket}` as const);
export const BACKEND_COLUMNS = BUCKETS.map((bucket) => `backend_${bucket}` as const);

/** What is added up when rows of the same key meet. */
export const FIGURE_COLUMNS = [
  'requests',
  'client_errors',
  'server_errors',
  'latency_ms',
  'backend_ms',
  ...LATENCY_COLUMNS,
  ...BACKEND_COLUMNS,
] as const satisfies readonly (keyof TrafficTable)[];

export type Figures = Pick<TrafficTable, (typeof FIGURE_COLUMNS)[number]>;

export function addFigures(to: Figures, from: Figures): void {
  for (const column of FIGURE_COLUMNS) to[column] += from[column];
}

/** Nothing yet. */
export function noFigures(): Figures {
  return Object.fromEntries(FIGURE_COLUMNS.map((column) => [column, 0])) as unknown as Figures;
}
