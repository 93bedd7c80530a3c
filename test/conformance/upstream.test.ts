import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openApiProxy } from '../support/config.ts';
import { type ConfigObject, type RunningGateway, startGateway, until } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { answer, head, type OriginScript } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

/*
 * Several targets of one backend. Every test has a backend of its own, so that none inherits the state of another; all are in one
 * gateway with one thread, whose order is exact; what threads share is in test/faults/threads.test.ts.
 */

interface BackendCase {
  name: string;
  /** One origin per weight. */
  weights: readonly number[];
  definition?: Record<string, unknown>;
}

const NEVER = { failures: 0 };

const CASES = {
  retryNext: { name: 'retry-next', weights: [1, 1], definition: { ejection: NEVER } },
  noReplay: { name: 'no-replay', weights: [1, 1], definition: { ejection: NEVER } },
  noRetry: { name: 'no-retry', weights: [1, 1], definition: { retry: { attempts: 0 }, ejection: NEVER } },
  stale: { name: 'stale', weights: [1], definition: { ejection: NEVER } },
  stalePost: { name: 'stale-post', weights: [1], definition: { ejection: NEVER } },
  down: { name: 'down', weights: [1, 1], definition: { ejection: NEVER } },
  weights: { name: 'weights', weights: [3, 1] },
  roundRobin: { name: 'round-robin', weights: [1, 1, 1] },
  least: { name: 'least', weights: [1, 1], definition: { loadBalancing: 'least-requests' } },
  ejection: { name: 'ejection', weights: [1, 1], definition: { ejection: { failures: 3, duration: '800ms' } } },
  ejectionStays: { name: 'ejection-stays', weights: [1, 1], definition: { ejection: { failures: 3, duration: '10m' } } },
  shareMax: { name: 'share-max', weights: [1, 1], definition: { retry: { attempts: 0 }, ejection: { failures: 1, duration: '10m' } } },
  fineAnswers: { name: 'fine-answers', weights: [1, 1], definition: { ejection: { failures: 2, duration: '10m' } } },
  health: {
    name: 'health',
    weights: [1, 1],
    definition: { healthCheck: { path: '/health?deep=1', interval: '60ms', timeout: '200ms', healthyAfter: 2, unhealthyAfter: 2 } },
  },
  healthStays: {
    name: 'health-stays',
    weights: [1, 1],
    definition: { healthCheck: { path: '/health', interval: '60ms', timeout: '200ms', healthyAfter: 3, unhealthyAfter: 2 } },
  },
  budget: { name: 'budget', weights: [1, 1], definition: { retry: { attempts: 1, budget: 0.2 }, ejection: NEVER } },
} satisfies Record<string, BackendCase>;

const origins = new Map<string, ScriptedOrigin[]>();
let gateway: RunningGateway;

beforeAll(async () => {
  for (const { name, weights } of Object.values<BackendCase>(CASES)) {
    origins.set(name, await Promise.all(weights.map(() => ScriptedOrigin.start())));
  }
  gateway = await startGateway({ config: config(), threads: 1 });
});

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([...origins.values()].flat().map((origin) => origin.stop()));
});

afterEach(() => {
  for (const origin of [...origins.values()].flat()) expect(origin.violations.splice(0)).toEqual([]);
});

function config(variables: Record<string, string> = {}): ConfigObject {
  const cases = Object.values<BackendCase>(CASES);
  return {
    backends: cases.map(({ name, weights, definition }) => ({
      name,
      type: 'http',
      environments: {
        production: {
          targets: originsOf({ name }).map(({ url }, i) => ({ url, weight: weights[i] })),
          timeouts: { response: '2s' },
          // Where the budget is not the point it must not be in the way.
          retry: { attempts: 1, budget: 1 },
          ...definition,
        },
      },
    })),
    apis: cases.map(({ name }) => ({
      name,
      basePath: `/${name}`,
      backend: name,
      errorProfile: 'problem',
      definition: openApiProxy(),
      variables: { production: variables },
      publish: ['production'],
    })),
  };
}

function originsOf({ name }: { name: string }): ScriptedOrigin[] {
  return origins.get(name) ?? [];
}

function pairOf(backend: { name: string }): [ScriptedOrigin, ScriptedOrigin] {
  const [first, second] = originsOf(backend);
  if (first === undefined || second === undefined) throw new Error(`${backend.name} needs two origins`);
  return [first, second];
}

