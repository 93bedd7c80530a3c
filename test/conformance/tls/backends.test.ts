import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { parseTargetUrl } from '@gatehouse/contract';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BufferedBody } from '../../../packages/gateway/src/exchange/body.ts';
import { ConnectionPool } from '../../../packages/gateway/src/wire/http1/connection-pool.ts';
import { askStatus } from '../../../packages/gateway/src/wire/http2/client/ask-status.ts';
import { Http2Pool } from '../../../packages/gateway/src/wire/http2/client/http2-pool.ts';
import type { TargetAddress } from '../../../packages/gateway/src/wire/tls/connect-backend.ts';
import type { BackendCall, BackendError, BackendRequest, Connector } from '../../../packages/gateway/src/wire/wire.ts';
import { canMakeCertificates, type KeyPair, makeSignedCertificate } from './certificates.ts';

const POOL = { connectionsMax: 4, queueMax: 10, idleMs: 10_000 };

interface Outcome {
  status?: number;
  body?: string;
  error?: BackendError;
}

function ask(connector: Connector, request: Partial<BackendRequest> = {}): Promise<Outcome> & { call: BackendCall } {
  let call: BackendCall | undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    call = connector.send(
      { method: 'GET', target: '/', fields: ['Host', 'backend.example'], body: null, upgrade: '', ...request },
      {
        head(status, _reason, _fields, body) {
          if (body === null) return resolve({ status, body: '' });
          let text = '';
          body.start({
            data: (piece) => {
              text += Buffer.from(piece).toString();
            },
            end: () => resolve({ status, body: text }),
            fail: (error) => resolve({ status, error: error as BackendError }),
          });
        },
        upgraded: () => {},
        failed: (error) => resolve({ error }),
        sent: () => {},
      },
    );
  });
  return Object.assign(outcome, { call: call as BackendCall });
}

const servers: (Server | Http2Server)[] = [];
const sockets = new Set<Socket>();
const pools: Connector[] = [];

