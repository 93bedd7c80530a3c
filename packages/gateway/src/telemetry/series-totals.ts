import type { MetricsDelta } from './metrics.ts';
import type { MetricValue } from './pulled-metric.ts';
import {
  BACKEND_DURATION,
  BUCKETS,
  DURATION,
  DURATION_BOUNDS_S,
  METHODS,
  NUMBERS,
  parseSeriesKey,
  REQUEST_BYTES,
  RESPONSE_BYTES,
  type SeriesLabels,
  STATUSES,
  seriesKey,
} from './route-series.ts';

interface Total {
  /** One object per series: prom-client prints it once and keeps the text. */
  labels: SeriesLabels & Record<string, string>;
  numbers: Float64Array;
  /** Method and status to count. */
  requests: Map<number, number>;
}

/** Where requests go that would need one label set too many. No route template is called so: they begin with a slash. */
const OTHER: SeriesLabels = { api: 'other', route: 'other', environment: 'other' };

const LE: readonly Record<string, string | number>[] = [...DURATION_BOUNDS_S.map((le) => ({ le })), { le: '+Inf' }];

/** What all threads have counted by route since the process started. */
export class SeriesTotals {
  readonly #seriesMax: number;
  /** By labels. */
  readonly #totals = new Map<string, Total>();
  /** By the keys that threads give: routes of one template share the total. */
  readonly #byKey = new Map<string, Total>();
  readonly #other = createTotal(OTHER);
  #count = 0;

  /** `seriesMax`: most pairs of a route with a method and status that are told apart. */
  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax;
  }

  merge({ series, numbers, requests }: MetricsDelta): void {
    const totals = series.map((key) => this.#total(key));
    totals.forEach((total, index) => {
      for (let i = 0; i < NUMBERS; i++) total.numbers[i] = (total.numbers[i] as number) + (numbers[index * NUMBERS + i] as number);
    });
    for (let i = 0; i < requests.length; i += 3) {
      this.#countRequests(totals[requests[i] as number] as Total, requests[i + 1] as number, requests[i + 2] as number);
    }
  }

  *requests(): Generator<MetricValue> {
    for (const { labels, requests } of this.#all()) {
      for (const [methodAndStatus, value] of requests) {
        const method = METHODS[Math.floor(methodAndStatus / STATUSES)] as string;
        yield { labels: { method, status: methodAndStatus % STATUSES }, sharedLabels: labels, value };
      }
    }
  }

  durations(name: string): Generator<MetricValue> {
    return this.#histogram(name, DURATION);
  }

  backendDurations(name: string): Generator<MetricValue> {
    return this.#histogram(name, BACKEND_DURATION);
  }

  requestBytes(): Generator<MetricValue> {
    return this.#counter(REQUEST_BYTES);
  }

  responseBytes(): Generator<MetricValue> {
    return this.#counter(RESPONSE_BYTES);
  }

  *#histogram(name: string, at: number): Generator<MetricValue> {
    const bucketName = `${name}_bucket`;
    for (const { labels: sharedLabels, numbers } of this.#all()) {
      // Read at once: a delta may be merged between two lines, and the buckets must agree with the count.
      const own = numbers.slice(at, at + BUCKETS + 1);
      let count = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket++) count += own[bucket] as number;
      if (count === 0) continue;
      let cumulative = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        cumulative += own[bucket] as number;
        yield { metricName: bucketName, labels: LE[bucket] as Record<string, string | number>, sharedLabels, value: cumulative };
      }
      yield { metricName: `${name}_sum`, labels: NO_LABELS, sharedLabels, value: (own[BUCKETS] as number) / 1000 };
      yield { metricName: `${name}_count`, labels: NO_LABELS, sharedLabels, value: count };
    }
  }

  *#counter(at: number): Generator<MetricValue> {
    for (const { labels, numbers } of this.#all()) yield { labels: NO_LABELS, sharedLabels: labels, value: numbers[at] as number };
  }

  *#all(): Generator<Total> {
    yield* this.#totals.values();
    if (this.#other.requests.size > 0) yield this.#other;
  }

  #total(key: string): Total {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const { labels } = parseSeriesKey(key);
    const labelsKey = seriesKey(labels, '');
    let total = this.#totals.get(labelsKey);
    if (total === undefined) {
      if (this.#totals.size >= this.#seriesMax || this.#count >= this.#seriesMax) return this.#other;
      total = createTotal(labels);
      this.#totals.set(labelsKey, total);
    }
    this.#byKey.set(key, total);
    return total;
  }

  #countRequests(total: Total, methodAndStatus: number, count: number): void {
    const known = total.requests.get(methodAndStatus);
    if (known !== undefined || total === this.#other) {
      total.requests.set(methodAndStatus, (known ?? 0) + count);
    } else if (this.#count < this.#seriesMax) {
      this.#count++;
      total.requests.set(methodAndStatus, count);
    } else {
      this.#countRequests(this.#other, methodAndStatus, count);
    }
  }
}

const NO_LABELS: Record<string, string> = {};

function createTotal(labels: SeriesLabels): Total {
  return { labels: { ...labels }, numbers: new Float64Array(NUMBERS), requests: new Map() };
}
