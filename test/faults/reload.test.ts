import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, openApiProxy, proxyConfig } from '../support/config.ts';
import { type ConfigObject, type RunningGateway, startGateway, until } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { answer, head } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

/** A long run: GATEHOUSE_TEST_SWAPS=1000. */
const SWAPS = Number(process.env.GATEHOUSE_TEST_SWAPS ?? 20);
const REQUESTS = 4_000;

let origin: ScriptedOrigin;
let other: ScriptedOrigin;
let gateway: RunningGateway;
let version = 0;

beforeAll(async () => {
  [origin, other] = await Promise.all([ScriptedOrigin.start(), ScriptedOrigin.start()]);
  gateway = await startGateway({
    config: versioned(0),
    files: { 'filed.json': JSON.stringify(openApi({ '/old': { get: {} } })) },
    threads: 2,
  });
});

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([origin?.stop(), other?.stop()]);
});

/** Every API goes to a path that has the version in it, so that an origin sees on which snapshot a request travelled. */
function versioned(number: number, { backendUrl = origin.url, slowUrl = origin.url } = {}): ConfigObject {
  const { apis, ...rest } = proxyConfig(`${backendUrl}/v${number}`) as ConfigObject & { apis: object[]; backends: object[] };
  const slow = { name: 'slow', type: 'http', environments: { production: { url: slowUrl } } };
  const common = { errorProfile: 'problem', publish: ['production'] };
  return {
    ...rest,
    backends: [...rest.backends, slow],
    apis: [
      ...apis,
      { ...common, name: 'slow', basePath: '/slow', backend: 'slow', definition: openApiProxy() },
      { ...common, name: 'filed', basePath: '/filed', backend: 'slow', definition: './filed.json' },
      {
        ...common,
        name: 'limited',
        basePath: '/limited',
        backend: 'slow',
        definition: openApi({ '/x': { get: {} } }),
        policies: [{ 'rate-limit': { limit: 5, window: '1h' } }],
      },
    ],
  };
}

function call(path: string): Promise<{ status: number; text: string }> {
  return withClient(gateway.port, (client) => {
    client.send(head(`GET ${path} HTTP/1.1`, 'Host: gw.example'));
    return client.response();
  });
}

