import { NO_OPERATION, OTHER_OPERATIONS, type TrafficSeries } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import { ErrorReply } from '../exchange/reply.ts';
import { ThreadMetrics } from './metrics.ts';
import { createEndedExchange, createTestPublication, createTestRoute } from './test-exchange.ts';
import { TRAFFIC_LIMITS, TrafficRecorder } from './traffic-recorder.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE + 30_000;

/** What a thread hands over when it has served each of these routes. */
function deltaOf(routes: ReturnType<typeof createTestRoute>[], status = 200, durationMs = 3) {
  const metrics = new ThreadMetrics();
  for (const route of routes) {
    // A route keeps the series of the thread that it was compiled for.
    const exchange = createEndedExchange({ route: { ...route, series: null } });
    exchange.status = status;
    metrics.seriesOf(exchange).observe(exchange, durationMs);
  }
  return structuredClone(metrics.drain());
}

function routes(count: number, api = 'petstore') {
  const publication = createTestPublication({ api });
  return Array.from({ length: count }, (_, index) => createTestRoute(publication, `/r${index}`));
}

function takeAll(recorder: TrafficRecorder): { series: TrafficSeries[]; lost: number } {
  const series: TrafficSeries[] = [];
  let lost = 0;
  for (let taken = recorder.take(7, 10); taken !== null; taken = recorder.take(7, 10)) {
    series.push(...taken.series);
    lost += taken.lost;
  }
  return { series, lost };
}

const sum = (series: readonly TrafficSeries[]) => series.reduce((total, { requests }) => total + requests, 0);

test('threads and deltas add up by operation and minute, and each request is handed over once', () => {
  const recorder = new TrafficRecorder();
  const publication = createTestPublication();
  const get = createTestRoute(publication);
  const put = { ...createTestRoute(publication), method: 'PUT' };
  recorder.add(deltaOf([get, get, put]), NOW);
  recorder.add(deltaOf([get], 503), NOW);
  recorder.add(deltaOf([get], 404), NOW + MINUTE);
  const { series } = takeAll(recorder);
  expect(series).toMatchObject([
    { api: 'petstore', environment: 'production', operation: 'GET /pets/{id}', minute: 1_000 * MINUTE, requests: 3, serverErrors: 1 },
    { operation: 'PUT /pets/{id}', minute: 1_000 * MINUTE, requests: 1, clientErrors: 0, serverErrors: 0 },
    { operation: 'GET /pets/{id}', minute: 1_001 * MINUTE, requests: 1, clientErrors: 1 },
  ]);
  expect(series[0]?.durations).toEqual([0, 0, 3, ...Array(11).fill(0)]);
  expect(series[0]?.durationMs).toBe(9);
  expect(series[0]?.backendDurations).toEqual([0, 0, 3, ...Array(11).fill(0)]);
  expect(recorder.take(7, 10)).toBeNull();
  recorder.add(deltaOf([get]), NOW);
  expect(sum(takeAll(recorder).series)).toBe(1);
});

test('an error is counted by its code, whether a policy or the gateway itself gave it, and stays out of the metrics of policies', () => {
  const recorder = new TrafficRecorder();
  const metrics = new ThreadMetrics();
  for (const [code, policy] of [
    ['limit.exceeded', 'rate-limit'],
    ['limit.exceeded', 'rate-limit'],
    ['backend.failed', null],
  ] as const) {
    const exchange = createEndedExchange();
    exchange.error = new ErrorReply(code);
    exchange.refusedBy = policy;
    metrics.seriesOf(exchange).observe(exchange, 1);
  }
  const delta = metrics.drain();
  expect(delta.refusals).toMatchObject([{ policy: 'rate-limit', code: 'limit.exceeded', count: 2 }]);
  recorder.add(delta, NOW);
  expect(takeAll(recorder).series[0]?.errors).toEqual([
    ['limit.exceeded', 2],
    ['backend.failed', 1],
  ]);
});

test('what reached an API and no operation is told as such; what reached no API is not told', () => {
  const recorder = new TrafficRecorder();
  const metrics = new ThreadMetrics();
  const unrouted = createEndedExchange({ route: null });
  unrouted.publication = createTestPublication();
  for (const exchange of [unrouted, createEndedExchange({ route: null })]) metrics.seriesOf(exchange).observe(exchange, 1);
  recorder.add(metrics.drain(), NOW);
  expect(takeAll(recorder)).toMatchObject({ series: [{ api: 'petstore', operation: NO_OPERATION, requests: 1 }], lost: 0 });
});

test('operations beyond the limit are counted together, and none is lost', () => {
  const recorder = new TrafficRecorder({ ...TRAFFIC_LIMITS, operationsMax: 5 });
  recorder.add(deltaOf(routes(30)), NOW);
  recorder.add(deltaOf(routes(2, 'small')), NOW);
  const { series } = takeAll(recorder);
  expect(series.filter(({ api }) => api === 'petstore')).toHaveLength(6);
  expect(series.find(({ operation }) => operation === OTHER_OPERATIONS)).toMatchObject({ api: 'petstore', requests: 25 });
  expect(series.filter(({ api }) => api === 'small').map(({ operation }) => operation)).toEqual(['GET /r0', 'GET /r1']);
  // In the same minute, after they were taken, they are told apart as before.
  recorder.add(deltaOf(routes(5)), NOW);
  expect(takeAll(recorder).series.map(({ operation }) => operation)).not.toContain(OTHER_OPERATIONS);
});

test('when nobody takes it for too long, the oldest minutes go, and how many requests that were is told', () => {
  const recorder = new TrafficRecorder({ ...TRAFFIC_LIMITS, waitingMax: 10 });
  for (let minute = 0; minute < 20; minute++) recorder.add(deltaOf(routes(4)), NOW + minute * MINUTE);
  expect(recorder.waitingRequests).toBeLessThanOrEqual(10);
  const { series, lost } = takeAll(recorder);
  expect(series.at(-1)?.minute).toBe(1_019 * MINUTE);
  expect(sum(series) + lost).toBe(80);
  // Within one minute there is nothing older to give up: what finds no room is lost, and told.
  recorder.add(deltaOf(routes(25)), NOW);
  expect(takeAll(recorder)).toMatchObject({ series: { length: 10 }, lost: 15 });
});

test('of calls that nobody takes the newest are kept, each period with its own room', () => {
  const recorder = new TrafficRecorder({ ...TRAFFIC_LIMITS, callsMax: 4, calls: { errors: [2, 2], successes: [2, 2], unproven: [1, 1] } });
  for (let period = 0; period < 4; period++) {
    const delta = new ThreadMetrics().drain();
    for (let call = 0; call < 5; call++) {
      const at = { at: period, requestId: 'r', api: 'a', environment: 'e', operation: null, ms: 1, code: null };
      delta.calls.push({ app: 'one', proven: true, status: 200, ...at });
    }
    recorder.add(delta, NOW);
    recorder.closeCalls();
  }
  expect(recorder.take(1, 10)?.calls.map(({ at }) => at)).toEqual([2, 2, 3, 3]);
});
