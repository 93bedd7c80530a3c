import { describe, expect, test } from 'vitest';
import { ErrorReply } from '../exchange/reply.ts';
import { ThreadMetrics } from './metrics.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { createEndedExchange, createTestPublication, createTestRoute } from './test-exchange.ts';

function observe(metrics: ThreadMetrics, exchange = createEndedExchange(), durationMs = 5) {
  metrics.seriesOf(exchange).observe(exchange, durationMs);
}

/** Lines of the exposition by metric name and labels. */
async function scrape(registry: MetricsRegistry): Promise<Map<string, number>> {
  const samples = new Map<string, number>();
  for (const line of (await registry.text()).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([a-z_]+(?:\{[^}]*(?:\{[^}]*\}[^}]*)*\})?) (\S+)$/.exec(line);
    if (match === null) throw new Error(`Not a sample: ${line}`);
    expect(samples.has(match[1] as string), `twice: ${line}`).toBe(false);
    samples.set(match[1] as string, Number(match[2]));
  }
  return samples;
}

const PETS = 'api="petstore",route="/pets/{id}",environment="production"';

describe('what threads count', () => {
  test('is merged once, whatever is counted before, between and after two drains', async () => {
    const registry = new MetricsRegistry();
    const metrics = new ThreadMetrics();
    const route = createTestRoute(createTestPublication());
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < round; i++) observe(metrics, createEndedExchange({ route }), 4);
      registry.merge(structuredClone(metrics.drain()));
      registry.merge(structuredClone(metrics.drain()));
    }
    const samples = await scrape(registry);
    expect(samples.get(`gatehouse_requests_total{method="GET",status="200",${PETS}}`)).toBe(6);
    expect(samples.get(`gatehouse_request_duration_seconds_count{${PETS}}`)).toBe(6);
    expect(samples.get(`gatehouse_request_duration_seconds_sum{${PETS}}`)).toBeCloseTo(0.024);
    expect(samples.get(`gatehouse_backend_duration_seconds_sum{${PETS}}`)).toBeCloseTo(0.018);
    expect(samples.get(`gatehouse_response_bytes_total{${PETS}}`)).toBe(6 * 34);
  });

  test('of several threads and snapshots is one total', async () => {
    const registry = new MetricsRegistry();
    const threads = [new ThreadMetrics(), new ThreadMetrics()];
    for (const thread of threads) {
      // Two snapshots, each with a route of its own.
      for (let snapshot = 0; snapshot < 2; snapshot++) observe(thread);
      registry.merge(thread.drain());
    }
    expect((await scrape(registry)).get(`gatehouse_requests_total{method="GET",status="200",${PETS}}`)).toBe(4);
  });

  test('on the old snapshot of a route counts beside what the new one has', () => {
    const metrics = new ThreadMetrics();
    const old = createTestRoute(createTestPublication());
    const live = createTestRoute(createTestPublication());
    observe(metrics, createEndedExchange({ route: old }));
    metrics.drain();
    observe(metrics, createEndedExchange({ route: live }));
    observe(metrics, createEndedExchange({ route: old }));
    const { requests } = metrics.drain();
    expect(requests.filter((_, index) => index % 3 === 2).reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test('does not grow with snapshots that nobody drains', () => {
    const metrics = new ThreadMetrics();
    for (let snapshot = 0; snapshot < 50; snapshot++) observe(metrics);
    expect(metrics.drain().series).toHaveLength(1);
  });

  test('can be drained in pieces, of which none is lost or repeated', async () => {
    const registry = new MetricsRegistry();
    const metrics = new ThreadMetrics();
    const publication = createTestPublication();
    for (let i = 0; i < 25; i++) observe(metrics, createEndedExchange({ route: createTestRoute(publication, `/r${i}`) }));
    const sizes: number[] = [];
    let more = true;
    while (more) {
      const delta = metrics.drain(10);
      sizes.push(delta.series.length);
      registry.merge(delta);
      more = delta.more;
    }
    expect(sizes).toEqual([10, 10, 5]);
    const counts = [...(await scrape(registry))].filter(([name]) => name.startsWith('gatehouse_requests_total'));
    expect(counts).toHaveLength(25);
    expect(counts.every(([, value]) => value === 1)).toBe(true);
  });
});

describe('labels', () => {
  test('what belongs to no API has empty labels, what found no route only that one', async () => {
    const registry = new MetricsRegistry();
    const metrics = new ThreadMetrics();
    const nowhere = createEndedExchange({ route: null, target: '/anything/at/all' });
    nowhere.status = 404;
    nowhere.environment = 'production';
    observe(metrics, nowhere);
    const unrouted = createEndedExchange({ route: null, target: '/petstore/raw/path' });
    unrouted.publication = createTestPublication();
    unrouted.status = 405;
    observe(metrics, unrouted);
    registry.merge(metrics.drain());
    const samples = await scrape(registry);
    expect(samples.get('gatehouse_requests_total{method="GET",status="404",api="",route="",environment=""}')).toBe(1);
    expect(samples.get('gatehouse_requests_total{method="GET",status="405",api="petstore",route="",environment="production"}')).toBe(1);
    expect([...samples.keys()].join('\n')).not.toMatch(/anything|raw/);
  });

  test('a client cannot make up methods or reasons', async () => {
    const registry = new MetricsRegistry();
    const metrics = new ThreadMetrics();
    for (let i = 0; i < 300; i++) {
      observe(metrics, createEndedExchange({ method: `M${i}` }));
      metrics.malformed(`reason ${i}`);
    }
    registry.merge(metrics.drain());
    const samples = await scrape(registry);
    expect(samples.get(`gatehouse_requests_total{method="OTHER",status="200",${PETS}}`)).toBe(300);
    const reasons = [...samples].filter(([name]) => name.startsWith('gatehouse_malformed'));
    expect(reasons.length).toBeLessThanOrEqual(101);
    expect(reasons.reduce((sum, [, value]) => sum + value, 0)).toBe(300);
  });

  test('beyond the limit, routes are counted together and none is lost', async () => {
    const registry = new MetricsRegistry({ seriesMax: 10 });
    const metrics = new ThreadMetrics();
    const publication = createTestPublication();
    for (let i = 0; i < 30; i++) observe(metrics, createEndedExchange({ route: createTestRoute(publication, `/r${i}`) }));
    registry.merge(metrics.drain());
    const samples = await scrape(registry);
    const requests = [...samples].filter(([name]) => name.startsWith('gatehouse_requests_total'));
    expect(requests).toHaveLength(11);
    expect(requests.reduce((sum, [, value]) => sum + value, 0)).toBe(30);
    const other = 'api="other",route="other",environment="other"';
    expect(samples.get(`gatehouse_requests_total{method="GET",status="200",${other}}`)).toBe(20);
    expect(samples.get(`gatehouse_request_duration_seconds_count{${other}}`)).toBe(20);
  });

  test('values that end a label do not', async () => {
    const registry = new MetricsRegistry();
    const metrics = new ThreadMetrics();
    observe(metrics, createEndedExchange({ route: createTestRoute(createTestPublication(), '/a"b\\c\nd') }));
    registry.merge(metrics.drain());
    expect(await registry.text()).toContain('route="/a\\"b\\\\c\\nd"');
  });
});

test('a refused request is counted under its policy and code', async () => {
  const registry = new MetricsRegistry();
  const metrics = new ThreadMetrics();
  for (const code of ['limit.exceeded', 'limit.exceeded', 'gateway.internal'] as const) {
    const exchange = createEndedExchange();
    exchange.refusedBy = 'rate-limit';
    exchange.error = new ErrorReply(code);
    observe(metrics, exchange);
  }
  observe(metrics);
  registry.merge(metrics.drain());
  const samples = await scrape(registry);
  const labels = 'policy="rate-limit",api="petstore",environment="production"';
  expect(samples.get(`gatehouse_policy_refusals_total{${labels},code="limit.exceeded"}`)).toBe(2);
  expect(samples.get(`gatehouse_policy_refusals_total{${labels},code="gateway.internal"}`)).toBe(1);
});

test('histograms are cumulative, end with +Inf, and agree with their count', async () => {
  const registry = new MetricsRegistry();
  const metrics = new ThreadMetrics();
  for (const ms of [-1, 0, 0.999, 1, 1.001, 3, 15, 15, 9999, 10_000, 10_001, 100_000]) observe(metrics, createEndedExchange(), ms);
  // A route without a backend has no backend durations.
  const mock = createEndedExchange({ route: createTestRoute(createTestPublication({ api: 'mock' })) });
  mock.backendStartedMs = 0;
  observe(metrics, mock);
  registry.merge(metrics.drain());
  const samples = await scrape(registry);
  const buckets = [...samples].filter(([name]) => name.startsWith('gatehouse_request_duration_seconds_bucket') && name.includes(PETS));
  const bounds = buckets.map(([name]) => /le="([^"]+)"/.exec(name)?.[1]);
  expect(bounds).toEqual(['0.001', '0.002', '0.005', '0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1', '2', '5', '10', '+Inf']);
  expect(buckets.map(([, value]) => value)).toEqual([4, 5, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 10, 12]);
  expect(samples.get(`gatehouse_request_duration_seconds_count{${PETS}}`)).toBe(12);
  expect(samples.get(`gatehouse_request_duration_seconds_sum{${PETS}}`)).toBeCloseTo(130.036);
  expect([...samples.keys()].some((name) => name.startsWith('gatehouse_backend_duration') && name.includes('api="mock"'))).toBe(false);
  const text = await registry.text();
  expect(text.match(/^# TYPE gatehouse_request_duration_seconds histogram$/gm)).toHaveLength(1);
});

test('a long family is rendered in pieces that say the same as the whole', async () => {
  const registry = new MetricsRegistry();
  const metrics = new ThreadMetrics();
  const publication = createTestPublication();
  for (let i = 0; i < 200; i++) observe(metrics, createEndedExchange({ route: createTestRoute(publication, `/r${i}`) }));
  registry.merge(metrics.drain());
  const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.includes('age_seconds'));
  const chunks: string[] = [];
  for await (const chunk of registry.chunks()) chunks.push(chunk);
  expect(Math.max(...chunks.map((chunk) => chunk.split('\n').length))).toBeLessThan(520);
  expect(lines(chunks.join(''))).toEqual(lines(await registry.registry.metrics()));
});

test('the state of the process is shown as it is when it is asked for', async () => {
  const registry = new MetricsRegistry();
  expect((await scrape(registry)).has('gatehouse_snapshot_number')).toBe(false);
  expect((await scrape(registry)).has('gatehouse_control_connected')).toBe(false);
  let healthy = true;
  registry.setTargets([{ backend: 'pets', environment: 'test', target: 'http://a:1', healthy: () => healthy }]);
  registry.setSnapshot(7, Date.now() - 5000);
  registry.setThreads(2, 1);
  registry.setControlConnected(false);
  const metrics = new ThreadMetrics();
  metrics.retried('pets', 'test');
  metrics.retried('pets', 'test');
  metrics.ejected('pets', 'test', 'http://a:1');
  metrics.accessLogDropped(3);
  registry.merge(metrics.drain());
  healthy = false;
  const samples = await scrape(registry);
  expect(Object.fromEntries(samples)).toEqual({
    'gatehouse_retries_total{backend="pets",environment="test"}': 2,
    'gatehouse_backend_ejections_total{backend="pets",environment="test",target="http://a:1"}': 1,
    'gatehouse_backend_target_healthy{backend="pets",environment="test",target="http://a:1"}': 0,
    gatehouse_snapshot_number: 7,
    gatehouse_snapshot_age_seconds: samples.get('gatehouse_snapshot_age_seconds'),
    gatehouse_control_connected: 0,
    gatehouse_threads: 2,
    gatehouse_thread_restarts_total: 1,
    gatehouse_access_log_dropped_total: 3,
  });
  expect(samples.get('gatehouse_snapshot_age_seconds')).toBeGreaterThanOrEqual(5);
});
