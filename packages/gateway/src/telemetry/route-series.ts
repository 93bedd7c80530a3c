import { DURATION_BOUNDS_MS } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { loggable } from './loggable.ts';

/** Upper bounds of the histogram buckets, in seconds. */
export const DURATION_BOUNDS_S: readonly number[] = DURATION_BOUNDS_MS.map((ms) => ms / 1000);
const BOUNDS_MS: readonly number[] = DURATION_BOUNDS_MS;

/** Where the numbers of a series stand: per histogram its buckets (not cumulative), the one without bound, and the sum in milliseconds. */
export const BUCKETS = DURATION_BOUNDS_S.length + 1;
export const DURATION = 0;
export const BACKEND_DURATION = BUCKETS + 1;
export const REQUEST_BYTES = 2 * (BUCKETS + 1);
export const RESPONSE_BYTES = REQUEST_BYTES + 1;
export const NUMBERS = RESPONSE_BYTES + 1;

/** Values of the label `method`. Others are OTHER: a client must not be able to make up series. */
export const METHODS: readonly string[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'QUERY',
  'TRACE',
  'CONNECT',
  'OTHER',
];

/** Method and status in one number: `method index * STATUSES + status`. */
export const STATUSES = 1000;

export interface SeriesLabels {
  api: string;
  /** Route template; empty for requests that found no route. */
  route: string;
  environment: string;
}

/** An error that the gateway answered with. */
export interface RefusalCount {
  /** The policy that refused; empty: none did. */
  policy: string;
  code: string;
  count: number;
}

/** What one thread has counted for one route of one publication since the last drain. Counting is a few additions. */
export class RouteSeries {
  /** Labels and method in one text, the same for every thread and snapshot. */
  readonly key: string;
  readonly labels: SeriesLabels;
  /** The labels as they stand in a JSON access log line. */
  readonly logText: string;
  readonly numbers = new Float64Array(NUMBERS);
  /** Flat: method and status, count, method and status, count … Few pairs per route, so a search is quicker than a map. */
  readonly requests: number[] = [];
  readonly refusals: RefusalCount[] = [];
  readonly #onTouched: (series: RouteSeries) => void;
  #touched = false;

  /** `method`: as the route has it, empty without a route. `onTouched` hears of the first request since the last drain. */
  constructor(labels: SeriesLabels, method: string, onTouched: (series: RouteSeries) => void) {
    this.labels = labels;
    this.key = seriesKey(labels, method);
    this.logText = logLabels(labels);
    this.#onTouched = onTouched;
  }

  /** Counts one exchange that is over; its duration in milliseconds. */
  observe(exchange: Exchange, durationMs: number): void {
    if (!this.#touched) {
      this.#touched = true;
      this.#onTouched(this);
    }
    this.#countRequest(methodIndex(exchange.method) * STATUSES + exchange.status);
    const { numbers } = this;
    addDuration(numbers, DURATION, durationMs);
    if (exchange.backendStartedMs !== 0) {
      const endMs = exchange.backendEndedMs === 0 ? exchange.backendHeadMs : exchange.backendEndedMs;
      if (endMs !== 0) addDuration(numbers, BACKEND_DURATION, endMs - exchange.backendStartedMs);
    }
    numbers[REQUEST_BYTES] = (numbers[REQUEST_BYTES] as number) + exchange.requestBytes;
    numbers[RESPONSE_BYTES] = (numbers[RESPONSE_BYTES] as number) + exchange.responseBytes;
    if (exchange.error !== null) this.#countRefusal(exchange.refusedBy ?? '', exchange.error.code);
  }

  /** Forgets what was counted: it has been handed over. */
  reset(): void {
    this.#touched = false;
    this.numbers.fill(0);
    this.requests.length = 0;
    this.refusals.length = 0;
  }

  #countRequest(methodAndStatus: number): void {
    const { requests } = this;
    for (let i = 0; i < requests.length; i += 2) {
      if (requests[i] === methodAndStatus) {
        requests[i + 1] = (requests[i + 1] as number) + 1;
        return;
      }
    }
    requests.push(methodAndStatus, 1);
  }

  #countRefusal(policy: string, code: string): void {
    for (const refusal of this.refusals) {
      if (refusal.policy === policy && refusal.code === code) {
        refusal.count++;
        return;
      }
    }
    this.refusals.push({ policy, code, count: 1 });
  }
}

/** Metrics tell routes of one template apart by the request's method alone; what is told of operations needs the route's own. */
export function seriesKey({ api, route, environment }: SeriesLabels, method: string): string {
  return JSON.stringify([api, route, environment, method]);
}

/** What stands in a key that a thread of ours made. */
export function parseSeriesKey(key: string): { labels: SeriesLabels; method: string } {
  const [api, route, environment, method] = JSON.parse(key) as [string, string, string, string];
  return { labels: { api, route, environment }, method };
}

/** `"api":"petstore","environment":"production","route":"/pets/{id}",`: what is empty is left out. */
export function logLabels({ api, environment, route }: SeriesLabels): string {
  let text = '';
  if (api !== '') text += `"api":"${loggable(api)}",`;
  if (environment !== '') text += `"environment":"${loggable(environment)}",`;
  if (route !== '') text += `"route":"${loggable(route)}",`;
  return text;
}

function methodIndex(method: string): number {
  const index = METHODS.indexOf(method);
  return index === -1 ? METHODS.length - 1 : index;
}

function addDuration(numbers: Float64Array, at: number, durationMs: number): void {
  const ms = durationMs > 0 ? durationMs : 0;
  let bucket = 0;
  // Most requests are short: the search ends early.
  while (bucket < BOUNDS_MS.length && ms > (BOUNDS_MS[bucket] as number)) bucket++;
  numbers[at + bucket] = (numbers[at + bucket] as number) + 1;
  numbers[at + BUCKETS] = (numbers[at + BUCKETS] as number) + ms;
}