/** One request on a connection of its own. */
function call({ name }: { name: string }, method = 'GET', body = ''): Promise<HttpResponse> {
  return withClient(gateway.port, (client) => {
    const length = body === '' ? [] : [`Content-Length: ${body.length}`];
    client.send(head(`${method} /${name}/x HTTP/1.1`, 'Host: gw.example', ...length) + body);
    return client.response({ method });
  });
}

async function statuses(backend: { name: string }, count: number, method = 'GET'): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await call(backend, method)).status);
  return seen;
}

/** Requests that the origin got, without health checks. */
function count(origin: ScriptedOrigin): number {
  return origin.requests.filter(({ target }) => !target.startsWith('/health')).length;
}

const RESETS: OriginScript = ['request-end', 'reset'];

describe('retry', () => {
  test('an idempotent request that a target fails is answered by another one', async () => {
    const [bad, good] = pairOf(CASES.retryNext);
    bad.fallback = RESETS;
    expect(await statuses(CASES.retryNext, 10)).toEqual(Array(10).fill(200));
    expect(count(bad)).toBeGreaterThan(0);
    expect(count(good)).toBe(10);
  });

  test('PUT and DELETE are idempotent too (RFC 9110 section 9.2.2)', async () => {
    expect(await statuses(CASES.retryNext, 6, 'PUT')).toEqual(Array(6).fill(200));
    expect(await statuses(CASES.retryNext, 6, 'DELETE')).toEqual(Array(6).fill(200));
  });

  test('POST and PATCH that a target may have processed are not sent again', async () => {
    const [first, second] = pairOf(CASES.noReplay);
    for (const origin of [first, second]) origin.fallback = RESETS;
    for (const method of ['POST', 'PATCH']) {
      const before = count(first) + count(second);
      expect((await call(CASES.noReplay, method, 'hello')).status).toBe(502);
      expect(count(first) + count(second) - before).toBe(1);
    }
  });

  test('a response that has begun is never begun again', async () => {
    const [first, second] = pairOf(CASES.noReplay);
    for (const origin of [first, second]) {
      origin.fallback = ['request-end', { send: `${head('HTTP/1.1 200 OK', 'Content-Length: 10')}hello` }, { waitMs: 50 }, 'reset'];
    }
    const before = count(first) + count(second);
    expect((await call(CASES.noReplay)).complete).toBe(false);
    expect(count(first) + count(second) - before).toBe(1);
  });

  test("a backend's own 503 is an answer, not a reason to ask again", async () => {
    const [first, second] = pairOf(CASES.noReplay);
    for (const origin of [first, second]) origin.fallback = ['request-end', { send: answer('503 Service Unavailable', [], 'busy') }];
    const before = count(first) + count(second);
    expect((await call(CASES.noReplay)).text).toBe('busy');
    expect(count(first) + count(second) - before).toBe(1);
  });

  test('with attempts: 0 nothing is sent twice', async () => {
    const [bad, good] = pairOf(CASES.noRetry);
    bad.fallback = RESETS;
    const seen = await statuses(CASES.noRetry, 10);
    expect(seen.filter((status) => status === 502)).toHaveLength(count(bad));
    expect(count(bad) + count(good)).toBe(10);
  });

  test('when everything fails, retries stop at their budget', async () => {
    const [first, second] = pairOf(CASES.budget);
    for (const origin of [first, second]) origin.fallback = RESETS;
    const seen: number[] = [];
    for (let round = 0; round < 20; round++) {
      seen.push(...(await Promise.all(Array.from({ length: 10 }, async () => (await call(CASES.budget)).status))));
    }
    expect(new Set(seen)).toEqual(new Set([502]));
    const retries = count(first) + count(second) - seen.length;
    // A fifth of 200, and the floor of three a second for the few seconds that this may take; unlimited it would be 200.
    expect(retries).toBeGreaterThan(0);
    expect(retries).toBeLessThanOrEqual(80);
  });
});

