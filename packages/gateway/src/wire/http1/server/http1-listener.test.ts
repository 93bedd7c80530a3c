import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { BodySink } from '../../../exchange/body.ts';
import { Exchange, type RequestHead } from '../../../exchange/exchange.ts';
import { Reply } from '../../../exchange/reply.ts';
import type { ListenerHandler, ListenerOptions, Responder } from '../../wire.ts';
import { Http1Listener } from './http1-listener.ts';

const OPTIONS: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  reusePort: false,
  headerBytes: 8192,
  uriBytes: 2048,
  headersTimeoutMs: 5000,
  bodyTimeoutMs: 5000,
  requestTimeoutMs: 5000,
  idleTimeoutMs: 5000,
  connectionsMax: 100,
};

const open: { listener: Http1Listener; sockets: Socket[] }[] = [];

afterEach(async () => {
  for (const { listener, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await listener.drain(0);
  }
});

type Answer = (exchange: Exchange, responder: Responder, head: RequestHead) => void;

/** A listener that answers as told, and what it reported. */
async function start(answer: Answer, options: Partial<ListenerOptions> = {}) {
  const seen = { targets: [] as string[], aborted: 0, ended: 0, failed: [] as unknown[], refused: [] as string[] };
  const handler: ListenerHandler = {
    handle(head, responder) {
      seen.targets.push(head.target);
      const exchange = new Exchange('id-1', 0, head, false, head.peerAddress, 'http', 'h');
      exchange.status = 200;
      answer(exchange, responder, head);
      return exchange;
    },
    aborted: () => seen.aborted++,
    ended: () => seen.ended++,
    failed: (_, error) => seen.failed.push(error),
    refuse(_, reason) {
      seen.refused.push(reason);
      return new Reply(400, ['Content-Type', 'text/plain'], reason);
    },
  };
  const listener = new Http1Listener({ ...OPTIONS, ...options }, handler);
  const port = await listener.listen();
  const sockets: Socket[] = [];
  open.push({ listener, sockets });
  const client = async (): Promise<{ socket: Socket; text: () => string; closed: Promise<unknown> }> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let text = '';
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    const closed = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    return { socket, text: () => text, closed };
  };
  return { listener, seen, client };
}

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`;

const echoTarget: Answer = (exchange, responder) => {
  exchange.responseBody = exchange.target;
  responder.send(exchange);
};

test('a client that has said that it sends no more gets every answer that it waits for', async () => {
  const { seen, client } = await start((exchange, responder) => {
    exchange.responseBody = exchange.target;
    setTimeout(() => responder.send(exchange), 30);
  });
  const { socket, text, closed } = await client();
  socket.end(get('/1') + get('/2'));
  await closed;
  expect(text().match(/^\/[12](?=HTTP|$)/gm)).toEqual(['/1', '/2']);
  expect(seen).toMatchObject({ targets: ['/1', '/2'], aborted: 0, ended: 2 });
});

test('what a client sends ahead waits for its turn: one request at a time reaches the handler', async () => {
  let inFlight = 0;
  let most = 0;
  const { seen, client } = await start((exchange, responder) => {
    most = Math.max(most, ++inFlight);
    exchange.responseBody = '';
    setTimeout(() => {
      inFlight--;
      responder.send(exchange);
    }, 1);
  });
  const { socket, text } = await client();
  socket.write(get('/').repeat(50));
  await expect.poll(() => text().split('HTTP/1.1 200 OK').length - 1).toBe(50);
  expect(most).toBe(1);
  expect(seen.ended).toBe(50);
});

test('a client that does not read its answer is given up, and its exchange ends once', async () => {
  const { seen, client } = await start(
    (exchange, responder) => {
      const bytes = Buffer.alloc(64 * 1024);
      let sink: BodySink | null = null;
      let paused = false;
      const push = () => {
        while (!paused && sink !== null) sink.data(bytes);
      };
      exchange.responseBody = {
        length: -1,
        borrowed: false,
        broken: false,
        start(to) {
          sink = to;
          queueMicrotask(push);
        },
        pause() {
          paused = true;
        },
        resume() {
          paused = false;
          push();
        },
        cancel() {
          sink = null;
        },
      };
      responder.send(exchange);
    },
    { idleTimeoutMs: 100 },
  );
  const { socket } = await client();
  socket.pause();
  socket.write(get('/endless'));
  await expect.poll(() => seen, { timeout: 15_000 }).toMatchObject({ aborted: 1, ended: 1, failed: [] });
}, 20_000);

test.each([
  ['a line break in a value', 'a\r\nSet-Cookie: b=c'],
  ['a character whose lower byte is a line break', 'a\u010aSet-Cookie: b=c'],
])('%s never gets out: nothing is sent, and it is told', async (_, value) => {
  const { seen, client } = await start((exchange, responder) => {
    exchange.response.add('X-A', value);
    exchange.responseBody = 'x';
    responder.send(exchange);
  });
  const { socket, text, closed } = await client();
  socket.write(get('/'));
  await closed;
  expect(text()).toBe('');
  expect(seen).toMatchObject({ ended: 1, failed: [expect.any(Error)] });
});

test('framing fields that a response brings are replaced by those of its body', async () => {
  const { client } = await start((exchange, responder) => {
    exchange.response.list = ['content-length', '0', 'TRANSFER-ENCODING', 'chunked', 'Connection', 'x', 'X-A', '1'];
    exchange.responseBody = 'four';
    responder.send(exchange);
  });
  const { socket, text } = await client();
  socket.write(get('/'));
  await expect.poll(text).toMatch(/four$/);
  expect(text().replace(/Date: .*\r\n/, '')).toBe('HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\nX-Request-Id: id-1\r\n\r\nfour');
});

test('draining closes what is idle at once, answers what is in flight, and tells that client to go', async () => {
  const gate = Promise.withResolvers<void>();
  const { listener, client } = await start(async (exchange, responder) => {
    if (exchange.target === '/slow') await gate.promise;
    echoTarget(exchange, responder, exchange as never);
  });
  const [idle, busy] = await Promise.all([client(), client()]);
  idle.socket.write(get('/'));
  await expect.poll(idle.text).toMatch(/200 OK/);
  busy.socket.write(get('/slow'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const drained = listener.drain(5000);
  await idle.closed;
  gate.resolve();
  await busy.closed;
  busy.socket.destroy();
  expect(busy.text()).toMatch(/Connection: close\r\n\r\n\/slow$/);
  await drained;
});

test('the answer to a refused message is read by a client that goes on sending', async () => {
  const { seen, client } = await start(echoTarget);
  const { socket, text, closed } = await client();
  socket.write('GET /a HTTP/1.1\r\nHost : h\r\n\r\n');
  for (let i = 0; i < 20; i++) socket.write('x'.repeat(10_000));
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Connection: close\r\n\r\nA header line has no valid name$/);
  expect(seen).toMatchObject({ targets: [], refused: ['A header line has no valid name'] });
});
