import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Snapshot } from '@gatehouse/contract';
import { expect, onTestFinished, test } from 'vitest';
import { SnapshotPacker } from '../compile/pack-snapshot.ts';
import { EmbeddedGateway, type ProxyEndpointConfig, type ProxyPort } from './embedded-gateway.ts';

const silent = { warn() {}, error() {} };

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function snapshotOf(target: string, config: Partial<ProxyEndpointConfig> = {}, number = 1): Snapshot {
  const policy: ProxyEndpointConfig = {
    endpoint: '/frobs',
    authenticate: false,
    requestHeaders: ['host', 'x-wanted'],
    responseHeaders: ['content-type', 'content-length'],
    upgrades: false,
    ...config,
  };
  const definition = {
    targets: [{ url: target, weight: 1 }],
    loadBalancing: 'round-robin' as const,
    timeouts: {},
    retry: { attempts: 0, budget: 0 },
    ejection: { failures: 0, durationMs: 0, shareMax: 0 },
    connectionsMax: 8,
    hostHeader: 'target' as const,
  };
  const integration = { kind: 'http' as const, backend: 'frobs', passThrough: true, parameters: [] };
  return {
    format: 1,
    number,
    hash: String(number),
    environments: ['proxy'],
    defaultEnvironment: 'proxy',
    backends: [{ id: 'frobs', name: 'frobs', type: 'http', environments: { proxy: definition } }],
    revisions: [
      {
        id: 'frobs',
        api: 'proxy/frobs',
        basePath: '/api/proxy/frobs',
        errorProfile: 'problem',
        timeouts: {},
        policies: [{ name: 'proxy-endpoint', config: policy }],
        routes: [{ method: 'ANY', path: '$default', policies: [], integration }],
      },
    ],
    publications: [{ fingerprint: `${target} ${number}`, revision: 'frobs', environment: 'proxy', variables: {} }],
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  };
}

async function start(snapshot: Snapshot, port: Partial<ProxyPort> = {}) {
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
    log: silent,
    proxy: { authenticate: () => Promise.resolve(true), dropped() {}, ...port },
  });
  const apply = (next: Snapshot) => {
    const { prepared, problems } = gateway.prepare(next);
    if (prepared !== undefined) gateway.commit(prepared);
    return problems;
  };
  expect(apply(snapshot)).toEqual([]);
  const server = createServer((request, response) => gateway.handle(request, response));
  server.on('upgrade', (request, socket, rest) => gateway.upgrade(request, socket, rest));
  const bound = await listening(server);
  onTestFinished(() => gateway.stop());
  return { gateway, apply, port: bound, url: `http://127.0.0.1:${bound}/api/proxy/frobs` };
}

/** Asks to leave HTTP, and answers what came: head and bytes, until `until` is in it or the connection is closed. */
function leaveHttp(port: number, until: string, fields = ''): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (piece) => {
      text += String(piece);
      if (text.endsWith('\r\n\r\n') && text.includes(' 101 ')) socket.write('ping');
      if (text.includes(until)) done();
    });
    socket.on('close', done);
    socket.on('error', done);
    socket.write(
      `GET /api/proxy/frobs/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\nCookie: a=1\r\n${fields}\r\n`,
    );
  });
}

async function socketTarget(): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const target = createServer();
  target.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    asked.push(request);
    socket.on('error', () => socket.destroy());
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: yes\r\nX-Other: 1\r\n\r\n',
    );
    socket.on('data', (piece) => socket.write(`${piece}-pong`));
  });
  return { url: `http://127.0.0.1:${await listening(target)}`, asked };
}

test('a WebSocket connection goes both ways, with its own headers and no others', async () => {
  const { url, asked } = await socketTarget();
  const { port } = await start(snapshotOf(url, { upgrades: true }));
  const text = await leaveHttp(port, 'ping-pong');
  expect(text).toMatch(/^HTTP\/1\.1 101 .*Sec-WebSocket-Accept: yes.*ping-pong$/s);
  expect(text).not.toContain('X-Other');
  expect(asked[0]?.headers).toMatchObject({ 'sec-websocket-key': 'k', upgrade: 'websocket' });
  expect(asked[0]?.headers.cookie).toBeUndefined();
});

test('a WebSocket connection that is not allowed, or whose caller is not known, does not reach the target', async () => {
  const { url, asked } = await socketTarget();
  const closed = await start(snapshotOf(url));
  expect(await leaveHttp(closed.port, 'never')).toMatch(/^HTTP\/1\.1 403 /);
  const locked = await start(snapshotOf(url, { upgrades: true, authenticate: true }), { authenticate: () => Promise.resolve(false) });
  expect(await leaveHttp(locked.port, 'never')).toMatch(/^HTTP\/1\.1 401 /);
  const open = await start(snapshotOf(url, { upgrades: true }));
  expect(await leaveHttp(open.port, 'never', 'Content-Length: 4\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(asked).toEqual([]);
});

test('credentials that cannot be checked are 503, never let through', async () => {
  let asked = 0;
  const target = await listening(createServer((_, response) => response.end(String(++asked))));
  const { url } = await start(snapshotOf(`http://127.0.0.1:${target}`, { authenticate: true }), {
    authenticate: () => Promise.reject(new Error('the database is away')),
  });
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([503, expect.not.stringContaining('database is away')]);
  expect(asked).toBe(0);
});

test('a request in flight ends on the snapshot on which it began, and a bad one changes nothing', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = createServer((_, response) => void held.then(() => response.end('first')));
  const second = createServer((_, response) => response.end('second'));
  const [firstPort, secondPort] = [await listening(first), await listening(second)];
  const { apply, url } = await start(snapshotOf(`http://127.0.0.1:${firstPort}`));
  const began = new Promise((resolve) => first.once('request', resolve));
  const inFlight = fetch(url).then((response) => response.text());
  await began;
  expect(apply(snapshotOf(`http://127.0.0.1:${secondPort}`, {}, 2))).toEqual([]);
  expect(await (await fetch(url)).text()).toBe('second');
  release();
  expect(await inFlight).toBe('first');
  const bad = snapshotOf('http://127.0.0.1:1', { rewrite: [{ pattern: '(', replacement: '' }] }, 3);
  expect(apply(bad)[0]?.message).toContain('is not a regular expression');
  expect(await (await fetch(url)).text()).toBe('second');
});

test('outside of an embedded gateway the policy of the proxy is refused', () => {
  const { packed, problems } = new SnapshotPacker().pack(snapshotOf('http://127.0.0.1:1'));
  expect(packed).toBeUndefined();
  expect(problems[0]?.message).toContain('for endpoints of the proxy only');
});