describe('kept connections', () => {
  /** Answers the first request of each connection and drops the connection at the second: what a backend's idle timeout does. */
  async function closeAtReuse(
    origin: ScriptedOrigin,
    method: string,
  ): Promise<{ status: number; attempts: number; connections: number[] }> {
    const backend = originsOf(CASES.stale).includes(origin) ? CASES.stale : CASES.stalePost;
    // One client connection, so that one thread serves both requests and reuses its connection.
    return withClient(gateway.port, async (client) => {
      client.send(head(`GET /${backend.name}/warm HTTP/1.1`, 'Host: gw.example'));
      expect((await client.response()).status).toBe(200);
      const before = origin.requests.length;
      const kept = origin.requests.at(-1)?.connection;
      origin.scriptFor = (request) =>
        request.connection === kept ? ['reset'] : ['request-end', { send: answer('200 OK', ['Content-Type: text/plain'], 'fresh') }];
      client.send(head(`${method} /${backend.name}/again HTTP/1.1`, 'Host: gw.example', 'Content-Length: 0'));
      const { status } = await client.response({ method });
      const attempts = origin.requests.slice(before);
      return { status, attempts: attempts.length, connections: attempts.map(({ connection }) => connection).filter((n) => n !== kept) };
    });
  }

  test('one that the backend closes at reuse: an idempotent request is sent once more, over a fresh one', async () => {
    const [origin] = originsOf(CASES.stale);
    if (origin === undefined) throw new Error('no origin');
    const { status, attempts, connections } = await closeAtReuse(origin, 'GET');
    expect(status).toBe(200);
    expect(attempts).toBe(2);
    expect(connections).toHaveLength(1);
  });

  test('one that the backend closes at reuse: a POST that it has read is not sent again', async () => {
    const [origin] = originsOf(CASES.stalePost);
    if (origin === undefined) throw new Error('no origin');
    const { status, attempts } = await closeAtReuse(origin, 'POST');
    expect(status).toBe(502);
    expect(attempts).toBe(1);
  });
});

describe('balancing', () => {
  test('weights 3 and 1 share forty requests thirty to ten', async () => {
    const [heavy, light] = pairOf(CASES.weights);
    expect(await statuses(CASES.weights, 40)).toEqual(Array(40).fill(200));
    expect([count(heavy), count(light)]).toEqual([30, 10]);
  });

  test('weights are interleaved: the light target waits for no more than three others', async () => {
    const [heavy, light] = pairOf(CASES.weights);
    const before = [count(heavy), count(light)];
    await statuses(CASES.weights, 4);
    expect([count(heavy) - (before[0] ?? 0), count(light) - (before[1] ?? 0)]).toEqual([3, 1]);
  });

  test('round-robin gives each of three targets the same', async () => {
    await statuses(CASES.roundRobin, 30);
    expect(originsOf(CASES.roundRobin).map(count)).toEqual([10, 10, 10]);
  });

  test('least-requests avoids the target that is still busy', async () => {
    const [first, second] = pairOf(CASES.least);
    for (const origin of [first, second]) origin.script('/hang', ['request-end', 'stall']);
    await withClient(gateway.port, async (busy) => {
      busy.send(head('GET /least/hang HTTP/1.1', 'Host: gw.example'));
      await Promise.any([first, second].map((origin) => origin.until('the long request is there', () => count(origin) === 1)));
      const [occupied, free] = count(first) === 1 ? [first, second] : [second, first];
      expect(await statuses(CASES.least, 10)).toEqual(Array(10).fill(200));
      expect([count(occupied), count(free)]).toEqual([1, 10]);
    });
  });
});

describe('a target that is down', () => {
  test('nobody notices that nothing listens there', async () => {
    const [down, up] = pairOf(CASES.down);
    await down.stop();
    expect(await statuses(CASES.down, 10)).toEqual(Array(10).fill(200));
    expect(count(up)).toBe(10);
  });
});