afterEach(() => {
  for (const pool of pools.splice(0)) pool.retire();
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server | Http2Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe.skipIf(!canMakeCertificates).each(['http1', 'http2'] as const)('TLS to backends, %s', (protocol) => {
  let pair: KeyPair & { ca: string };
  let client: KeyPair & { ca: string };

  beforeAll(() => {
    pair = makeSignedCertificate(['backend.example']);
    client = makeSignedCertificate(['gateway.example']);
  });

  function pool(port: number, tls: TargetAddress['tls']): Connector {
    const address: TargetAddress = { protocol: 'https:', host: '127.0.0.1', port, ...(tls === undefined ? {} : { tls }) };
    const made = protocol === 'http1' ? new ConnectionPool(address, POOL) : new Http2Pool(address, POOL);
    pools.push(made);
    return made;
  }

  /** Answers with the name that was asked for, the client's certificate, and whether the session was resumed. */
  async function backend(options: object = {}): Promise<number> {
    const tls = { cert: pair.certificate, key: pair.key, ...options };
    const describeSocket = (socket: TLSSocket) =>
      [socket.servername, socket.getPeerCertificate()?.subject?.CN ?? 'nobody', socket.isSessionReused()].join(' ');
    if (protocol === 'http1')
      return listen(
        createHttpsServer(tls, (request, response) => {
          response.setHeader('Connection', 'close');
          response.end(describeSocket(request.socket as TLSSocket));
        }),
      );
    const server = createSecureServer(tls, (_request, response) => response.end('?'));
    server.removeAllListeners('request');
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 });
      stream.end(describeSocket(stream.session?.socket as TLSSocket));
    });
    return listen(server);
  }

  test('its own authority and name are checked and asked for', async () => {
    const port = await backend();
    expect(await ask(pool(port, { ca: pair.ca, serverName: 'backend.example' }))).toMatchObject({
      status: 200,
      body: 'backend.example nobody false',
    });
  });

  test('an authority that is not known, or another name, is a failed connection that says what to look at', async () => {
    const port = await backend();
    const unknown = await ask(pool(port, { serverName: 'backend.example' }));
    expect(unknown.error).toMatchObject({ kind: 'connect', message: expect.stringMatching(/UNABLE_TO_VERIFY.*tls\.ca/) });
    const other = await ask(pool(port, { ca: pair.ca, serverName: 'other.example' }));
    expect(other.error).toMatchObject({ kind: 'connect', message: expect.stringMatching(/not for other\.example.*tls\.serverName/) });
    expect(await ask(pool(port, { serverName: 'other.example', insecureSkipVerify: true }))).toMatchObject({ status: 200 });
  });

  test('a client certificate is shown; without one the backend that asks for it refuses', async () => {
    const port = await backend({ requestCert: true, rejectUnauthorized: true, ca: client.ca });
    const tls = { ca: pair.ca, serverName: 'backend.example' };
    expect(await ask(pool(port, { ...tls, certificate: client.certificate, key: client.key }))).toMatchObject({
      status: 200,
      body: 'backend.example gateway.example false',
    });
    const { error } = await ask(pool(port, tls));
    expect(error?.message).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET|closed/);
  });

  test('the next connection resumes the session', async () => {
    const port = await backend();
    const connector = pool(port, { ca: pair.ca, serverName: 'backend.example' });
    expect((await ask(connector)).body).toMatch(/false$/);
    if (protocol === 'http2') for (const socket of sockets) socket.destroy();
    let last = await ask(connector);
    if (last.error !== undefined) last = await ask(connector);
    expect(last.body).toMatch(/true$/);
  });

  test('a backend that speaks no TLS there is told apart', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const { error } = await ask(pool(port, { ca: pair.ca }));
    expect(error).toMatchObject({ kind: 'connect', message: expect.stringMatching(/does not speak TLS/) });
  });

  test('certificates that cannot be used are refused when they are configured', () => {
    expect(() => pool(1, { certificate: pair.certificate, key: client.key })).toThrow(/key values mismatch/);
  });
});

