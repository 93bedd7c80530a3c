import { type CallRecord, NO_OPERATION, OTHER_OPERATIONS, type TrafficReport, type TrafficSeries } from '@gatehouse/contract';
import { type CallLimits, CallSample } from './call-sample.ts';
import type { MetricsDelta } from './metrics.ts';
import { BACKEND_DURATION, BUCKETS, DURATION, NUMBERS, parseSeriesKey, type SeriesLabels, STATUSES } from './route-series.ts';

/** What of a report the recorder knows. */
export type TakenTraffic = Pick<TrafficReport, 'series' | 'calls' | 'lost'>;

export interface TrafficLimits {
  /** Operations of one API in one environment that are told apart within a minute; more are counted as `OTHER_OPERATIONS`. */
  operationsMax: number;
  /** Series that wait to be taken. Beyond them the oldest minute is given up, and its requests are counted as lost. */
  waitingMax: number;
  /** Calls that wait to be taken; beyond them the oldest are given up. */
  callsMax: number;
  /** Of all threads between two calls of `closeCalls`. */
  calls: CallLimits;
}

export const TRAFFIC_LIMITS: TrafficLimits = {
  operationsMax: 500,
  waitingMax: 20_000,
  callsMax: 3_000,
  calls: { errors: [400, 80], successes: [100, 10], unproven: [50, 5] },
};

/** A delta tells of the seconds before it came: it counts for the minute in which most of them were. */
const DELTA_AGE_MS = 2_500;
const MINUTE_MS = 60_000;

interface Minute {
  begin: number;
  series: Map<string, TrafficSeries>;
  /** Operations that are told apart, by API and environment. */
  operations: Map<string, number>;
}

/** What all threads have counted since it was last taken, by minute and operation. Routes without requests are not in it. */
export class TrafficRecorder {
  readonly #limits: TrafficLimits;
  /** Oldest first. */
  #minutes: Minute[] = [];
  #waiting = 0;
  #sample: CallSample;
  #calls: CallRecord[] = [];
  #lost = 0;

  constructor(limits: TrafficLimits = TRAFFIC_LIMITS) {
    this.#limits = limits;
    this.#sample = new CallSample(limits.calls);
  }