describe('passive ejection', () => {
  test('after three failures in a row a target gets nothing more', async () => {
    const [bad, good] = pairOf(CASES.ejectionStays);
    bad.fallback = RESETS;
    expect(await statuses(CASES.ejectionStays, 30)).toEqual(Array(30).fill(200));
    expect(count(bad)).toBe(3);
    expect(count(good)).toBe(30);
  });

  test('an ejection survives a reload', async () => {
    const [bad, good] = pairOf(CASES.ejectionStays);
    await gateway.reload(config({ url: 'changed' }));
    expect(await statuses(CASES.ejectionStays, 20)).toEqual(Array(20).fill(200));
    expect(count(bad)).toBe(3);
    expect(count(good)).toBe(50);
  });

  test('after its time an ejected target is tried again', async () => {
    const [bad, good] = pairOf(CASES.ejection);
    bad.fallback = RESETS;
    await statuses(CASES.ejection, 12);
    expect(count(bad)).toBe(3);
    bad.fallback = good.fallback;
    const before = count(bad);
    await until('the target is used again', gateway.process, 10_000, async () => {
      expect((await call(CASES.ejection)).status).toBe(200);
      return count(bad) > before;
    });
  });

  test('never more than the allowed share is out: of two targets that both fail, one keeps being asked', async () => {
    const [first, second] = pairOf(CASES.shareMax);
    for (const origin of [first, second]) origin.fallback = RESETS;
    await statuses(CASES.shareMax, 6);
    const before = [count(first), count(second)];
    await statuses(CASES.shareMax, 10);
    const growth = [count(first) - (before[0] ?? 0), count(second) - (before[1] ?? 0)].sort((a, b) => a - b);
    expect(growth).toEqual([0, 10]);
  });

  test("a client's own fault ejects nobody: 404 and a client that leaves are no failures of the target", async () => {
    const [first, second] = pairOf(CASES.fineAnswers);
    for (const origin of [first, second]) {
      origin.fallback = ['request-end', { send: answer('404 Not Found', [], 'none') }];
      origin.script('/left', ['request-end', 'stall']);
    }
    await statuses(CASES.fineAnswers, 10);
    for (let i = 0; i < 6; i++) {
      await withClient(gateway.port, async (client) => {
        const before = count(first) + count(second);
        client.send(head('GET /fine-answers/left HTTP/1.1', 'Host: gw.example'));
        await Promise.any([first, second].map((origin) => origin.until('it is asked', () => count(first) + count(second) > before)));
      });
    }
    await sleep(50);
    const before = [count(first), count(second)];
    await statuses(CASES.fineAnswers, 10);
    expect(count(first)).toBeGreaterThan(before[0] ?? 0);
    expect(count(second)).toBeGreaterThan(before[1] ?? 0);
  });
});

describe('active health checks', () => {
  const SICK: OriginScript = ['request-end', { send: answer('500 Internal Server Error') }];

  function healthy({ name }: { name: string }): Promise<number> {
    return gateway.metric('gatehouse_backend_target_healthy', `"${name}"`);
  }

  test('the check asks for exactly its path', async () => {
    const [origin] = pairOf(CASES.health);
    await origin.until('it was checked', () => origin.requests.some(({ target }) => target === '/health?deep=1'));
    expect(origin.requests.find(({ target }) => target === '/health?deep=1')?.line).toBe('GET /health?deep=1 HTTP/1.1');
  });

  test('a target whose check fails gets no traffic, and gets it again when the check succeeds', async () => {
    const [first, second] = pairOf(CASES.health);
    first.script('/health', SICK);
    await until('one target is out', gateway.process, 10_000, async () => (await healthy(CASES.health)) === 1);
    const before = count(first);
    expect(await statuses(CASES.health, 10)).toEqual(Array(10).fill(200));
    expect(count(first)).toBe(before);
    first.script('/health', second.fallback);
    await until('both targets are in', gateway.process, 10_000, async () => (await healthy(CASES.health)) === 2);
    await statuses(CASES.health, 10);
    expect(count(first)).toBeGreaterThan(before);
  });

  test('health survives a reload: a sick target is not asked while the new snapshot takes over', async () => {
    const [first] = pairOf(CASES.healthStays);
    first.script('/health', SICK);
    await until('one target is out', gateway.process, 10_000, async () => (await healthy(CASES.healthStays)) === 1);
    const before = count(first);
    await gateway.reload(config({ url: 'changed-again' }));
    expect(await statuses(CASES.healthStays, 20)).toEqual(Array(20).fill(200));
    expect(count(first)).toBe(before);
  });

  test('a connection that cannot be made is a failed check', async () => {
    const [, second] = pairOf(CASES.healthStays);
    await second.stop();
    await until('no target is left', gateway.process, 10_000, async () => (await healthy(CASES.healthStays)) === 0);
    expect((await call(CASES.healthStays)).status).toBe(503);
  });
});
