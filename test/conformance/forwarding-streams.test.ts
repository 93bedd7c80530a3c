import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, openApiProxy, proxyConfig } from '../support/config.ts';
import { type Echo, EchoOrigin } from '../support/echo-origin.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { answer, head } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { type OriginRequest, requestHeader, ScriptedOrigin } from '../support/scripted-origin.ts';

/*
 * What cannot be told by one request and one response: what happens while a message is still on its way. Each promise has a path of
 * its own, by which the origin finds its script.
 */

const REFUSED_PATH = '/refused';

let origin: ScriptedOrigin;
let echo: EchoOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  [origin, echo] = await Promise.all([ScriptedOrigin.start(), EchoOrigin.start()]);
  const config = proxyConfig(origin.url, { gateway: { limits: { bodyBytes: '16MiB' } } });
  const refused = {
    name: 'refused',
    basePath: REFUSED_PATH,
    backend: 'origin',
    definition: openApi({ '/x': { post: {}, get: {} } }),
    policies: [{ 'ip-restriction': { deny: ['127.0.0.0/8'] } }],
    publish: ['production'],
  };
  const echoBackend = { name: 'echo', type: 'http', environments: { production: { url: echo.url } } };
  const echoApi = { name: 'echo', basePath: '/echo', backend: 'echo', definition: openApiProxy(), publish: ['production'] };
  gateway = await startGateway({
    config: {
      ...config,
      backends: [...(config.backends as unknown[]), echoBackend],
      apis: [...(config.apis as unknown[]), refused, echoApi],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([origin?.stop(), echo?.stop()]);
});

const get = (path: string, ...fields: string[]) => head(`GET ${path} HTTP/1.1`, 'Host: gw.example', ...fields);
const post = (path: string, ...fields: string[]) => head(`POST ${path} HTTP/1.1`, 'Host: gw.example', ...fields);

async function requestTo(path: string): Promise<OriginRequest> {
  const find = () => origin.requests.find((request) => request.target === path);
  await origin.until(`${path} is asked for`, () => find() !== undefined);
  return find() as OriginRequest;
}

describe('request bodies', () => {
  test('the backend has the first chunk before the client has sent the second', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(`${post('/upload', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`);
      const request = await requestTo('/upload');
      await origin.until('the first chunk is there', () => request.body.toString() === 'hello');
      expect(request.complete).toBe(false);
      client.send('6\r\n world\r\n0\r\n\r\n');
      expect((await client.response()).status).toBe(200);
      expect(request.body.toString()).toBe('hello world');
    });
  });

  test('the backend has the first half of a body with Content-Length before the client has sent the second', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(`${post('/upload-length', 'Content-Length: 10')}hello`);
      const request = await requestTo('/upload-length');
      await origin.until('the first half is there', () => request.body.toString() === 'hello');
      client.send('WORLD');
      expect((await client.response()).status).toBe(200);
      expect(request.body.toString()).toBe('helloWORLD');
    });
  });

  test('a client that leaves in the middle of its body leaves no whole request at the backend', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(`${post('/half', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`);
      const request = await requestTo('/half');
      client.destroy();
      await origin.until('the call is cancelled', () => request.closed);
      expect(request.complete).toBe(false);
    });
  });

  test('framing fields among the trailers are dropped or refused, never passed on', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(`${post('/trailers', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nContent-Length: 0\r\nTransfer-Encoding: x\r\n\r\n`);
      expect([200, 400]).toContain((await client.response()).status);
    });
    for (const request of origin.requests.filter(({ target, complete }) => target === '/trailers' && complete)) {
      expect(request.body.toString()).toBe('hello');
      expect(request.trailers).toEqual([]);
    }
  });
});

describe('large bodies', () => {
  const bytes = randomBytes(8 * 1024 * 1024);
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  test.each([
    ['with Content-Length', () => bytes],
    ['in chunks', () => new Blob([bytes]).stream()],
  ])('8 MiB arrive at the backend byte for byte, %s', async (_, body) => {
    const response = await fetch(`${gateway.url}/echo/upload`, { method: 'POST', body: body(), duplex: 'half' });
    expect((await response.json()) as Echo).toMatchObject({ method: 'POST', url: '/upload', bodyBytes: bytes.length, bodySha256: sha256 });
  });

  test('8 MiB arrive at the client byte for byte', async () => {
    origin.script('/download-large', [
      'request-end',
      { send: head('HTTP/1.1 200 OK', `Content-Length: ${bytes.length}`) },
      { send: bytes },
    ]);
    const response = await fetch(`${gateway.url}/download-large`);
    expect(
      createHash('sha256')
        .update(new Uint8Array(await response.arrayBuffer()))
        .digest('hex'),
    ).toBe(sha256);
  });
});

