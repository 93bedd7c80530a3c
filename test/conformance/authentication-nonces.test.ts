import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../support/config.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { type RunningGateway, startGateway, until } from '../support/gateway.ts';
import { head } from '../support/origin-script.ts';
import { freePort } from '../support/ports.ts';
import { withClient } from '../support/raw-client.ts';
import { findRedis, type RunningRedis, startRedis, startRedisStandIn, startSilentServer } from '../support/redis.ts';
import { signatureLines } from '../support/sign-request.ts';
import { APPS } from './authentication-record.ts';

const PASSWORD = 'pass-word-of-redis';
const { partner } = APPS;

let origin: EchoOrigin;
const started: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  origin = await EchoOrigin.start();
});

afterAll(async () => {
  await Promise.all(started.map((each) => each.stop()));
  await origin?.stop();
});

async function startNode(redis: string, shared: Record<string, unknown> = {}): Promise<RunningGateway> {
  const config = proxyConfig(origin.url, { gateway: { shared: { redis, ...shared } }, api: { auth: 'app' } });
  const app = { name: 'partner', ...partner, authorizations: [{ api: 'proxy', environments: ['production'] }] };
  const node = await startGateway({ config: { ...config, apps: [app] } });
  started.push(node);
  return node;
}

/** A signed request with this nonce: its status, and the code of a refusal. */
async function send(node: RunningGateway, nonce: string): Promise<string> {
  const lines = signatureLines('GET', [`X-Ca-Nonce: ${nonce}`, `X-Ca-Timestamp: ${Date.now()}`], {
    ...partner,
    resource: '/x',
    names: ['X-Ca-Nonce', 'X-Ca-Timestamp'],
  });
  const response = await withClient(node.port, (client) => {
    client.send(head('GET /x HTTP/1.1', 'Host: gw.example', ...lines));
    return client.response();
  });
  return response.status === 200 ? '200' : `${response.status} ${(response.json() as { code: string }).code}`;
}

/** Right after its start a node may not have found yet what it shares, and refuses. */
function connected(node: RunningGateway): Promise<void> {
  return until('it has found what it shares', node.process, 10_000, async () => (await send(node, randomUUID())) === '200');
}

const program = findRedis();

describe.each([
  { what: 'a stand-in', start: startRedisStandIn },
  { what: program ?? 'Redis (skipped: install redis-server)', start: program === undefined ? undefined : () => startRedis(program) },
])('two nodes that share $what', ({ start }) => {
  let redis: RunningRedis;
  let nodes: RunningGateway[];

  beforeAll(async () => {
    if (!start) return;
    redis = await start();
    started.push(redis);
    const shared = { whenUnavailable: 'refuse', timeout: '2s' };
    nodes = [await startNode(redis.url, shared), await startNode(redis.url, shared)];
    for (const node of nodes) await connected(node);
  });

  test.skipIf(!start)('let a nonce through once, whichever it comes to', async () => {
    const [one, other] = nodes as [RunningGateway, RunningGateway];
    const nonce = randomUUID();
    expect(await send(one, nonce)).toBe('200');
    expect(await send(other, nonce)).toBe('401 auth.nonce-used');
    const many = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(i % 2 === 0 ? one : other, many)));
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1);
  });
});

describe('when what is shared cannot be reached', () => {
  test('local: each node still lets a nonce through once, and says what is wrong', async () => {
    const silent = await startSilentServer();
    started.push(silent);
    for (const url of [`redis://gatehouse:${PASSWORD}@127.0.0.1:${await freePort()}`, silent.url]) {
      const node = await startNode(url);
      const nonce = randomUUID();
      expect([await send(node, nonce), await send(node, nonce)]).toEqual(['200', '401 auth.nonce-used']);
      if (url !== silent.url) await expect.poll(() => node.logs()).toContain('What the nodes share cannot be reached');
      expect(node.logs()).not.toContain(PASSWORD);
    }
  });

  test('refuse: signed requests with a nonce are refused, and their nonces are not used up', async () => {
    const port = await freePort();
    const node = await startNode(`redis://127.0.0.1:${port}`, { whenUnavailable: 'refuse' });
    const nonce = randomUUID();
    expect([await send(node, nonce), await send(node, nonce)]).toEqual(['503 auth.unavailable', '503 auth.unavailable']);
  });
});
