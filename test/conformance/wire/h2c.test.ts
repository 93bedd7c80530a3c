import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../../packages/server/src/config-schema.ts';
import { EchoOrigin } from '../../support/echo-origin.ts';
import { head } from '../../support/origin-script.ts';
import { RawClient, withClient } from '../../support/raw-client.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { type InProcessGateway, startInProcess } from '../tls/in-process-gateway.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const SETTINGS = '\0\0\0\x04\0\0\0\0\0';

describe('HTTP/2 with prior knowledge, without TLS (RFC 9113 section 3.3)', () => {
  let origin: EchoOrigin;
  let gateway: InProcessGateway;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    origin = await EchoOrigin.start();
    gateway = await startPlain(origin.url, { http2: { cleartext: true }, limits: { headersTimeout: '300ms', idleTimeout: '2s' } });
    session = connect(`http://127.0.0.1:${gateway.threads.port}`);
  });

  afterAll(async () => {
    session?.close();
    await gateway?.stop();
    await origin?.stop();
  });

  function ask(fields: OutgoingHttpHeaders, body?: string): Promise<{ head: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const stream = session.request(fields, { endStream: body === undefined });
      let text = '';
      let response: IncomingHttpHeaders = {};
      stream.on('response', (received) => {
        response = received;
      });
      stream.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      stream.on('end', () => resolve({ head: response, body: text }));
      stream.on('error', reject);
      if (body !== undefined) stream.end(body);
    });
  }

  test('is served as over TLS, and the backend hears that it was http', async () => {
    const answer = await ask({ ':method': 'POST', ':path': '/a?b=c', ':authority': 'gw.example' }, 'hello');
    expect(Number(answer.head[':status'])).toBe(200);
    const echo = JSON.parse(answer.body) as { url: string; bodyBytes: number; headers: [string, string][] };
    expect(echo).toMatchObject({ url: '/a?b=c', bodyBytes: 5 });
    expect(echo.headers).toContainEqual(['X-Forwarded-Proto', 'http']);
    expect(echo.headers).toContainEqual(['X-Forwarded-Host', 'gw.example']);
    const several = await Promise.all(Array.from({ length: 20 }, (_, i) => ask({ ':path': `/${i}` })));
    expect(several.every((each) => Number(each.head[':status']) === 200)).toBe(true);
  });

  test.each([1, 5, 23])('the preface is found in pieces of %i bytes', async (size) => {
    const client = await RawClient.open(gateway.threads.port);
    const bytes = PREFACE + SETTINGS;
    for (let i = 0; i < bytes.length; i += size) {
      client.send(bytes.slice(i, i + size));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // SETTINGS of ours, and the acknowledgement of theirs.
    await client.waitFor('\0\0\0\x04\x01\0\0\0\0');
    client.destroy();
  });

  test('HTTP/1.1 is served on the same port, also where it begins like the preface and in pieces', async () => {
    for (const [method, body] of [
      ['GET', ''],
      ['POST', 'x'],
      ['PROPFIND', ''],
    ] as const) {
      await withClient(gateway.threads.port, async (client) => {
        await client.sendByteByByte(`${method} / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        expect((await client.response({ method })).status).toBe(200);
        client.send(`GET /again HTTP/1.1\r\nHost: h\r\n\r\n`);
        expect((await client.response()).status).toBe(200);
      });
    }
  });

  test('the preface is one only at the beginning, and whole', async () => {
    for (const bytes of [
      `GET / HTTP/1.1\r\nHost: h\r\n\r\n${PREFACE}`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\rx',
      'PRI / HTTP/1.1\r\nHost: h\r\n\r\n',
    ])
      await withClient(gateway.threads.port, async (client) => {
        client.send(bytes);
        await client.waitFor('HTTP/1.1 400 ');
        await client.closed();
      });
  });

  test('who stops within the preface is told so in time, and who ends there is not served', async () => {
    await withClient(gateway.threads.port, async (client) => {
      client.send(PREFACE.slice(0, 10));
      await client.waitFor('HTTP/1.1 408 ');
      await client.closed();
    });
    await withClient(gateway.threads.port, async (client) => {
      client.send(PREFACE.slice(0, 3));
      client.end();
      await client.waitFor('HTTP/1.1 400 ');
    });
  });

  test('a connection that says nothing but the preface is closed when it is idle', async () => {
    await withClient(gateway.threads.port, async (client) => {
      client.send(PREFACE + SETTINGS);
      await client.closed();
    });
  });

  test('Upgrade: h2c is ignored, and its settings do not reach the backend (RFC 9113 section 3.1)', async () => {
    await withClient(gateway.threads.port, async (client) => {
      client.send(
        'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n\r\n',
      );
      const { status, body } = await client.response();
      expect(status).toBe(200);
      expect(body.toString().toLowerCase()).not.toContain('http2-settings');
    });
  });

  test('what is in flight ends when the gateway drains', async () => {
    const scripted = await ScriptedOrigin.start();
    scripted.fallback = ['request-end', { waitMs: 200 }, { send: `${head('HTTP/1.1 200 OK', 'Content-Length: 4')}done` }];
    const draining = await startPlain(scripted.url, { http2: { cleartext: true } });
    const client = connect(`http://127.0.0.1:${draining.threads.port}`);
    const stream = client.request({ ':path': '/' });
    let body = '';
    stream.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    const ended = new Promise((resolve) => stream.on('close', resolve));
    await scripted.until('the request is there', () => scripted.requests.length === 1);
    const stopped = draining.threads.drain(5000);
    await ended;
    await stopped;
    expect(body).toBe('done');
    await scripted.stop();
  });
});

test('without the setting the preface is a message that is refused', async () => {
  const origin = await EchoOrigin.start();
  const gateway = await startPlain(origin.url, {});
  await withClient(gateway.threads.port, async (client) => {
    client.send(PREFACE + SETTINGS);
    await client.waitFor('HTTP/1.1 400 ');
    await client.closed();
  });
  await gateway.stop();
  await origin.stop();
});

test('it is refused with the wire of node:http, which could not tell', () => {
  const result = configSchema.safeParse({ gateway: { wire: 'node', http2: { cleartext: true } } });
  expect(result.error?.issues).toMatchObject([
    { path: ['gateway', 'http2', 'cleartext'], message: expect.stringContaining('needs wire: own') },
  ]);
});

function startPlain(url: string, gateway: Record<string, unknown>): Promise<InProcessGateway> {
  return startInProcess({ certificates: [], backend: { targets: [{ url, weight: 1 }] }, gateway: { tls: undefined, ...gateway } });
}
