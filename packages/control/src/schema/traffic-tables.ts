/** The tables of what went through the gateway, rolled up. */
export interface TrafficTables {
  traffic: TrafficTable;
  traffic_errors: TrafficErrorsTable;
  traffic_nodes: TrafficNodesTable;
  calls: CallsTable;
}

/** Number of a latency bucket: see `DURATION_BOUNDS_MS`. */
export type Bucket = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13;

/** Requests by how long they took; and those that a backend answered, by how long that took. Each bucket alone, none in another. */
export type LatencyColumns = Record<`latency_${Bucket}` | `backend_${Bucket}`, number>;

/**
 * What all nodes together carried for one operation of an API within a minute or an hour. Every figure is a column of its own, so that
 * the database can add to it without reading it first, whoever else does the same.
 */
export interface TrafficTable extends LatencyColumns {
  api_id: string;
  environment: string;
  /** Milliseconds: a minute or an hour. */
  width: number;
  /** Begin of it. */
  at: number;
  /** `GET /pets/{id}`, `NO_OPERATION`, `OTHER_OPERATIONS`, or `ALL_OPERATIONS`: the sum of all others. */
  operation: string;
  requests: number;
  client_errors: number;
  server_errors: number;
  /** Sums in milliseconds. */
  latency_ms: number;
  backend_ms: number;
}

/** What the gateway itself answered. */
export interface TrafficErrorsTable {
  api_id: string;
  environment: string;
  width: number;
  at: number;
  operation: string;
  code: string;
  requests: number;
}

/** Up to which report figures of a node are stored, for each of its starts: what comes again is known by that. */
export interface TrafficNodesTable {
  node_id: string;
  boot_id: string;
  sequence: number;
  at: number;
}

/** Some calls of apps, the newest of each. */
export interface CallsTable {
  app_id: string;
  at: number;
  id: string;
  request_id: string;
  api: string;
  environment: string;
  operation: string | null;
  status: number;
  /** Microseconds. */
  duration_us: number;
  code: string | null;
  /** 1: the caller showed that it is the app. */
  proven: number;
  /** Name of the node. */
  node: string;
}
