/**
 * What a node tells its control plane of the traffic that it carried: counts by operation and minute, and some calls of apps. A count
 * is told in one report, and a report that comes again is known by its boot id and its number.
 */

/** Upper bounds of the latency buckets, in milliseconds; one bucket more is without bound. The same in metrics and in figures. */
export const DURATION_BOUNDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;

export const DURATION_BUCKETS = DURATION_BOUNDS_MS.length + 1;

/** The `operation` of requests that reached an API and none of its operations. */
export const NO_OPERATION = '';

/** The `operation` that stands for many: those of an API that are more than can be told apart. No operation is called so, all have a path. */
export const OTHER_OPERATIONS = 'other operations';

/** Longest `operation`; as the management interface takes it in a query. Those that are longer are counted as `OTHER_OPERATIONS`. */
export const OPERATION_LENGTH_MAX = 2100;

/** What was counted of one operation of an API in an environment within one minute. */
export interface TrafficSeries {
  api: string;
  environment: string;
  /** `GET /pets/{id}`, `NO_OPERATION` or `OTHER_OPERATIONS`. */
  operation: string;
  /** Begin of the minute, in ms since the epoch by the node's clock. */
  minute: number;
  requests: number;
  /** Status 4xx. */
  clientErrors: number;
  /** Status 5xx. */
  serverErrors: number;
  /** `DURATION_BUCKETS` counts, each of its bucket alone. */
  durations: number[];
  /** Sum in milliseconds. */
  durationMs: number;
  /** As `durations`, of requests that a backend answered: from the first try to the end of its answer. */
  backendDurations: number[];
  backendDurationMs: number;
  /** What the gateway itself answered, by error code. */
  errors: [code: string, requests: number][];
}

/** One call of an app. */
export interface CallRecord {
  /** Id of the app that called, or that the credentials of a refused call name. */
  app: string;
  /** The caller showed that it is that app. A wrong signature only names one, which anybody can do who knows an AppKey. */
  proven: boolean;
  /** When it began, in ms since the epoch by the node's clock. */
  at: number;
  requestId: string;
  api: string;
  environment: string;
  /** `GET /pets/{id}`; null: no operation of the API. */
  operation: string | null;
  status: number;
  /** From the head of the request to the end of the answer. */
  ms: number;
  /** Of the error that the gateway answered with; null: it answered with none. */
  code: string | null;
}

export interface TrafficReport {
  /** Made up at each start of the node. */
  bootId: string;
  /** 1, 2, 3 … A report that was not taken is sent again under its number, before the next one. */
  sequence: number;
  /** The node's clock when the report is sent; it tells how far that is from the control plane's. */
  sentAt: number;
  series: TrafficSeries[];
  calls: CallRecord[];
  /** Requests that are in no report, because the node could send none for too long. */
  lost: number;
}
