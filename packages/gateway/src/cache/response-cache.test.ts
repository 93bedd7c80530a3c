import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { CacheDefinition, Snapshot } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EmbeddedGateway } from '../embedded/embedded-gateway.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

const CACHE: CacheDefinition = { maxAgeMs: 0, staleIfErrorMs: 0, bytesMax: 1_000_000, entryBytesMax: 100_000, vary: [] };

function snapshotOf(target: string, cache: Partial<CacheDefinition>, secret: string | undefined): Snapshot {
  const definition = {
    targets: [{ url: target, weight: 1 }],
    loadBalancing: 'round-robin' as const,
    timeouts: {},
    retry: { attempts: 0, budget: 0 },
    ejection: { failures: 0, durationMs: 0, shareMax: 0 },
    connectionsMax: 8,
    hostHeader: 'target' as const,
    cache: { ...CACHE, ...cache },
  };
  const policy = {
    endpoint: '/frobs',
    authenticate: false,
    requestHeaders: ['host', 'accept', 'accept-language', 'cache-control', 'authorization', 'if-none-match', 'range', 'x-wanted'],
    responseHeaders: ['age', 'cache-control', 'cache-status', 'content-length', 'content-type', 'etag', 'set-cookie', 'vary'],
    upgrades: false,
  };
  const parameters = secret === undefined ? [] : [{ in: 'header' as const, name: 'Authorization', from: `'${secret}'` }];
  const route = (method: string) => ({
    method,
    path: '$default',
    policies: [],
    integration: { kind: 'http' as const, backend: 'frobs', passThrough: true, parameters },
  });
  return {
    format: 1,
    number: 1,
    hash: '1',
    environments: ['proxy'],
    defaultEnvironment: 'proxy',
    backends: [{ id: 'frobs', name: 'frobs', type: 'http', environments: { proxy: definition } }],
    revisions: [
      {
        id: 'frobs',
        api: 'frobs',
        basePath: '/frobs',
        errorProfile: 'problem',
        timeouts: {},
        policies: [{ name: 'proxy-endpoint', config: policy }],
        routes: [route('GET'), route('POST'), route('PUT')],
      },
    ],
    publications: [{ fingerprint: `${target} ${secret}`, revision: 'frobs', environment: 'proxy', variables: {} }],
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  };
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A target, and the gateway with its cache before it. */
async function start(answer: Answering, cache: Partial<CacheDefinition> = {}, secret?: string) {
  const state = { answer, asked: [] as IncomingMessage[] };
  const target = createServer((asked, response) => {
    state.asked.push(asked);
    response.sendDate = false;
    state.answer(asked, response);
  });
  const gateway = new EmbeddedGateway({
    settings: {
      trustedProxies: [],
      accessLog: { format: 'none', output: 'stdout' },
      limits: {
        headerBytes: 16_384,
        uriBytes: 8192,
        bodyBytes: 1024,
        headersTimeout: 1000,
        bodyTimeout: 1000,
        requestTimeout: 1000,
        idleTimeout: 1000,
        connections: 10,
      },
    },
    accessLogFile: '',
    log: { warn() {}, error() {} },
    proxy: { authenticate: () => Promise.resolve(true), dropped() {} },
  });
  const server = createServer((asked, response) => gateway.handle(asked, response));
  for (const one of [target, server]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  const stopTarget = () => {
    target.closeAllConnections();
    target.close();
  };
  onTestFinished(async () => {
    stopTarget();
    server.closeAllConnections();
    server.close();
    await gateway.stop();
  });
  const port = (server.address() as AddressInfo).port;
  const { prepared, problems } = gateway.prepare(snapshotOf(`http://127.0.0.1:${(target.address() as AddressInfo).port}`, cache, secret));
  expect(problems).toEqual([]);
  if (prepared !== undefined) gateway.commit(prepared);
  /** node:http, which adds no header fields of its own. */
  const call = (path = '/x', headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: `/frobs${path}`, method, headers, agent: false }, (response) => {
        let body = '';
        response.on('data', (piece) => {
          body += String(piece);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  return { state, call, port, stopTarget };
}

/** Answers with how often it was asked, so that a kept answer can be told from a new one. */
function counting(headers: Record<string, string | string[]>, status = 200): Answering {
  let count = 0;
  return (_, response) => response.writeHead(status, headers).end(`answer ${++count}`);
}

const FRESH = { 'Cache-Control': 'max-age=60' };

test('what is fresh is answered without asking, with its age, to HEAD too, and as what comes from elsewhere', async () => {
  const { state, call } = await start(counting({ ...FRESH, 'Content-Type': 'text/html' }));
  expect((await call()).headers['cache-status']).toBe('gatehouse; fwd=miss; stored');
  later(20);
  const hit = await call();
  expect(hit).toMatchObject({ status: 200, body: 'answer 1' });
  expect(hit.headers).toMatchObject({
    age: '20',
    'cache-status': 'gatehouse; hit; ttl=40',
    'content-length': '8',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  });
  expect(await call('/x', {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '8', age: '20' } });
  expect((await call('/x?other')).body).toBe('answer 2');
  later(41);
  expect((await call()).body).toBe('answer 3');
  expect(state.asked).toHaveLength(3);
});

test('the age that an answer has already counts, and s-maxage before max-age', async () => {
  const { call } = await start(counting({ 'Cache-Control': 'max-age=1000, s-maxage=60', Age: '50' }));
  await call();
  later(9);
  expect((await call()).headers.age).toBe('59');
  later(2);
  expect((await call()).body).toBe('answer 2');
});

test('what is not fresh is asked for with a condition: a 304 freshens it, another answer takes its place', async () => {
  const { state, call } = await start(counting({ ...FRESH, ETag: '"1"', 'X-Other': 'a' }));
  await call();
  later(61);
  state.answer = (asked, response) => {
    expect(asked.headers['if-none-match']).toBe('"1"');
    response.writeHead(304, { 'Cache-Control': 'max-age=100', ETag: '"1"', 'Set-Cookie': 'a=1' }).end();
  };
  const validated = await call();
  expect(validated).toMatchObject({ status: 200, body: 'answer 1' });
  expect(validated.headers).toMatchObject({ 'cache-status': 'gatehouse; fwd=stale; fwd-status=304', 'cache-control': 'max-age=100' });
  later(99);
  const fresh = await call();
  expect([fresh.body, fresh.headers['set-cookie']]).toEqual(['answer 1', undefined]);
  expect(state.asked).toHaveLength(2);
  later(2);
  state.answer = (_, response) => response.writeHead(200, { ...FRESH, ETag: '"2"' }).end('new');
  expect((await call()).body).toBe('new');
  expect((await call()).body).toBe('new');
  expect(state.asked).toHaveLength(3);
});

test('a 304 that speaks of another answer than the one that is kept is not believed: the whole is asked for', async () => {
  const { state, call } = await start(counting({ ...FRESH, ETag: '"1"' }));
  await call();
  later(61);
  state.answer = (asked, response) => {
    if (asked.headers['if-none-match'] !== undefined) response.writeHead(304, { ETag: '"2"' }).end();
    else response.writeHead(200, { ...FRESH, ETag: '"2"' }).end('whole');
  };
  expect(await call()).toMatchObject({ status: 200, body: 'whole' });
});

describe('is not kept:', () => {
  const cases: [what: string, answer: Answering, asked?: Record<string, string>][] = [
    ['no-store', counting({ 'Cache-Control': 'max-age=60, no-store' })],
    ['private, in any case', counting({ 'Cache-Control': 'Max-Age=60, PRIVATE' })],
    ['no-cache without a validator', counting({ 'Cache-Control': 'max-age=60, No-Cache' })],
    ['Pragma: no-cache', counting({ Pragma: 'no-cache', Expires: new Date(Date.now() + 1e9).toUTCString() })],
    ['a cookie, even if it says public', counting({ 'Cache-Control': 'public, max-age=60', 'Set-Cookie': 'a=1' })],
    ['Vary: *', counting({ ...FRESH, Vary: 'Accept, *' })],
    ['an error', counting(FRESH, 500)],
    ['what says nothing of itself', counting({})],
    ['what was last modified long ago, and says nothing else', counting({ 'Last-Modified': 'Tue, 01 Jan 2019 00:00:00 GMT' })],
    ['what is not valid any more', counting({ Expires: '0' })],
    ['a part of a body', counting({ ...FRESH, 'Content-Range': 'bytes 0-1/2' }, 206), { Range: 'bytes=0-1' }],
    ['a whole that says it is a part', counting({ ...FRESH, 'Content-Range': 'bytes 0-1/2' })],
    ["a caller's own answer", counting(FRESH), { Authorization: 'Bearer one' }],
    ['what a client does not want to be kept', counting(FRESH), { 'Cache-Control': 'no-store' }],
    [
      'a body without its end',
      (_, response) => void response.writeHead(200, { ...FRESH, 'Content-Length': '10' }).write('12345', () => response.destroy()),
    ],
  ];
  test.each(cases)('%s', async (_, answer, headers = {}) => {
    const { state, call } = await start(answer);
    for (let times = 0; times < 2; times++) await call('/x', headers).catch(() => undefined);
    expect(state.asked).toHaveLength(2);
  });
});

test('what says nothing of itself is kept where the configuration says for how long', async () => {
  const { state, call } = await start(counting({}), { maxAgeMs: 30_000 });
  await call();
  later(29);
  expect((await call()).body).toBe('answer 1');
  state.answer = counting({ 'Cache-Control': 'private' });
  later(2);
  await call();
  await call();
  expect(state.asked).toHaveLength(3);
});

test('answers are for requests with the same fields that Vary, or the configuration, names', async () => {
  const { state, call } = await start(
    (asked, response) =>
      response
        .writeHead(200, { ...FRESH, Vary: 'Accept-Language' })
        .end(`${asked.headers['accept-language']} ${asked.headers['x-wanted']}`),
    { vary: ['X-Wanted'] },
  );
  for (let times = 0; times < 2; times++) {
    for (const [language, wanted] of [
      ['de', 'a'],
      ['en', 'a'],
      ['en', 'b'],
    ] as const)
      expect((await call('/x', { 'Accept-Language': language, 'X-Wanted': wanted })).body).toBe(`${language} ${wanted}`);
  }
  expect(state.asked).toHaveLength(3);
});

test("what one caller's credentials were answered is given to nobody else, whatever it says", async () => {
  const { state, call } = await start((asked, response) =>
    response.writeHead(200, { 'Cache-Control': 'public, max-age=60' }).end(asked.headers.authorization ?? 'nobody'),
  );
  for (let times = 0; times < 2; times++) {
    for (const who of ['Bearer one', 'Bearer two']) expect((await call('/x', { Authorization: who })).body).toBe(who);
    expect((await call()).body).toBe('nobody');
  }
  expect(state.asked).toHaveLength(3);
});

test("a secret of the proxy's own is everybody's: its answers are shared", async () => {
  const { state, call } = await start(counting(FRESH), {}, 'Bearer of-the-proxy');
  await call('/x', { Authorization: 'Bearer one' });
  expect((await call('/x', { Authorization: 'Bearer two' })).body).toBe('answer 1');
  expect(state.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer of-the-proxy']);
});

test('what a request changes is forgotten, also when an answer from before is still on its way', async () => {
  const { state, call } = await start(counting(FRESH));
  await call();
  await call('/x', { 'Content-Length': '0' }, 'POST');
  expect((await call()).body).toBe('answer 3');
  state.answer = (asked, response) => {
    if (asked.method === 'PUT') response.writeHead(400).end();
    else response.writeHead(200, FRESH).end();
  };
  await call('/x', { 'Content-Length': '0' }, 'PUT');
  expect((await call()).body).toBe('answer 3');

  let finish = () => {};
  state.answer = (asked, response) => {
    if (asked.method === 'PUT') response.writeHead(204).end();
    else finish = () => response.writeHead(200, FRESH).end('from before');
  };
  const before = call('/y');
  await expect.poll(() => state.asked.at(-1)?.url).toBe('/y');
  await call('/y', { 'Content-Length': '0' }, 'PUT');
  finish();
  expect((await before).body).toBe('from before');
  state.answer = (_, response) => response.writeHead(200, FRESH).end('from after');
  expect((await call('/y')).body).toBe('from after');
});

test('must-revalidate is fresh as long as it says, and never used when the target fails', async () => {
  const { state, call, stopTarget } = await start(counting({ 'Cache-Control': 'max-age=60, must-revalidate' }), { staleIfErrorMs: 1e6 });
  await call();
  later(59);
  expect((await call('/x', { 'Cache-Control': 'max-stale=1000' })).body).toBe('answer 1');
  expect(state.asked).toHaveLength(1);
  later(2);
  stopTarget();
  expect((await call('/x', { 'Cache-Control': 'max-stale=1000' })).status).toBe(502);
});

test('when the target fails, what was kept is used for as long as it may', async () => {
  const { state, call, stopTarget } = await start(counting(FRESH), { staleIfErrorMs: 100_000 });
  await call();
  later(100);
  state.answer = (_, response) => response.writeHead(503).end('busy');
  const stale = await call();
  expect(stale).toMatchObject({
    status: 200,
    body: 'answer 1',
    headers: { age: '100', 'cache-status': 'gatehouse; hit; ttl=-40; detail=backend-failed' },
  });
  stopTarget();
  expect((await call()).body).toBe('answer 1');
  later(61);
  expect((await call()).status).toBe(502);
});

test("a part is the target's to give, also of what is kept", async () => {
  const { state, call } = await start(counting(FRESH));
  await call();
  state.answer = (_, response) => response.writeHead(206, { 'Content-Range': 'bytes 0-1/8' }).end('an');
  expect(await call('/x', { Range: 'bytes=0-1' })).toMatchObject({
    status: 206,
    body: 'an',
    headers: { 'cache-status': 'gatehouse; fwd=bypass' },
  });
  expect((await call()).body).toBe('answer 1');
});

test('a client that has the answer already is told so; one that wants it anew gets it', async () => {
  const { state, call } = await start(counting({ ...FRESH, ETag: '"1"' }));
  await call();
  expect(await call('/x', { 'If-None-Match': '"0", W/"1"' })).toMatchObject({ status: 304, body: '', headers: { etag: '"1"' } });
  expect((await call('/x', { 'If-None-Match': '"0"' })).body).toBe('answer 1');
  expect(state.asked).toHaveLength(1);
  expect((await call('/x', { 'Cache-Control': 'no-cache' })).body).toBe('answer 2');
  expect((await call()).body).toBe('answer 2');
});

test('no more is kept than there is room for: what was not asked for the longest goes first', async () => {
  const { state, call } = await start((asked, response) => response.writeHead(200, FRESH).end((asked.url ?? '').repeat(1_000)), {
    bytesMax: 20_000,
    entryBytesMax: 10_000,
  });
  const before = () => state.asked.length;
  // About 4 KB each, so that four fit.
  for (const path of ['/a1', '/a2', '/a3', '/a4']) await call(path);
  await call('/a1');
  expect(before()).toBe(4);
  await call('/a5');
  await call('/a1');
  expect(before()).toBe(5);
  await call('/a2');
  expect(before()).toBe(6);
  // Too large for one entry, whether that is said before or not.
  for (let times = 0; times < 2; times++) await call(`/${'b'.repeat(20)}`);
  expect(before()).toBe(8);
  state.answer = (_, response) => {
    response.writeHead(200, FRESH).write('c'.repeat(8_000));
    response.end('c'.repeat(8_000));
  };
  for (let times = 0; times < 2; times++) expect((await call('/c')).body).toHaveLength(16_000);
  expect(before()).toBe(10);
});

test('bodies that are still coming have no more room than that either: what has none is passed on', async () => {
  const finishes: (() => void)[] = [];
  const { state, call } = await start(
    (_, response) => {
      response.writeHead(200, FRESH).write('x'.repeat(6_000));
      finishes.push(() => response.end('y'));
    },
    { bytesMax: 10_000, entryBytesMax: 10_000 },
  );
  const both = [call('/a'), call('/b')];
  await expect.poll(() => finishes.length).toBe(2);
  // What the first two have not given back, the others do not get.
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const finish of finishes) finish();
  expect((await Promise.all(both)).map(({ body }) => body.length)).toEqual([6_001, 6_001]);
  state.answer = counting(FRESH);
  const again = [await call('/a'), await call('/b')].filter(({ headers }) => headers['cache-status']?.includes('hit'));
  expect(again).toHaveLength(1);
});

test('an answer that its client does not take to the end is not kept', async () => {
  let finish = () => {};
  const { state, call, port } = await start((_, response) => {
    response.writeHead(200, FRESH);
    response.write('first');
    finish = () => response.end('last');
  });
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /frobs/x HTTP/1.1\r\nHost: a\r\n\r\n'));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await expect.poll(() => state.asked[0]?.socket.destroyed).toBe(true);
  finish();
  state.answer = counting(FRESH);
  expect((await call()).body).toBe('answer 1');
});