describe('Expect: 100-continue (RFC 9110 section 10.1.1)', () => {
  test('100 comes before the body is sent, and the final answer after it', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(post('/expect', 'Content-Length: 5', 'Expect: 100-continue'));
      expect((await client.message()).status).toBe(100);
      client.send('hello');
      expect((await client.response()).status).toBe(200);
      expect((await requestTo('/expect')).body.toString()).toBe('hello');
    });
  });

  test('a client that does not wait for 100 is answered once', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(`${post('/expect-hasty', 'Content-Length: 5', 'Expect: 100-continue')}hello`);
      expect((await client.response()).status).toBe(200);
      client.send(get('/expect-next'));
      expect((await client.response()).status).toBe(200);
    });
  });

  test('a backend that asks for the body by itself does not make the client see two 100', async () => {
    origin.script('/expect-backend', [{ send: head('HTTP/1.1 100 Continue') }, 'request-end', { send: answer('200 OK') }]);
    await withClient(gateway.port, async (client) => {
      client.send(post('/expect-backend', 'Content-Length: 5', 'Expect: 100-continue'));
      expect((await client.message()).status).toBe(100);
      client.send('hello');
      expect((await client.message()).status).toBe(200);
    });
  });

  test('a body that is announced too large is refused without 100', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(post('/expect-large', 'Content-Length: 20000000', 'Expect: 100-continue'));
      expect((await client.message()).status).toBe(413);
    });
    expect(origin.requests.filter(({ target }) => target === '/expect-large')).toEqual([]);
  });

  test('what a policy refuses is refused without 100, and the body that was not sent is not waited for', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(post(`${REFUSED_PATH}/x`, 'Content-Length: 5', 'Expect: 100-continue'));
      const response = await client.message();
      expect(response.status).toBe(403);
      // RFC 9112 section 9.3: with a body that may or may not come, the connection is out of step and has to be closed.
      if (response.header('connection')?.toLowerCase() === 'close') await client.closed();
    });
    expect(origin.requests.filter(({ target }) => target.startsWith(REFUSED_PATH))).toEqual([]);
  });

  test('another expectation is refused with 417', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(get('/expect-magic', 'Expect: magic'));
      expect((await client.response()).status).toBe(417);
    });
    expect(origin.requests.filter(({ target }) => target === '/expect-magic')).toEqual([]);
  });
});

