import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiProxy } from '../support/config.ts';
import { type RunningGateway, startGateway, until } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { head } from '../support/origin-script.ts';
import { NoAnswerError, RawClient, withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

const THREADS = 4;
const LIMIT = 50;

let origin: ScriptedOrigin;
let bad: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  [origin, bad] = await Promise.all([ScriptedOrigin.start(), ScriptedOrigin.start()]);
  bad.fallback = ['request-end', 'reset'];
  gateway = await startGateway({ config: config(), threads: THREADS, env: { GATEHOUSE_TEST_CRASH: '1' } });
});

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([origin?.stop(), bad?.stop()]);
});

function config() {
  const backend = (name: string, definition: object) => ({ name, type: 'http', environments: { production: definition } });
  const api = (name: string, backendName: string, policies: object[] = []) => ({
    name,
    basePath: `/${name}`,
    backend: backendName,
    errorProfile: 'problem',
    definition: openApiProxy(),
    policies,
    publish: ['production'],
  });
  return {
    backends: [
      backend('origin', { url: origin.url, retry: { attempts: 0 } }),
      backend('pair', {
        targets: [{ url: origin.url }, { url: bad.url }],
        retry: { attempts: 1, budget: 1 },
        ejection: { failures: 4, duration: '10m' },
      }),
    ],
    apis: [
      api('plain', 'origin'),
      api('pair', 'pair'),
      ...(['fixed-window', 'sliding-window', 'token-bucket'] as const).map((algorithm) =>
        api(algorithm, 'origin', [{ 'rate-limit': { limit: LIMIT, window: '1h', algorithm } }]),
      ),
    ],
  };
}

/** One request on a connection of its own: the kernel spreads connections over the threads. */
function call(path: string, ...fields: string[]): Promise<HttpResponse> {
  return withClient(gateway.port, (client) => {
    client.send(head(`GET ${path} HTTP/1.1`, 'Host: gw.example', ...fields));
    return client.response();
  });
}

describe('state that threads share', () => {
  for (const algorithm of ['fixed-window', 'sliding-window', 'token-bucket'] as const) {
    test(`a limit of ${LIMIT} (${algorithm}) lets exactly ${LIMIT} of 200 simultaneous requests through`, async () => {
      const responses = await Promise.all(Array.from({ length: 200 }, () => call(`/${algorithm}/x`)));
      const count = (status: number) => responses.filter((response) => response.status === status).length;
      expect([count(200), count(429)]).toEqual([LIMIT, 200 - LIMIT]);
    });
  }

  test('a target that failed four times in a row, whichever threads saw it, gets nothing more from any of them', async () => {
    for (let i = 0; i < 60; i++) expect((await call('/pair/x')).status).toBe(200);
    expect(bad.requests).toHaveLength(4);
  });
});

describe('a thread that crashes', () => {
  const restarts = () => gateway.metric('gatehouse_thread_restarts_total');

  /** Crashes the thread that this connection happens to be with. */
  async function crash(): Promise<void> {
    const before = await restarts();
    await withClient(gateway.port, async (client) => {
      client.send(head('GET /plain/crash HTTP/1.1', 'Host: gw.example', 'X-Gatehouse-Test-Crash: 1'));
      await client.closed();
    });
    await until('the restart is counted', gateway.process, 10_000, async () => (await restarts()) === before + 1);
  }

  test('takes only its own connections along; the others are served on', async () => {
    const clients = await Promise.all(Array.from({ length: 24 }, () => RawClient.open(gateway.port)));
    try {
      const ask = async (client: RawClient) => {
        client.send(head('GET /plain/x HTTP/1.1', 'Host: gw.example'));
        return (await client.response()).status;
      };
      expect(await Promise.all(clients.map(ask))).toEqual(clients.map(() => 200));
      await crash();
      const after = await Promise.all(
        clients.map((client) =>
          ask(client).catch((error: unknown) => {
            if (error instanceof NoAnswerError && client.closedHow !== undefined) return 'closed' as const;
            throw error;
          }),
        ),
      );
      expect(after.filter((status) => status === 200).length).toBeGreaterThan(0);
      expect(after.filter((status) => status !== 200 && status !== 'closed')).toEqual([]);
    } finally {
      for (const client of clients) client.destroy();
    }
  });

  test('is logged with its reason', () => {
    expect(gateway.process.stderr).toMatch(/thread/i);
    expect(gateway.process.stderr).toMatch(/crash/i);
  });

  test('is replaced: the gateway is ready, and new connections to every thread are served', async () => {
    await until('it is ready again', gateway.process, 10_000, async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
    for (let i = 0; i < 40; i++) expect((await call('/plain/x')).status).toBe(200);
  });

  test('again and again: it is replaced each time', async () => {
    for (let i = 0; i < 3; i++) {
      await crash();
      expect((await call('/plain/x')).status).toBe(200);
    }
  });

  test('loses none of what is shared: the limits are still used up, the target is still out', async () => {
    expect((await call('/fixed-window/x')).status).toBe(429);
    for (let i = 0; i < 10; i++) expect((await call('/pair/x')).status).toBe(200);
    expect(bad.requests).toHaveLength(4);
  });

  test('its replacement takes part in the next swap', async () => {
    const changed = config();
    await gateway.reload({ ...changed, apis: changed.apis.filter(({ name }) => name !== 'pair') });
    for (let i = 0; i < 20; i++) expect((await call('/pair/x')).status).toBe(404);
  });
});

test('without the switch of the tests the field crashes nothing', async () => {
  const ordinary = await startGateway({ config: config() });
  try {
    const status = await withClient(ordinary.port, async (client) => {
      client.send(head('GET /plain/x HTTP/1.1', 'Host: gw.example', 'X-Gatehouse-Test-Crash: 1'));
      return (await client.response()).status;
    });
    expect(status).toBe(200);
  } finally {
    await ordinary.stop();
  }
});