/** The version that the last request at the backend travelled on. */
async function versionLive(): Promise<number> {
  expect((await call('/which')).status).toBe(200);
  const target = origin.requests.findLast((request) => request.target.endsWith('/which'))?.target ?? '';
  return Number(/^\/v(\d+)\//.exec(target)?.[1]);
}

describe('a changed configuration', () => {
  test(
    `is swapped in ${SWAPS} times under load without a failed request`,
    async () => {
      origin.fallback = ['request-end', { send: answer('200 OK', [], 'ok') }];
      const statuses = new Map<number, number>();
      const load = new Load(`${gateway.url}/load`, 16, (_, { status }) => statuses.set(status, (statuses.get(status) ?? 0) + 1));
      try {
        for (let swap = 0; swap < SWAPS; swap++) {
          await gateway.reload(versioned(++version));
          // Live everywhere: whatever thread a new connection meets, the version is the new one.
          for (let i = 0; i < 4; i++) expect(await versionLive()).toBe(version);
        }
        await until('enough requests were made', gateway.process, 60_000, () => load.answers >= REQUESTS);
      } finally {
        await load.stop();
      }
      expect(load.failures).toEqual([]);
      expect([...statuses.keys()]).toEqual([200]);
      expect(origin.violations).toEqual([]);
      const seen = new Set(origin.requests.filter(({ target }) => target.endsWith('/load')).map(({ target }) => target));
      expect(seen.size).toBeGreaterThanOrEqual(SWAPS);
    },
    90_000 + SWAPS * 1_000,
  );

  test('never goes back on a connection: after the new version the old one is not seen again', async () => {
    await withClient(gateway.port, async (client) => {
      const marks: number[] = [];
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 3; i++) {
          client.send(head('GET /mark HTTP/1.1', 'Host: gw.example'));
          expect((await client.response()).status).toBe(200);
          const target = origin.requests.findLast((request) => request.target.endsWith('/mark'))?.target ?? '';
          marks.push(Number(/^\/v(\d+)\//.exec(target)?.[1]));
        }
        await gateway.reload(versioned(++version));
      }
      expect(marks).toEqual(marks.toSorted((a, b) => a - b));
      expect(new Set(marks).size).toBe(3);
    });
  });

  test('is noticed without a signal', async () => {
    await gateway.writeConfig(versioned(++version));
    await until('the changed file is live', gateway.process, 10_000, async () => (await versionLive()) === version);
  });

  test('is noticed when only the API definition has changed', async () => {
    expect((await call('/filed/new')).status).toBe(404);
    await writeFile(join(gateway.directory, 'filed.json'), JSON.stringify(openApi({ '/new': { get: {} } })));
    await until('the new route is live', gateway.process, 10_000, async () => (await call('/filed/new')).status === 200);
    expect((await call('/filed/old')).status).toBe(404);
  });

  test('that changes nothing gives no new snapshot', async () => {
    const before = await gateway.metric('gatehouse_snapshot_number');
    await gateway.writeConfig(versioned(version));
    gateway.process.signal('SIGHUP');
    await gateway.reload(versioned(++version));
    expect(await gateway.metric('gatehouse_snapshot_number')).toBe(before + 1);
  });
});

describe('a request in flight', () => {
  test('ends on the snapshot on which it began', async () => {
    const gate = Promise.withResolvers<void>();
    origin.script('/in-flight', ['request-end', { waitFor: gate.promise }, { send: answer('200 OK', [], 'from the old backend') }]);
    await withClient(gateway.port, async (client) => {
      client.send(head('GET /slow/in-flight HTTP/1.1', 'Host: gw.example'));
      await origin.until('it is there', () => origin.requests.some(({ target }) => target === '/in-flight'));
      await gateway.reload(versioned(++version, { slowUrl: other.url }));
      expect((await call('/slow/x')).status).toBe(200);
      expect(other.requests.map(({ target }) => target)).toContain('/x');
      gate.resolve();
      expect((await client.response()).text).toBe('from the old backend');
    });
  });

  test('a stream goes on, even when its API is gone', async () => {
    const gate = Promise.withResolvers<void>();
    await gateway.reload(versioned(++version));
    origin.script('/stream', [
      { send: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}5\r\nfirst\r\n` },
      { waitFor: gate.promise },
      { send: '4\r\nlast\r\n0\r\n\r\n' },
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(head('GET /slow/stream HTTP/1.1', 'Host: gw.example'));
      await client.waitFor('first');
      const config = versioned(++version) as { apis: { name: string }[] };
      await gateway.reload({ ...config, apis: config.apis.filter(({ name }) => name !== 'slow') });
      gate.resolve();
      expect((await client.response()).text).toBe('firstlast');
    });
    await gateway.reload(versioned(++version));
  });
});

describe('what is outside of the snapshot stays', () => {
  test('counters of a limit', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await call('/limited/x')).status);
    await gateway.reload(versioned(++version));
    for (let i = 0; i < 3; i++) statuses.push((await call('/limited/x')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('kept connections to backends', async () => {
    await withClient(gateway.port, async (client) => {
      const ask = async () => {
        client.send(head('GET /slow/kept HTTP/1.1', 'Host: gw.example'));
        expect((await client.response()).status).toBe(200);
        return origin.requests.findLast(({ target }) => target === '/kept')?.connection;
      };
      const before = await ask();
      await gateway.reload(versioned(++version));
      expect(await ask()).toBe(before);
    });
  });
});

describe('a bad configuration', () => {
  const bad: readonly [what: string, config: () => ConfigObject | string, reasons: readonly RegExp[]][] = [
    ['with YAML that is none', () => 'gateway: {\n  listen: [', [/gatehouse\.yaml:\d+:\d+: error: /]],
    ['with a misspelt key', () => ({ ...versioned(version + 1), domain: [] }), [/gatehouse\.yaml:\d+:\d+: error: .*domain\b.*domains/]],
    [
      'with a backend that does not exist',
      () => {
        const config = versioned(version + 1) as { apis: object[] };
        return {
          ...config,
          apis: [...config.apis, { name: 'bad', backend: 'nowhere', definition: openApiProxy(), publish: ['production'] }],
        };
      },
      [/gatehouse\.yaml:\d+:\d+: error: .*nowhere/],
    ],
    [
      'with a definition that is not there',
      () => {
        const config = versioned(version + 1) as { apis: object[] };
        return {
          ...config,
          apis: [...config.apis, { name: 'bad', backend: 'slow', definition: './missing.json', publish: ['production'] }],
        };
      },
      [/error: .*missing\.json/],
    ],
    [
      'with an unknown policy',
      () => {
        const config = versioned(version + 1) as { apis: object[] };
        return { ...config, policies: [{ 'rate-limits': { limit: 1, window: '1s' } }] };
      },
      [/gatehouse\.yaml:\d+:\d+: error: .*rate-limits.*rate-limit\b/],
    ],
  ];

  for (const [what, config, reasons] of bad) {
    test(`${what} is refused with its reasons on standard error, and the last good one stays`, async () => {
      const printed = gateway.process.stderr.length;
      const snapshot = await gateway.metric('gatehouse_snapshot_number');
      await gateway.writeConfig(config());
      gateway.process.signal('SIGHUP');
      await until('the reasons are printed', gateway.process, 10_000, () => {
        const text = gateway.process.stderr.slice(printed);
        return reasons.every((reason) => reason.test(text));
      });
      expect(await gateway.metric('gatehouse_snapshot_number')).toBe(snapshot);
      expect(await versionLive()).toBe(version);
    });
  }

  test('is forgotten when a good one follows', async () => {
    await gateway.reload(versioned(++version));
    expect(await versionLive()).toBe(version);
  });
});