describe('responses', () => {
  test('the client has the first chunk before the backend has sent the second', async () => {
    const gate = Promise.withResolvers<void>();
    origin.script('/download', [
      { send: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}5\r\nhello\r\n` },
      { waitFor: gate.promise },
      { send: '6\r\n world\r\n0\r\n\r\n' },
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(get('/download'));
      await client.waitFor('hello');
      gate.resolve();
      expect((await client.response()).text).toBe('hello world');
    });
  });

  test('server-sent events arrive one by one', async () => {
    const gate = Promise.withResolvers<void>();
    origin.script('/events', [
      { send: head('HTTP/1.1 200 OK', 'Content-Type: text/event-stream', 'Cache-Control: no-store') },
      { send: 'data: 1\n\n' },
      { waitFor: gate.promise },
      { send: 'data: 2\n\n' },
      'stall',
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(get('/events', 'Accept: text/event-stream'));
      await client.waitFor('data: 1\n\n');
      expect((await client.head()).header('content-type')).toBe('text/event-stream');
      gate.resolve();
      await client.waitFor('data: 2\n\n');
    });
  });

  test('only the head of a response is enough for the client to see it', async () => {
    origin.script('/head-first', [{ send: head('HTTP/1.1 200 OK', 'X-First: 1', 'Transfer-Encoding: chunked') }, 'stall']);
    await withClient(gateway.port, async (client) => {
      client.send(get('/head-first'));
      expect((await client.head()).header('x-first')).toBe('1');
    });
  });
});

describe('a client that goes away', () => {
  test('before the answer: the backend call is cancelled', async () => {
    origin.script('/slow', ['request-end', 'stall']);
    await withClient(gateway.port, async (client) => {
      client.send(get('/slow'));
      const request = await requestTo('/slow');
      client.destroy();
      await origin.until('the call is cancelled', () => request.closed);
    });
  });

  test('in the middle of the answer: the backend call is cancelled', async () => {
    origin.script('/endless', [
      { send: head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') },
      { repeat: '5\r\nhello\r\n', times: Number.POSITIVE_INFINITY },
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(get('/endless'));
      await client.waitFor('hello');
      client.reset();
      const request = await requestTo('/endless');
      await origin.until('the call is cancelled', () => request.closed);
    });
  });
});

describe('pipelining (RFC 9112 section 9.3.2)', () => {
  test('requests in one packet are answered in their order, whatever the backend takes for each', async () => {
    origin.script('/pipe/1', ['request-end', { waitMs: 100 }, { send: answer('200 OK', [], 'one') }]);
    origin.script('/pipe/2', ['request-end', { send: answer('200 OK', [], 'two') }]);
    origin.script('/pipe/3', ['request-end', { waitMs: 20 }, { send: answer('200 OK', [], 'three') }]);
    await withClient(gateway.port, async (client) => {
      client.send(`${get('/pipe/1')}${post('/pipe/2', 'Content-Length: 4')}body${get('/pipe/3')}`);
      for (const text of ['one', 'two', 'three']) expect((await client.response()).text).toBe(text);
    });
  });

  test('twenty requests in one packet get twenty answers', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(Array.from({ length: 20 }, (_, i) => get(`/pipe/many?${i}`)).join(''));
      for (let i = 0; i < 20; i++) expect((await client.response()).status).toBe(200);
      expect(client.unread.toString()).toBe('');
    });
  });

  test('a malformed request behind a good one is refused after the good one was answered', async () => {
    origin.script('/pipe/good', ['request-end', { waitMs: 50 }, { send: answer('200 OK') }]);
    await withClient(gateway.port, async (client) => {
      client.send(`${get('/pipe/good')}GET /bad HTTP/1.1\r\nHost : x\r\n\r\n${get('/pipe/behind')}`);
      expect((await client.response()).status).toBe(200);
      expect((await client.response()).status).toBe(400);
      await client.closed();
      expect(client.unread.toString()).toBe('');
    });
    expect(origin.requests.filter(({ target }) => target === '/pipe/behind')).toEqual([]);
  });

  test('nothing behind Connection: close is answered', async () => {
    origin.script('/pipe/last', ['request-end', { waitMs: 50 }, { send: answer('200 OK') }]);
    await withClient(gateway.port, async (client) => {
      client.send(get('/pipe/last', 'Connection: close') + get('/pipe/after-last'));
      expect((await client.response()).status).toBe(200);
      await client.closed();
      expect(client.unread.toString()).toBe('');
    });
    expect(origin.requests.filter(({ target }) => target === '/pipe/after-last')).toEqual([]);
  });
});

describe('Upgrade (RFC 9110 section 7.8)', () => {
  const upgrade = (path: string) =>
    get(path, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');

  test('after 101 every byte goes through unchanged, both ways', async () => {
    origin.script('/socket', [
      {
        send: head(
          'HTTP/1.1 101 Switching Protocols',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
        ),
      },
      'echo',
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(upgrade('/socket'));
      const response = await client.response();
      expect(response.status).toBe(101);
      expect(response.header('upgrade')).toBe('websocket');
      expect(response.header('connection')?.toLowerCase()).toBe('upgrade');
      expect(response.header('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      const request = await requestTo('/socket');
      expect(requestHeader(request, 'upgrade')).toBe('websocket');
      expect(requestHeader(request, 'sec-websocket-key')).toBe('dGhlIHNhbXBsZSBub25jZQ==');
      const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      client.send(everyByte);
      await client.bytes(everyByte);
      client.send('GET / HTTP/1.1\r\n\r\n');
      await client.bytes('GET / HTTP/1.1\r\n\r\n');
      client.end();
      await client.closed();
    });
  });

  test('bytes that the backend sends together with 101 are not lost', async () => {
    origin.script('/socket-eager', [
      { send: `${head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket')}eager` },
      'echo',
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(upgrade('/socket-eager'));
      expect((await client.response()).status).toBe(101);
      await client.bytes('eager');
    });
  });

  test('when the client leaves, the backend sees the end', async () => {
    origin.script('/socket-left', [
      { send: head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket') },
      'echo',
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(upgrade('/socket-left'));
      expect((await client.response()).status).toBe(101);
      const request = await requestTo('/socket-left');
      client.destroy();
      await origin.until('the connection is closed', () => request.closed);
    });
  });

  test('an answer other than 101 is an ordinary answer', async () => {
    origin.script('/socket-refused', [
      'request-end',
      { send: answer('426 Upgrade Required', ['Upgrade: other', 'Connection: Upgrade'], 'no') },
    ]);
    await withClient(gateway.port, async (client) => {
      client.send(upgrade('/socket-refused'));
      const response = await client.response();
      expect(response.status).toBe(426);
      expect(response.text).toBe('no');
    });
  });

  test('a policy that refuses keeps the upgrade from the backend', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(upgrade(`${REFUSED_PATH}/x`));
      expect((await client.response()).status).toBe(403);
    });
    expect(origin.requests.filter(({ target }) => target.startsWith(REFUSED_PATH))).toEqual([]);
  });
});

test('in all of this the gateway sent the backend nothing that is not valid HTTP/1.1', () => {
  expect(origin.violations).toEqual([]);
});
