import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../packages/gateway/src/exchange/exchange.ts';
import type { TlsListener } from '../../../packages/gateway/src/wire/tls/tls-listener.ts';
import type { ListenerOptions, Responder } from '../../../packages/gateway/src/wire/wire.ts';
import { RecordingHandler } from '../../support/recording-handler.ts';
import { canMakeCertificates, type KeyPair, makeCertificate } from './certificates.ts';
import {
  CONTINUATION,
  DATA,
  encodeFields,
  frame,
  GOAWAY,
  HEADERS,
  PING,
  RawHttp2Client,
  RST_STREAM,
  SETTINGS,
  uint32,
} from './raw-http2-client.ts';
import { createTestListener } from './tls-listener.ts';

const GET: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'gw.example'],
  [':path', '/'],
];
const INITIAL_WINDOW_SIZE = 4;
const ENHANCE_YOUR_CALM = 11;

/** Never answers: what is done about a client shows while its requests are in flight. */
class SilentHandler extends RecordingHandler {
  inFlight = 0;
  most = 0;

  override handle(...[head, responder]: Parameters<RecordingHandler['handle']>): Exchange {
    this.most = Math.max(this.most, ++this.inFlight);
    return super.handle(head, new Mute(responder));
  }

  override ended(exchange: Exchange): void {
    this.inFlight--;
    super.ended(exchange);
  }
}

class Mute implements Responder {
  readonly responder: Responder;
  constructor(responder: Responder) {
    this.responder = responder;
  }
  send(): void {}
}

