import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Body, BufferedBody } from '../../exchange/body.ts';
import type { BackendError, BackendRequest } from '../wire.ts';
import { ConnectionPool, type PoolOptions } from './connection-pool.ts';

type Script = (socket: Socket, request: string, count: number) => void;

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A backend that answers each request as the script says; `connections` counts what was opened. */
async function backend(script: Script) {
  const seen = { connections: 0, requests: 0 };
  const server = createServer((socket) => {
    seen.connections++;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      while (text.includes('\r\n\r\n')) {
        const end = text.indexOf('\r\n\r\n') + 4;
        const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + length) return;
        const request = text.slice(0, end + length);
        text = text.slice(end + length);
        script(socket, request, ++seen.requests);
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = (options: Partial<PoolOptions> = {}) =>
    new ConnectionPool({ protocol: 'http:', host: '127.0.0.1', port }, { connectionsMax: 4, queueMax: 4, idleMs: 5000, ...options });
  return { pool, seen, port, server };
}

/** Sends one request and resolves with the whole answer, or with the error. */
function send(pool: ConnectionPool, request: Partial<BackendRequest> = {}) {
  return new Promise<{ status: number; body: string; failed?: string; cut?: string }>((resolve) => {
    pool.send(
      { method: 'GET', target: '/', fields: ['Host', 'b'], body: null, upgrade: '', ...request },
      {
        sent() {},
        upgraded() {},
        failed: (error: BackendError) => resolve({ status: 0, body: '', failed: error.kind }),
        head(status, _reason, _fields, body: Body | null) {
          if (body === null) return resolve({ status, body: '' });
          let text = '';
          body.start({
            data(piece) {
              text += Buffer.from(piece).toString('latin1');
            },
            end: () => resolve({ status, body: text }),
            fail: (error) => resolve({ status, body: text, cut: error.message }),
          });
        },
      },
    );
  });
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('a connection is used again, however its answer is framed', async () => {
  const answers = [OK, 'HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', OK];
  const { pool, seen } = await backend((socket, _, count) => socket.write(answers[count - 1] as string));
  const one = pool();
  expect(await send(one)).toEqual({ status: 200, body: 'ok' });
  expect(await send(one)).toEqual({ status: 204, body: '' });
  expect(await send(one)).toEqual({ status: 200, body: 'ok' });
  expect(await send(one)).toEqual({ status: 200, body: 'ok' });
  expect(seen.connections).toBe(1);
});

test('bytes beyond an answer never become the answer to the next request', async () => {
  const { pool, seen } = await backend((socket, _, count) =>
    socket.write(count === 1 ? `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged` : OK),
  );
  const one = pool();
  expect((await send(one)).body).toBe('ok');
  expect((await send(one)).body).toBe('ok');
  expect(seen.connections).toBe(2);
});

test('bytes that come on an idle connection take it out of use', async () => {
  const { pool, seen } = await backend((socket, _, count) => {
    socket.write(OK);
    if (count === 1) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'), 30);
  });
  const one = pool();
  await send(one);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect((await send(one)).body).toBe('ok');
  expect(seen.connections).toBe(2);
});

test('a kept connection that closes at reuse is told apart from a backend that fails', async () => {
  const { pool } = await backend((socket, _, count) => (count === 1 ? socket.write(OK) : socket.destroy()));
  const one = pool();
  await send(one);
  expect((await send(one)).failed).toBe('stale');
  expect((await send(one)).failed).toBe('response');
});

test('a body that is cut off is never a whole one', async () => {
  const { pool } = await backend((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort'));
  const answer = await send(pool());
  expect(answer.body).toBe('short');
  expect(answer.cut).toBeDefined();
});

test('a body without length ends with the connection', async () => {
  const { pool } = await backend((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
  expect(await send(pool())).toEqual({ status: 200, body: 'all of it' });
});

test('interim answers are passed over, but not without end', async () => {
  const { pool } = await backend((socket, _, count) =>
    socket.write(
      count === 1
        ? `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`
        : 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100),
    ),
  );
  const one = pool();
  expect(await send(one)).toEqual({ status: 200, body: 'ok' });
  expect((await send(one)).failed).toBe('response');
});

test('a request waits for a connection, within bounds', async () => {
  const waiting: Socket[] = [];
  const { pool, seen } = await backend((socket) => void waiting.push(socket));
  const one = pool({ connectionsMax: 1, queueMax: 1 });
  const first = send(one);
  const second = send(one);
  expect((await send(one)).failed).toBe('queue-full');
  await expect.poll(() => waiting.length).toBe(1);
  waiting[0]?.write(OK);
  expect((await first).body).toBe('ok');
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.write(OK);
  expect((await second).body).toBe('ok');
  expect(seen.connections).toBe(1);
});

test('an answer that comes byte by byte is the same answer', async () => {
  const { pool } = await backend((socket) => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n');
    let at = 0;
    const timer = setInterval(() => (at < bytes.length ? socket.write(bytes.subarray(at, ++at)) : clearInterval(timer)), 1);
  });
  expect(await send(pool())).toEqual({ status: 200, body: 'hello' });
});

test('a request body is sent with its length and can be sent again', async () => {
  let got = '';
  const { pool } = await backend((socket, request) => {
    got = request;
    socket.write(OK);
  });
  await send(pool(), { method: 'PUT', body: new BufferedBody(Buffer.from('hello')) });
  expect(got).toBe('PUT / HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello');
});

test('a field that would break out of its line is not sent', async () => {
  const { pool, seen } = await backend((socket) => socket.write(OK));
  expect((await send(pool(), { fields: ['Host', 'b', 'X-A', 'c\r\nX-B: d'] })).failed).toBe('request');
  expect(seen.requests).toBe(0);
});

test('a call that is cancelled closes its connection, and a reader that pauses holds the backend back', async () => {
  let closed = false;
  const { pool } = await backend((socket) => {
    socket.on('close', () => {
      closed = true;
    });
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n');
    const chunk = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  });
  let bytes = 0;
  const body = await new Promise<Body>((resolve) => {
    pool().send(
      { method: 'GET', target: '/', fields: ['Host', 'b'], body: null, upgrade: '' },
      { sent() {}, upgraded() {}, failed() {}, head: (_s, _r, _f, started) => resolve(started as Body) },
    );
  });
  let pauseAt = 1_000_000;
  body.start({
    data(piece) {
      bytes += piece.length;
      if (bytes >= pauseAt) body.pause();
    },
    end() {},
    fail() {},
  });
  await expect.poll(() => bytes).toBeGreaterThanOrEqual(pauseAt);
  const paused = bytes;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(bytes).toBe(paused);
  pauseAt = paused + 1_000_000;
  body.resume();
  await expect.poll(() => bytes).toBeGreaterThanOrEqual(pauseAt);
  body.cancel(new Error('enough'));
  await expect.poll(() => closed).toBe(true);
});