describe('HTTP/2 to backends', () => {
  async function h2c(onStream: (stream: ServerHttp2Stream, session: ServerHttp2Session, path: string) => void, settings = {}) {
    const server = createServer({ settings });
    let sessions = 0;
    server.on('session', (session) => {
      sessions++;
      session.on('error', () => {});
      session.on('stream', (stream, headers) => {
        stream.on('error', () => {});
        onStream(stream, session, headers[':path'] ?? '');
      });
    });
    const port = await listen(server);
    const pool = new Http2Pool({ protocol: 'http:', host: '127.0.0.1', port }, POOL);
    pools.push(pool);
    return { pool, port, sessions: () => sessions };
  }

  test('a request that the backend has not looked at is sent again, a POST too (RFC 9113 section 8.7)', async () => {
    let refused = 0;
    const { pool } = await h2c((stream) => {
      if (refused++ === 0) return stream.close(7);
      stream.respond({ ':status': 200 });
      stream.end('second try');
    });
    expect(await ask(pool, { method: 'POST' })).toMatchObject({ status: 200, body: 'second try' });
  });

  test('a request that the backend may have acted on is not', async () => {
    let asked = 0;
    const { pool } = await h2c((stream) => {
      asked++;
      stream.close(2);
    });
    const { error } = await ask(pool, { method: 'POST', body: new BufferedBody(Buffer.from('x')) });
    expect(error).toMatchObject({ kind: 'response', message: expect.stringMatching(/code 2/) });
    expect(asked).toBe(1);
  });

  test('after GOAWAY what is in flight ends, and the next request goes on another connection', async () => {
    const { pool, sessions } = await h2c((stream, session, path) => {
      stream.respond({ ':status': 200 });
      if (path === '/first') {
        session.goaway(0, stream.id);
        setTimeout(() => stream.end('whole'), 50);
      } else {
        stream.end('next');
      }
    });
    const first = ask(pool, { target: '/first' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = ask(pool, { target: '/second' });
    expect(await first).toMatchObject({ status: 200, body: 'whole' });
    expect(await second).toMatchObject({ status: 200, body: 'next' });
    expect(sessions()).toBe(2);
  });

  test("the backend's limit of streams opens further connections, then requests wait", async () => {
    let most = 0;
    let now = 0;
    const { pool, sessions } = await h2c(
      (stream) => {
        most = Math.max(most, ++now);
        setTimeout(() => {
          now--;
          stream.respond({ ':status': 200 });
          stream.end('ok');
        }, 20);
      },
      { maxConcurrentStreams: 2 },
    );
    await ask(pool);
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => ask(pool)));
    expect(outcomes.every(({ body }) => body === 'ok')).toBe(true);
    expect(most).toBeLessThanOrEqual(8);
    expect(sessions()).toBe(POOL.connectionsMax);
  });

  test('a response that breaks off is never whole', async () => {
    const { pool } = await h2c((stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.write('part');
      setTimeout(() => stream.close(0), 20);
    });
    expect((await ask(pool)).error).toMatchObject({ kind: 'response' });
  });

  test('a connection that does not answer any more is left, and the next request goes on another', async () => {
    const { port, sessions } = await h2c((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('alive');
    });
    // What stands between: from some point on it lets nothing through, and closes nothing.
    const between: Socket[] = [];
    const relay = await listen(
      createTcpServer((socket) => {
        const onward = connect(port, '127.0.0.1');
        between.push(socket, onward);
        for (const each of [socket, onward]) each.on('error', () => each.destroy());
        socket.pipe(onward).pipe(socket);
      }),
    );
    const pool = new Http2Pool({ protocol: 'http:', host: '127.0.0.1', port: relay }, POOL);
    pools.push(pool);
    expect((await ask(pool)).body).toBe('alive');
    for (const socket of between) socket.unpipe().pause();
    const silent = ask(pool);
    await new Promise((resolve) => setTimeout(resolve, 50));
    silent.call.cancel();
    // Until a PING has gone unanswered, requests meet the dead connection; the first that does not is answered.
    let body: string | undefined;
    for (let i = 0; i < 50 && body === undefined; i++) {
      const next = ask(pool);
      const timeout = new Promise<Outcome>((resolve) => setTimeout(() => resolve({}), 100));
      ({ body } = await Promise.race([next, timeout]));
      if (body === undefined) next.call.cancel();
    }
    expect(body).toBe('alive');
    expect(sessions()).toBe(2);
    for (const socket of between) socket.destroy();
  });

  test('health is asked for over HTTP/2', async () => {
    const { port } = await h2c((stream, _session, path) => {
      stream.respond({ ':status': path === '/healthy' ? 204 : 503 });
      stream.end();
    });
    const question = { url: parseTargetUrl(`http://127.0.0.1:${port}/`), timeoutMs: 2000, tls: {} };
    expect(await askStatus({ ...question, path: '/healthy' })).toBe(204);
    expect(await askStatus({ ...question, path: '/ill' })).toBe(503);
    const http1 = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await expect(askStatus({ ...question, url: parseTargetUrl(`http://127.0.0.1:${http1}/`), path: '/healthy' })).rejects.toThrow();
  });

  test('a backend that does not choose h2 is a failed connection that says so', async () => {
    if (!canMakeCertificates) return;
    const pair = makeSignedCertificate(['backend.example']);
    const port = await listen(createHttpsServer({ cert: pair.certificate, key: pair.key, ALPNProtocols: ['http/1.1'] }));
    const pool = new Http2Pool({ protocol: 'https:', host: '127.0.0.1', port, tls: { ca: pair.ca, serverName: 'backend.example' } }, POOL);
    pools.push(pool);
    expect((await ask(pool)).error).toMatchObject({ kind: 'connect', message: expect.stringMatching(/HTTP\/2|no application protocol/i) });
  });
});
