import { expect, test } from 'vitest';
import type { CompiledPublication, CompiledRoute } from '../compile/compiled.ts';
import { indexSnapshot } from '../compile/index-snapshot.ts';
import { findErrorProfile } from '../errors/error-profiles.ts';
import { BufferedBody } from '../exchange/body.ts';
import { Exchange, type RequestBody } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import { ErrorReply, Reply } from '../exchange/reply.ts';
import { RouteTree } from '../routing/route-tree.ts';
import { PASS, type Verdict } from './policy-kind.ts';
import { Runner } from './run.ts';

type Step = (exchange: Exchange) => Verdict | Promise<Verdict>;

/** Runs one request through the given steps; resolves with the exchange as it is sent, and with what happened on the way. */
function run(options: {
  steps?: Step[];
  responseSteps?: ((exchange: Exchange) => void | Promise<void>)[];
  body?: string;
  bodyBytesMax?: number;
  path?: string;
}) {
  const events: string[] = [];
  const routes = new RouteTree<CompiledRoute>({ headFromGet: true });
  const publication: CompiledPublication = {
    api: 'a',
    revision: 'r',
    environment: 'production',
    basePath: '',
    variables: {},
    errors: findErrorProfile('problem'),
    domainsOnly: false,
    routes,
    fingerprint: 'f',
    routeCount: 1,
    policies: [],
    upstreams: new Map(),
  };
  routes.add('ANY', '/x', {
    method: 'ANY',
    template: '/x',
    operationId: undefined,
    parameterNames: [],
    publication,
    series: null,
    preflightSteps: [],
    requestSteps: (options.steps ?? []).map((step, index) => ({
      policy: `p${index}`,
      run: step,
      bodyBytesMax: options.bodyBytesMax ?? -1,
    })),
    responseSteps: (options.responseSteps ?? []).map((step, index) => ({ policy: `q${index}`, run: step })),
    integration: {
      kind: 'test',
      invoke(exchange) {
        events.push('backend');
        exchange.status = 200;
        return undefined;
      },
    },
  });
  const snapshot = indexSnapshot(
    {
      format: 1,
      number: 1,
      hash: '',
      environments: ['production'],
      defaultEnvironment: 'production',
      backends: [],
      revisions: [],
      publications: [],
      domains: [],
      policies: [],
      errorProfile: 'problem',
      timeouts: {},
    },
    [publication],
    { key: '', attached: [] },
  );
  const body: RequestBody | null =
    options.body === undefined ? null : Object.assign(new BufferedBody(Buffer.from(options.body)), { exchange: null });
  const head = {
    method: 'POST',
    target: options.path ?? '/x',
    protocol: 'HTTP/1.1',
    fields: new Fields(),
    body,
    peerAddress: '127.0.0.1',
    encrypted: false,
    upgrade: '',
  };
  const exchange = new Exchange('id', 0, head, false, '127.0.0.1', 'http', 'localhost');
  const runner = new Runner({
    failed: (_, what, error) => events.push(`failed: ${what}: ${error instanceof Error ? error.message : error}`),
  });
  return new Promise<{ exchange: Exchange; events: string[] }>((resolve) => {
    runner.run(snapshot, exchange, { send: (sent) => resolve({ exchange: sent, events }) });
  });
}

test('a step that passes lets the request through, also when it takes its time', async () => {
  const { exchange, events } = await run({ steps: [() => PASS, () => Promise.resolve(PASS as Verdict), () => PASS] });
  expect(exchange.status).toBe(200);
  expect(events).toEqual(['backend']);
});

test('a reply stops the way, and what refused is known', async () => {
  const { exchange, events } = await run({ steps: [() => PASS, () => new ErrorReply('access.forbidden')] });
  expect(exchange.status).toBe(403);
  expect(exchange.refusedBy).toBe('p1');
  expect(events).toEqual([]);
});

test.each<[string, Step]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  ['gives no verdict', () => undefined as unknown as Verdict],
  ['gives no verdict late', () => Promise.resolve(undefined as unknown as Verdict)],
  ['gives something else', () => true as unknown as Verdict],
])('a step that %s fails closed: 500, and nothing reaches the backend', async (_, step) => {
  const { exchange, events } = await run({ steps: [step] });
  expect(exchange.status).toBe(500);
  expect(exchange.error?.code).toBe('gateway.internal');
  expect(String(exchange.responseBody)).not.toContain('broken');
  expect(events).toHaveLength(1);
  expect(events[0]).toMatch(/^failed: /);
});

test('steps on the response run in their order, also for our own replies', async () => {
  const order: string[] = [];
  const responseSteps = [() => void order.push('inner'), async () => void order.push('outer')];
  await run({ responseSteps });
  await run({ responseSteps, steps: [() => new Reply(204)] });
  expect(order).toEqual(['inner', 'outer', 'inner', 'outer']);
});

test('a step on the response that throws ends in a bare 500', async () => {
  const { exchange } = await run({
    responseSteps: [
      () => {
        throw new Error('broken');
      },
    ],
  });
  expect(exchange.status).toBe(500);
});

test('a body is read only for a step that declared it, up to its limit', async () => {
  let seen: unknown;
  const look: Step = (exchange) => {
    seen = exchange.requestBody instanceof BufferedBody ? Buffer.from(exchange.requestBody.bytes).toString() : 'not read';
    return PASS;
  };
  await run({ steps: [look], body: 'hello', bodyBytesMax: 5 });
  expect(seen).toBe('hello');
  const { exchange, events } = await run({ steps: [look], body: 'hello!', bodyBytesMax: 5 });
  expect(exchange.status).toBe(413);
  expect(events).toEqual([]);
});

test('what is not there is a 404 that does not say why', async () => {
  const { exchange } = await run({ path: '/y' });
  expect(exchange.status).toBe(404);
  expect(JSON.parse(String(exchange.responseBody))).toMatchObject({ code: 'route.not-found', requestId: 'id' });
});
