import type { CallRecord } from '@gatehouse/contract';
import type { CompiledPublication, CompiledRoute } from '../compile/compiled.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { NUMBERS, RouteSeries } from './route-series.ts';

/** What a thread has counted since the last drain: plain data for the main thread. */
export interface MetricsDelta {
  /** Keys of the series that had requests. */
  series: string[];
  /** `NUMBERS` numbers for each of them, in the same order; see route-series.ts. */
  numbers: Float64Array;
  /** Flat: index in `series`, method and status, count … */
  requests: number[];
  refusals: { policy: string; api: string; environment: string; code: string; count: number }[];
  /** What the gateway itself answered, whoever refused; `series` is an index. */
  errors: { series: number; code: string; count: number }[];
  malformed: { reason: string; count: number }[];
  retries: { backend: string; environment: string; count: number }[];
  ejections: { backend: string; environment: string; target: string; count: number }[];
  /** Lines. */
  accessLogDropped: number;
  /** Some calls of apps; none unless they are asked for. */
  calls: CallRecord[];
  /** There are further series to drain. */
  more: boolean;
}

/** Reasons are fixed texts; should one ever carry something of a message, it cannot grow the metrics without bound. */
const REASONS_MAX = 100;

/** The counters of one thread. They hold what is new since the last drain; the totals are kept on the main thread and outlive this one. */
export class ThreadMetrics {
  readonly #touched: RouteSeries[] = [];
  /** Touched series by key: a route of a new snapshot goes on with what its predecessor has counted, so undrained series stay few. */
  readonly #byKey = new Map<string, RouteSeries>();
  readonly #withoutRoute = new WeakMap<CompiledPublication, RouteSeries>();
  readonly #withoutApi = this.#create('', '', '', '');
  readonly #malformed = new Map<string, number>();
  readonly #upstreamEvents = new Map<string, MetricsDelta['ejections'][number]>();
  #accessLogDropped = 0;

  /** The series of an exchange; that of its route is made at the first request and kept on the route. */
  seriesOf({ route, publication }: Exchange): RouteSeries {
    if (route !== null) return route.series ?? this.#adopt(route);
    return publication === null ? this.#withoutApi : this.#ofPublication(publication);
  }

  /** A message was refused before it became an exchange. */
  malformed(reason: string): void {
    const known = this.#malformed.has(reason) || this.#malformed.size < REASONS_MAX ? reason : 'other';
    this.#malformed.set(known, (this.#malformed.get(known) ?? 0) + 1);
  }

  /** A request was sent again to a backend. */
  retried(backend: string, environment: string): void {
    this.#countUpstream(backend, environment, '');
  }

  /** A target was taken out because it failed too often in a row. */
  ejected(backend: string, environment: string, target: string): void {
    this.#countUpstream(backend, environment, target);
  }

  /** Lines of the access log could not be kept. */
  accessLogDropped(lines: number): void {
    this.#accessLogDropped += lines;
  }

  /**
   * Hands over what is new, once. With `seriesMax` at most so many series, the others with the next call: ten thousand at a time would
   * keep requests waiting for some 20 ms.
   */
  drain(seriesMax = Number.POSITIVE_INFINITY): MetricsDelta {
    const touched = this.#touched.splice(0, seriesMax);
    const upstreamEvents = [...this.#upstreamEvents.values()];
    const delta: MetricsDelta = {
      series: touched.map((series) => series.key),
      numbers: new Float64Array(touched.length * NUMBERS),
      requests: [],
      refusals: [],
      errors: [],
      malformed: [...this.#malformed].map(([reason, count]) => ({ reason, count })),
      retries: upstreamEvents
        .filter(({ target }) => target === '')
        .map(({ backend, environment, count }) => ({ backend, environment, count })),
      ejections: upstreamEvents.filter(({ target }) => target !== ''),
      accessLogDropped: this.#accessLogDropped,
      calls: [],
      more: this.#touched.length > 0,
    };
    touched.forEach((series, index) => {
      const { requests, labels } = series;
      delta.numbers.set(series.numbers, index * NUMBERS);
      for (let i = 0; i < requests.length; i += 2) delta.requests.push(index, requests[i] as number, requests[i + 1] as number);
      for (const { policy, code, count } of series.refusals) {
        delta.errors.push({ series: index, code, count });
        if (policy !== '') delta.refusals.push({ policy, code, count, api: labels.api, environment: labels.environment });
      }
      series.reset();
      this.#byKey.delete(series.key);
    });
    this.#malformed.clear();
    this.#upstreamEvents.clear();
    this.#accessLogDropped = 0;
    return delta;
  }

  #adopt(route: CompiledRoute): RouteSeries {
    const { api, environment } = route.publication;
    const series = this.#create(api, route.template, environment, route.method);
    route.series = this.#byKey.get(series.key) ?? series;
    return route.series;
  }

  #ofPublication(publication: CompiledPublication): RouteSeries {
    let series = this.#withoutRoute.get(publication);
    if (series === undefined) {
      series = this.#create(publication.api, '', publication.environment, '');
      series = this.#byKey.get(series.key) ?? series;
      this.#withoutRoute.set(publication, series);
    }
    return series;
  }

  #create(api: string, route: string, environment: string, method: string): RouteSeries {
    return new RouteSeries({ api, route, environment }, method, (series) => {
      this.#touched.push(series);
      this.#byKey.set(series.key, series);
    });
  }

  #countUpstream(backend: string, environment: string, target: string): void {
    const key = JSON.stringify([backend, environment, target]);
    const event = this.#upstreamEvents.get(key);
    if (event === undefined) this.#upstreamEvents.set(key, { backend, environment, target, count: 1 });
    else event.count++;
  }
}