  /** Adds what a thread has counted. Each delta once. */
  add(delta: MetricsDelta, nowMs: number): void {
    const minute = this.#minuteOf(nowMs);
    const series = delta.series.map((key) => this.#seriesOf(minute, key));
    series.forEach((each, index) => {
      if (each !== null) addNumbers(each, delta.numbers, index * NUMBERS);
    });
    const { requests } = delta;
    for (let i = 0; i < requests.length; i += 3) {
      const index = requests[i] as number;
      const count = requests[i + 2] as number;
      const each = series[index];
      if (each === null || each === undefined) {
        if (belongsToApi(delta.series[index])) this.#lost += count;
        continue;
      }
      const status = (requests[i + 1] as number) % STATUSES;
      each.requests += count;
      if (status >= 500) each.serverErrors += count;
      else if (status >= 400) each.clientErrors += count;
    }
    for (const { series: index, code, count } of delta.errors) {
      const each = series[index];
      if (each === null || each === undefined) continue;
      const known = each.errors.find(([other]) => other === code);
      if (known === undefined) each.errors.push([code, count]);
      else known[1] += count;
    }
    for (const call of delta.calls) this.#sample.add(call);
  }

  /** Ends a period for which calls are sampled, so that a later one has its own room. */
  closeCalls(): void {
    this.#calls.push(...this.#sample.drain());
    this.#calls.splice(0, this.#calls.length - this.#limits.callsMax);
  }

  /** Hands over the oldest of what waits, once, at most so many series and calls; null when there is nothing. */
  take(seriesMax: number, callsMax: number): TakenTraffic | null {
    const series: TrafficSeries[] = [];
    while (series.length < seriesMax) {
      const minute = this.#minutes[0];
      if (minute === undefined) break;
      for (const [key, each] of minute.series) {
        if (series.length === seriesMax) break;
        series.push(each);
        minute.series.delete(key);
        const place = placeOf(each);
        minute.operations.set(place, (minute.operations.get(place) ?? 0) - 1);
      }
      if (minute.series.size === 0) this.#minutes.shift();
    }
    this.#waiting -= series.length;
    const calls = this.#calls.splice(0, callsMax);
    const lost = this.#lost;
    if (series.length === 0 && calls.length === 0 && lost === 0) return null;
    this.#lost = 0;
    return { series, calls, lost };
  }

  /** Requests that have been counted and not been taken. */
  get waitingRequests(): number {
    let requests = 0;
    for (const { series } of this.#minutes) for (const each of series.values()) requests += each.requests;
    return requests;
  }

  #minuteOf(nowMs: number): Minute {
    const begin = Math.floor((nowMs - DELTA_AGE_MS) / MINUTE_MS) * MINUTE_MS;
    let minute = this.#minutes.find((each) => each.begin === begin);
    if (minute === undefined) {
      minute = { begin, series: new Map(), operations: new Map() };
      this.#minutes.push(minute);
    }
    return minute;
  }

  /** Null: it is of no API, or there is no room. */
  #seriesOf(minute: Minute, key: string): TrafficSeries | null {
    const known = minute.series.get(key);
    if (known !== undefined) return known;
    const { labels, method } = parseSeriesKey(key);
    if (labels.api === '') return null;
    const place = placeOf(labels);
    if ((minute.operations.get(place) ?? 0) >= this.#limits.operationsMax) return this.#named(minute, place, labels, OTHER_OPERATIONS);
    return this.#named(minute, key, labels, labels.route === '' ? NO_OPERATION : `${method} ${labels.route}`);
  }

  #named(minute: Minute, key: string, { api, environment }: SeriesLabels, operation: string): TrafficSeries | null {
    const known = minute.series.get(key);
    if (known !== undefined) return known;
    if (this.#waiting >= this.#limits.waitingMax && !this.#giveUpBefore(minute)) return null;
    const series: TrafficSeries = {
      api,
      environment,
      operation,
      minute: minute.begin,
      requests: 0,
      clientErrors: 0,
      serverErrors: 0,
      durations: new Array<number>(BUCKETS).fill(0),
      durationMs: 0,
      backendDurations: new Array<number>(BUCKETS).fill(0),
      backendDurationMs: 0,
      errors: [],
    };
    minute.series.set(key, series);
    const place = placeOf(series);
    minute.operations.set(place, (minute.operations.get(place) ?? 0) + 1);
    this.#waiting++;
    return series;
  }

  /** Gives up the oldest minute, unless it is the one that room is needed for. */
  #giveUpBefore(minute: Minute): boolean {
    const oldest = this.#minutes[0];
    if (oldest === undefined || oldest === minute) return false;
    this.#minutes.shift();
    this.#waiting -= oldest.series.size;
    for (const { requests } of oldest.series.values()) this.#lost += requests;
    return true;
  }
}

function addNumbers(series: TrafficSeries, numbers: Float64Array, at: number): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    series.durations[bucket] = (series.durations[bucket] as number) + (numbers[at + DURATION + bucket] as number);
    series.backendDurations[bucket] = (series.backendDurations[bucket] as number) + (numbers[at + BACKEND_DURATION + bucket] as number);
  }
  series.durationMs += numbers[at + DURATION + BUCKETS] as number;
  series.backendDurationMs += numbers[at + BACKEND_DURATION + BUCKETS] as number;
}

function placeOf({ api, environment }: Pick<TrafficSeries, 'api' | 'environment'>): string {
  return JSON.stringify([api, environment]);
}

function belongsToApi(key: string | undefined): boolean {
  return key !== undefined && parseSeriesKey(key).labels.api !== '';
}
