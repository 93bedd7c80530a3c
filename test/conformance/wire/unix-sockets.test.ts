import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiProxy } from '../../support/config.ts';
import { type RunningGateway, startGateway, until } from '../../support/gateway.ts';
import { withClient } from '../../support/raw-client.ts';

const directory = mkdtempSync(join(tmpdir(), 'sock-'));
const paths = {
  http1: join(directory, 'app.sock'),
  http2: join(directory, 'h2.sock'),
  checked: join(directory, 'checked.sock'),
  missing: join(directory, 'missing.sock'),
};

let connections = 0;
let healthy = true;
const servers: (Server | Http2Server)[] = [];
let gateway: RunningGateway;

async function listen<S extends NetServer>(server: S, path: string): Promise<S> {
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

beforeAll(async () => {
  const http1 = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    request.on('end', () => response.end(`${request.method} ${request.url} ${request.headers.host} ${bytes}`));
  });
  http1.on('connection', () => connections++);
  http1.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  const http2 = createHttp2Server((request, response) => response.end(`${request.url} over HTTP/${request.httpVersion}`));
  const checked = createServer((request, response) => {
    response.statusCode = request.url === '/base/health' && !healthy ? 503 : 200;
    response.end('checked');
  });
  servers.push(await listen(http1, paths.http1), await listen(http2, paths.http2), await listen(checked, paths.checked));
  const healthCheck = { path: '/health', interval: '50ms', healthyAfter: 1, unhealthyAfter: 1 };
  const backends = {
    http1: { url: `unix:${paths.http1}:/base` },
    http2: { url: `unix:${paths.http2}`, protocol: 'http2', healthCheck },
    checked: { url: `unix:${paths.checked}:/base`, healthCheck },
    missing: { url: `unix:${paths.missing}`, retry: { attempts: 0 } },
  };
  gateway = await startGateway({
    config: {
      backends: Object.entries(backends).map(([name, definition]) => ({ name, type: 'http', environments: { production: definition } })),
      apis: Object.keys(backends).map((name) => ({
        name,
        basePath: `/${name}`,
        backend: name,
        errorProfile: 'problem',
        definition: openApiProxy(),
        publish: ['production'],
      })),
    },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function get(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(gateway.url + path, init);
  return { status: response.status, text: await response.text() };
}

test('requests go to the socket, below the base path, with localhost as their host, on a kept connection', async () => {
  expect(await get('/http1/a?b=c')).toEqual({ status: 200, text: 'GET /base/a?b=c localhost 0' });
  expect(await get('/http1/large', { method: 'POST', body: 'x'.repeat(1_000_000) })).toEqual({
    status: 200,
    text: 'POST /base/large localhost 1000000',
  });
  expect(await get('/http1/c')).toMatchObject({ status: 200 });
  expect(connections).toBe(1);
});

test('a WebSocket passes through to a socket', async () => {
  await withClient(gateway.port, async (client) => {
    client.send('GET /http1/ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await client.waitFor('HTTP/1.1 101 ');
    client.send('hello over the socket');
    await client.waitFor('hello over the socket');
  });
});

test('HTTP/2 is spoken to a socket too, and asked for health', async () => {
  expect(await get('/http2/a')).toEqual({ status: 200, text: '/a over HTTP/2.0' });
  expect(await gateway.metric('gatehouse_backend_target_healthy', `target="unix:${paths.http2}"`)).toBe(1);
});

test('health is asked for on the socket, and a target that is ill gets no traffic', async () => {
  expect(await get('/checked/a')).toEqual({ status: 200, text: 'checked' });
  const target = `target="unix:${paths.checked}"`;
  healthy = false;
  const isHealthy = (value: number) => async () => (await gateway.metric('gatehouse_backend_target_healthy', target)) === value;
  await until('it is ill', gateway.process, 5_000, isHealthy(0));
  expect(await get('/checked/a')).toMatchObject({ status: 503 });
  healthy = true;
  await until('it is well', gateway.process, 5_000, isHealthy(1));
  expect(await get('/checked/a')).toMatchObject({ status: 200 });
});

test('a socket that is not there is a 502 that does not tell the caller its path', async () => {
  const { status, text } = await get('/missing/a');
  expect(status).toBe(502);
  expect(text).not.toContain(paths.missing);
});
