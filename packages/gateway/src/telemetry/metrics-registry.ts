import { Registry } from 'prom-client';
import type { MetricsDelta } from './metrics.ts';
import { PulledMetric } from './pulled-metric.ts';
import { SeriesTotals } from './series-totals.ts';

/** A target as the metrics show it. */
export interface TargetGauge {
  backend: string;
  environment: string;
  target: string;
  healthy(): boolean;
}

export interface MetricsRegistryOptions {
  /** Label sets of `gatehouse_requests_total`; what would be more is counted under `other`. Default 50,000. */
  seriesMax?: number;
}

const SERIES_MAX = 50_000;

/** The totals of a process, on its main thread: they outlive threads and snapshots. Rendered by prom-client. */
export class MetricsRegistry {
  /** Further metrics may be registered here, those of the process for example. */
  readonly registry = new Registry();
  readonly #series: SeriesTotals;
  readonly #refusals = new CounterTable();
  readonly #malformed = new CounterTable();
  readonly #retries = new CounterTable();
  readonly #ejections = new CounterTable();
  #accessLogDropped = 0;
  #snapshot: { number: number; appliedEpochMs: number } | null = null;
  #controlConnected: boolean | undefined;
  #targets: readonly TargetGauge[] = [];
  #threads = 0;
  #threadRestarts = 0;

  constructor({ seriesMax = SERIES_MAX }: MetricsRegistryOptions = {}) {
    const series = new SeriesTotals(seriesMax);
    this.#series = series;
    const one = (value: number) => [{ labels: {}, value }];
    for (const metric of [
      new PulledMetric('counter', 'gatehouse_requests_total', 'Requests that were answered, by route template.', () => series.requests()),
      new PulledMetric('histogram', 'gatehouse_request_duration_seconds', 'From the head of the request to the end of the answer.', () =>
        series.durations('gatehouse_request_duration_seconds'),
      ),
      new PulledMetric('histogram', 'gatehouse_backend_duration_seconds', "From the first try to the end of the backend's answer.", () =>
        series.backendDurations('gatehouse_backend_duration_seconds'),
      ),
      new PulledMetric('counter', 'gatehouse_request_bytes_total', 'Bytes of request bodies.', () => series.requestBytes()),
      new PulledMetric('counter', 'gatehouse_response_bytes_total', 'Bytes of response bodies.', () => series.responseBytes()),
      new PulledMetric('counter', 'gatehouse_policy_refusals_total', 'Requests that a policy refused, by error code.', () =>
        this.#refusals.values(),
      ),
      new PulledMetric('counter', 'gatehouse_malformed_requests_total', 'Messages that were refused before they became a request.', () =>
        this.#malformed.values(),
      ),
      new PulledMetric('counter', 'gatehouse_retries_total', 'Requests that were sent to a backend again.', () => this.#retries.values()),
      new PulledMetric('counter', 'gatehouse_backend_ejections_total', 'Times that a target was taken out because it kept failing.', () =>
        this.#ejections.values(),
      ),
      new PulledMetric(
        'gauge',
        'gatehouse_backend_target_healthy',
        '1 when the target gets traffic, 0 when it is unhealthy or ejected.',
        () =>
          this.#targets.map(({ backend, environment, target, healthy }) => ({
            labels: { backend, environment, target },
            value: healthy() ? 1 : 0,
          })),
      ),
      new PulledMetric('gauge', 'gatehouse_snapshot_number', 'Number of the snapshot that is live.', () =>
        this.#snapshot === null ? [] : one(this.#snapshot.number),
      ),
      new PulledMetric('gauge', 'gatehouse_snapshot_age_seconds', 'Since the snapshot that is live was applied.', () =>
        this.#snapshot === null ? [] : one(Math.max(0, Date.now() - this.#snapshot.appliedEpochMs) / 1000),
      ),
      new PulledMetric('gauge', 'gatehouse_control_connected', '1 while the control plane is connected.', () =>
        this.#controlConnected === undefined ? [] : one(this.#controlConnected ? 1 : 0),
      ),
      new PulledMetric('gauge', 'gatehouse_threads', 'Threads that carry traffic.', () => one(this.#threads)),
      new PulledMetric('counter', 'gatehouse_thread_restarts_total', 'Threads that died and were replaced.', () =>
        one(this.#threadRestarts),
      ),
      new PulledMetric('counter', 'gatehouse_access_log_dropped_total', 'Lines of the access log that were lost.', () =>
        one(this.#accessLogDropped),
      ),
    ]) {
      metric.registerIn(this.registry);
    }
  }

  /** Adds what a thread has counted. Each delta once. */
  merge(delta: MetricsDelta): void {
    this.#series.merge(delta);
    for (const { count, policy, api, environment, code } of delta.refusals) this.#refusals.add({ policy, api, environment, code }, count);
    for (const { count, reason } of delta.malformed) this.#malformed.add({ reason }, count);
    for (const { count, backend, environment } of delta.retries) this.#retries.add({ backend, environment }, count);
    for (const { count, backend, environment, target } of delta.ejections) this.#ejections.add({ backend, environment, target }, count);
    this.#accessLogDropped += delta.accessLogDropped;
  }

  /** `appliedEpochMs`: wall clock, in milliseconds. */
  setSnapshot(number: number, appliedEpochMs: number): void {
    this.#snapshot = { number, appliedEpochMs };
  }

  /** Until the first call there is no such metric: a gateway that works from files has no control plane to lose. */
  setControlConnected(connected: boolean): void {
    this.#controlConnected = connected;
  }

  setTargets(targets: readonly TargetGauge[]): void {
    this.#targets = targets;
  }

  setThreads(live: number, restarts: number): void {
    this.#threads = live;
    this.#threadRestarts = restarts;
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The exposition in pieces of less than 100 KB: with 10,000 routes it is tens of megabytes long, so it is better streamed. */
  async *chunks(): AsyncGenerator<string> {
    for (const metric of this.registry.getMetricsAsArray() as object[]) {
      if (metric instanceof PulledMetric) yield* metric.slices();
      else yield `${await this.registry.getSingleMetricAsString((metric as { name: string }).name)}\n`;
    }
  }

  /** The whole exposition. */
  async text(): Promise<string> {
    const chunks: string[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return chunks.join('');
  }
}

/** Counters of a family that few label sets have. */
class CounterTable {
  readonly #counters = new Map<string, { labels: Record<string, string>; value: number }>();

  add(labels: Record<string, string>, count: number): void {
    const key = JSON.stringify(labels);
    const counter = this.#counters.get(key);
    if (counter === undefined) this.#counters.set(key, { labels, value: count });
    else counter.value += count;
  }

  values(): Iterable<{ labels: Record<string, string>; value: number }> {
    return this.#counters.values();
  }
}
