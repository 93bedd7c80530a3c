import { connect, createSecureServer, createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RawClient, withClient } from '../../support/raw-client.ts';
import { canMakeCertificates, makeCertificate, makeSignedCertificate } from './certificates.ts';
import { type InProcessGateway, startInProcess } from './in-process-gateway.ts';

/** A client's handshake and what has to be answered to it (RFC 6455 section 1.3). */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

describe.skipIf(!canMakeCertificates)('WebSockets to HTTP/2 backends', () => {
  const pair = makeSignedCertificate(['backend.example']);
  const sockets = new Set<Socket>();
  const servers: Http2Server[] = [];
  let gateway: InProcessGateway;
  let seen: IncomingHttpHeaders[] = [];
  let upgrades = 0;
  let streams = 0;

  async function start(server: Http2Server, scheme: 'http' | 'https'): Promise<void> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      seen.push(headers);
      streams++;
      stream.on('error', () => {});
      stream.on('close', () => streams--);
      if (headers[':method'] !== 'CONNECT') {
        stream.respond({ ':status': 200 });
        stream.end('plain');
      } else if (headers[':path'] === '/refused') {
        stream.respond({ ':status': 403, 'content-type': 'text/plain' });
        stream.end('not you');
      } else {
        stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat' });
        stream.pipe(stream);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    gateway = await startInProcess({
      certificates: [makeCertificate(['gw.example'])],
      backend: {
        targets: [{ url: `${scheme}://127.0.0.1:${port}`, weight: 1 }],
        protocol: 'http2',
        tls: { ca: pair.ca, serverName: 'backend.example' },
      },
    });
  }

  async function stop(): Promise<void> {
    await gateway?.stop();
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  }

  function open(client: RawClient, path: string, upgrade = 'websocket'): void {
    client.send(
      `GET ${path} HTTP/1.1\r\nHost: gw.example\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nOrigin: https://site.example\r\n\r\n`,
    );
  }

  async function untilClosed(): Promise<void> {
    for (let i = 0; i < 100 && streams > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(streams).toBe(0);
  }

  afterEach(() => {
    seen = [];
    upgrades = 0;
  });

  describe('that take tunnels (RFC 8441)', () => {
    beforeAll(() => start(createServer({ settings: { enableConnectProtocol: true } }), 'http'));
    afterAll(stop);

    test('an HTTP/1.1 client gets its handshake, and bytes go both ways', async () => {
      await withClient(gateway.threads.port, async (client) => {
        open(client, '/chat?room=1');
        await client.waitFor('\r\n\r\n');
        const head = client.received.toString('latin1');
        expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
        expect(head).toContain(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`);
        expect(head.toLowerCase()).toContain('sec-websocket-protocol: chat\r\n');
        expect(head).toMatch(/upgrade: websocket\r\n/i);
        client.send('hello through two protocols');
        await client.waitFor('hello through two protocols');
        client.end();
        await client.closed();
      });
      expect(seen[0]).toMatchObject({
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':path': '/chat?room=1',
        origin: 'https://site.example',
      });
      expect(seen[0]).toMatchObject({ 'sec-websocket-version': '13' });
      expect(seen[0]).not.toHaveProperty('sec-websocket-key');
      expect(seen[0]).not.toHaveProperty('upgrade');
      await untilClosed();
    });

    test('an HTTP/2 client goes through by HTTP/2 all the way', async () => {
      const session = connect(gateway.url, { rejectUnauthorized: false });
      await new Promise((resolve) => session.once('remoteSettings', resolve));
      const stream = session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat', ':authority': 'gw.example' });
      const head = await new Promise<IncomingHttpHeaders>((resolve) => stream.on('response', resolve));
      expect(head).toMatchObject({ ':status': 200, 'sec-websocket-protocol': 'chat' });
      expect(head).not.toHaveProperty('sec-websocket-accept');
      stream.write('hello');
      expect(await new Promise((resolve) => stream.once('data', (piece: Buffer) => resolve(piece.toString())))).toBe('hello');
      stream.end();
      await new Promise((resolve) => stream.resume().once('close', resolve));
      session.close();
      await untilClosed();
    });

    test('a refusal is an answer, and nothing of it stays open', async () => {
      await withClient(gateway.threads.port, async (client) => {
        open(client, '/refused');
        const { status, body } = await client.response();
        expect([status, body.toString()]).toEqual([403, 'not you']);
      });
      await untilClosed();
    });

    test('a client that goes ends the tunnel at the backend', async () => {
      const client = await RawClient.open(gateway.threads.port);
      open(client, '/chat');
      await client.waitFor('101');
      expect(streams).toBe(1);
      client.reset();
      await untilClosed();
    });
  });

  describe('that take none', () => {
    beforeAll(async () => {
      const server = createSecureServer({ cert: pair.certificate, key: pair.key, allowHTTP1: true });
      server.on('upgrade', (request: { headers: IncomingHttpHeaders }, socket: Socket) => {
        upgrades++;
        seen.push(request.headers);
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
        );
        socket.pipe(socket);
      });
      await start(server, 'https');
    });
    afterAll(stop);

    test('it goes over HTTP/1.1 to the same target, whatever protocol is wanted', async () => {
      for (const upgrade of ['websocket', 'other/1']) {
        await withClient(gateway.threads.port, async (client) => {
          open(client, '/chat', upgrade);
          await client.waitFor('HTTP/1.1 101 ');
          client.send('hello over one');
          await client.waitFor('hello over one');
        });
      }
      expect(upgrades).toBe(2);
      expect(seen[0]).toMatchObject({ 'sec-websocket-key': KEY });
    });

    test('and other requests still go over HTTP/2', async () => {
      const response = await fetch(`http://127.0.0.1:${gateway.threads.port}/`);
      expect(await response.text()).toBe('plain');
      expect(upgrades).toBe(0);
    });
  });
});
