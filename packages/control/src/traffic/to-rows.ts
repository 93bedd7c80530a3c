import { OPERATION_LENGTH_MAX, OTHER_OPERATIONS, type TrafficSeries } from '@gatehouse/contract';
import { isStorable } from '../operation/is-storable.ts';
import type { TrafficErrorsTable, TrafficTable } from '../schema/traffic-tables.ts';
import { ALL_OPERATIONS, BUCKETS, type Figures, MINUTE_MS, noFigures } from './traffic-columns.ts';

export interface NewRows {
  traffic: TrafficTable[];
  errors: TrafficErrorsTable[];
}

/** The rows of what one report says of the operations of an API; several of them may have the same key. `at`: the minute. */
export function toRows(apiId: string, at: number, series: TrafficSeries): NewRows {
  const key = { api_id: apiId, environment: series.environment, width: MINUTE_MS, at };
  const { operation } = series;
  // A figure that cannot be told by its name is no reason to lose it, and all others with it.
  const isTold = operation.length <= OPERATION_LENGTH_MAX && operation !== ALL_OPERATIONS && isStorable(operation);
  const name = isTold ? operation : OTHER_OPERATIONS;
  const figures = toFigures(series);
  return {
    traffic: [
      { ...key, operation: name, ...figures },
      { ...key, operation: ALL_OPERATIONS, ...figures },
    ],
    errors: series.errors.map(([code, requests]) => ({ ...key, operation: name, code, requests })),
  };
}

function toFigures(series: TrafficSeries): Figures {
  const figures = noFigures();
  figures.requests = series.requests;
  figures.client_errors = series.clientErrors;
  figures.server_errors = series.serverErrors;
  figures.latency_ms = Math.round(series.durationMs);
  figures.backend_ms = Math.round(series.backendDurationMs);
  for (const bucket of BUCKETS) {
    figures[`latency_${bucket}`] = series.durations[bucket] ?? 0;
    figures[`backend_${bucket}`] = series.backendDurations[bucket] ?? 0;
  }
  return figures;
}