describe.skipIf(!canMakeCertificates)('hostile HTTP/2 clients', () => {
  let pair: KeyPair;
  const open: { listener: TlsListener; clients: RawHttp2Client[] }[] = [];

  beforeAll(() => {
    pair = makeCertificate(['gw.example']);
  });

  afterEach(async () => {
    for (const { listener, clients } of open.splice(0)) {
      for (const client of clients) client.destroy();
      await listener.drain(50);
    }
  });

  async function start(handler: RecordingHandler, limits: Partial<ListenerOptions> = {}) {
    const listener = createTestListener(handler, pair, limits);
    const port = await listener.listen();
    const clients: RawHttp2Client[] = [];
    open.push({ listener, clients });
    const client = async (settings: [number, number][] = []) => {
      const made = await RawHttp2Client.connect(port, { settings });
      clients.push(made);
      return made;
    };
    return { listener, port, client };
  }

  function goawayCode(client: RawHttp2Client): number | undefined {
    return client.of(GOAWAY).at(-1)?.payload.readUInt32BE(4);
  }

  /** Sends until the connection is closed, a bounded number of times, and lets the other side act between. */
  async function flood(client: RawHttp2Client, times: number, bytes: (i: number) => Buffer): Promise<number> {
    let sent = 0;
    while (sent < times && !client.closed) {
      const batch = [];
      for (let i = 0; i < 100 && sent < times; i++) batch.push(bytes(sent++));
      client.socket.write(Buffer.concat(batch));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return sent;
  }

  test('who opens streams only to reset them is thrown out, and nothing of it stays in flight (CVE-2023-44487)', async () => {
    const handler = new SilentHandler();
    const { client } = await start(handler);
    const attacker = await client();
    const sent = await flood(attacker, 20_000, (i) => {
      const stream = i * 2 + 1;
      return Buffer.concat([frame(HEADERS, 5, stream, encodeFields(GET)), frame(RST_STREAM, 0, stream, uint32(8))]);
    });
    await attacker.until(() => attacker.closed);
    expect(attacker.closed).toBe(true);
    expect(sent).toBeLessThan(20_000);
    expect(handler.requests.length).toBeLessThan(2_000);
    while (handler.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(handler.most).toBeLessThanOrEqual(100);
  });

  test('a head that never ends is cut (CONTINUATION flood, CVE-2024-27316)', async () => {
    const handler = new RecordingHandler();
    const { client } = await start(handler);
    const attacker = await client();
    attacker.send(HEADERS, 0, 1, encodeFields(GET));
    await flood(attacker, 20_000, (i) => frame(CONTINUATION, 0, 1, encodeFields([[`x-${i}`, 'y'.repeat(200)]])));
    await attacker.until(() => attacker.closed);
    expect(attacker.closed).toBe(true);
    expect(handler.requests).toEqual([]);
  });

  test('empty CONTINUATION frames are cut too', async () => {
    const { client } = await start(new RecordingHandler());
    const attacker = await client();
    attacker.send(HEADERS, 0, 1, encodeFields(GET));
    await flood(attacker, 20_000, () => frame(CONTINUATION, 0, 1));
    await attacker.until(() => attacker.closed);
    expect(attacker.closed).toBe(true);
  });

  test.each([
    ['PING', () => frame(PING, 0, 0, Buffer.alloc(8))],
    ['SETTINGS', () => frame(SETTINGS, 0, 0)],
  ])('a flood of %s ends the connection', async (_name, bytes) => {
    const { client } = await start(new RecordingHandler());
    const attacker = await client();
    await flood(attacker, 50_000, bytes);
    await attacker.until(() => attacker.closed);
    expect(attacker.closed).toBe(true);
    expect([undefined, ENHANCE_YOUR_CALM]).toContain(goawayCode(attacker));
  });

  test('no more than 100 requests of a connection are served at a time', async () => {
    const handler = new SilentHandler();
    const { client } = await start(handler);
    const many = await client();
    for (let i = 0; i < 150; i++) many.request(i * 2 + 1, GET);
    await many.until(() => many.of(RST_STREAM).length >= 50);
    expect(handler.requests).toHaveLength(100);
    expect(many.of(RST_STREAM).every(({ payload }) => payload.readUInt32BE() === 7)).toBe(true);
  });

  test('a head beyond what is answered with 431 resets its stream', async () => {
    const handler = new RecordingHandler();
    const { client } = await start(handler);
    const greedy = await client();
    greedy.send(HEADERS, 1, 1, encodeFields([...GET, ['x', 'y'.repeat(10_000)]]));
    greedy.send(CONTINUATION, 0, 1, encodeFields([['x', 'y'.repeat(15_000)]]));
    greedy.send(CONTINUATION, 4, 1, encodeFields([['x', 'y'.repeat(15_000)]]));
    await greedy.until(() => greedy.of(RST_STREAM, 1).length > 0);
    greedy.request(3, GET);
    await greedy.until(() => greedy.of(HEADERS, 3).length > 0);
    expect(handler.requests).toHaveLength(1);
    expect(greedy.closed).toBe(false);
  });

  test('a client that never makes room for its answer is cut by the time that reading may take', async () => {
    const handler = new RecordingHandler();
    const { client } = await start(handler, { idleTimeoutMs: 200 });
    const stuck = await client([[INITIAL_WINDOW_SIZE, 0]]);
    stuck.request(1, GET);
    await stuck.until(() => stuck.of(RST_STREAM, 1).length > 0);
    expect(stuck.of(RST_STREAM, 1)).toHaveLength(1);
  });

  test('a body that stops coming ends its request; the connection goes on', async () => {
    const handler = new RecordingHandler();
    const { client } = await start(handler, { bodyTimeoutMs: 200 });
    const slow = await client();
    slow.request(1, [[':method', 'POST'], ...GET.slice(1)], false);
    slow.send(DATA, 0, 1, Buffer.from('part'));
    while (handler.requests[0]?.state !== 'broken') await new Promise((resolve) => setTimeout(resolve, 10));
    slow.request(3, GET);
    await slow.until(() => slow.of(HEADERS, 3).length > 0);
    expect(handler.requests[1]?.state).toBe('complete');
  });

  test('an idle connection is closed with GOAWAY; one with a request in flight is not', async () => {
    const { client } = await start(new SilentHandler(), { idleTimeoutMs: 200 });
    const [idle, busy] = await Promise.all([client(), client()]);
    busy.request(1, GET);
    await idle.until(() => idle.closed);
    expect(goawayCode(idle)).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(busy.closed).toBe(false);
  });

  test('draining says GOAWAY, lets what is in flight end, and then closes', async () => {
    let answer: (() => void) | undefined;
    const handler = new (class extends RecordingHandler {
      override handle(...[head, responder]: Parameters<RecordingHandler['handle']>): Exchange {
        return super.handle(head, {
          send: (exchange) => {
            answer = () => responder.send(exchange);
          },
        });
      }
    })();
    const { listener, port } = await start(handler);
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/', ':authority': 'gw.example' });
    const goaway = once(session, 'goaway');
    while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
    const drained = listener.drain(10_000);
    await goaway;
    answer();
    const [head] = await once(stream, 'response');
    expect(head[':status']).toBe(200);
    stream.resume();
    await Promise.all([once(session, 'close'), drained]);
  });
});
