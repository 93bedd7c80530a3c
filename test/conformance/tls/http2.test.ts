import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, head } from '../../support/origin-script.ts';
import { requestHeader, ScriptedOrigin } from '../../support/scripted-origin.ts';
import { canMakeCertificates, makeCertificate } from './certificates.ts';
import { type InProcessGateway, startInProcess } from './in-process-gateway.ts';
import { DATA, RawHttp2Client, RST_STREAM, uint32 } from './raw-http2-client.ts';

interface Response {
  head: IncomingHttpHeaders;
  body: string;
  trailers: IncomingHttpHeaders | undefined;
  /** The code by which the stream ended. */
  code: number;
}

describe.skipIf(!canMakeCertificates)('HTTP/2 from clients, HTTP/1.1 to the backend', () => {
  let origin: ScriptedOrigin;
  let gateway: InProcessGateway;
  let client: ClientHttp2Session;

  beforeAll(async () => {
    origin = await ScriptedOrigin.start();
    gateway = await startInProcess({
      certificates: [makeCertificate(['gw.example'])],
      backend: { targets: [{ url: origin.url, weight: 1 }] },
      gateway: { limits: { bodyBytes: '1MiB', idleTimeout: '5s' } },
    });
    client = connect(gateway.url, { rejectUnauthorized: false });
  });

  afterAll(async () => {
    client?.close();
    await gateway?.stop();
    await origin?.stop();
    expect(origin?.violations).toEqual([]);
  });

  function read(stream: ClientHttp2Stream): Promise<Response> {
    return new Promise((resolve) => {
      const response: Response = { head: {}, body: '', trailers: undefined, code: 0 };
      stream.on('response', (fields) => {
        response.head = fields;
      });
      stream.on('trailers', (fields) => {
        response.trailers = fields;
      });
      stream.on('data', (piece: Buffer) => {
        response.body += piece.toString('latin1');
      });
      stream.on('error', () => {});
      stream.on('close', () => resolve({ ...response, code: stream.rstCode }));
    });
  }

  function send(fields: OutgoingHttpHeaders, body?: string | Buffer): Promise<Response> {
    const stream = client.request({ ':authority': 'gw.example', ...fields }, { endStream: body === undefined });
    const response = read(stream);
    if (body !== undefined) stream.end(body);
    return response;
  }

  const requestTo = (path: string) => origin.requests.find(({ target }) => target.startsWith(path));

  test('the head becomes one of HTTP/1.1: Host, one Cookie, the framing that is ours', async () => {
    const response = await send(
      { ':method': 'POST', ':path': '/head?a=b', cookie: ['a=1', 'b=2'], 'x-a': ['1', '2'], 'content-length': '5', te: 'trailers' },
      'hello',
    );
    expect(response).toMatchObject({
      head: { ':status': 200, 'content-type': 'text/plain', 'content-length': '15' },
      body: 'from the origin',
    });
    expect(response.head.date).toBeDefined();
    expect(response.head['x-request-id']).toBeDefined();
    const seen = requestTo('/head');
    expect(seen).toMatchObject({ method: 'POST', target: '/head?a=b' });
    expect(seen?.body.toString()).toBe('hello');
    const field = (name: string) => seen && requestHeader(seen, name);
    expect(field('cookie')).toBe('a=1; b=2');
    expect(field('x-a')).toBe('1, 2');
    expect(field('content-length')).toBe('5');
    expect(field('x-forwarded-proto')).toBe('https');
    expect(field('x-forwarded-host')).toBe('gw.example');
  });

  test('a body without a length goes on in chunks, with its trailers but those that could be taken for head fields', async () => {
    const stream = client.request({ ':method': 'POST', ':path': '/chunks' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': 'abc', 'x-forwarded-for': '6.6.6.6', authorization: 'evil' }));
    stream.write('one');
    stream.end('two');
    expect((await read(stream)).head[':status']).toBe(200);
    const seen = requestTo('/chunks');
    expect(seen && requestHeader(seen, 'transfer-encoding')).toBe('chunked');
    expect(seen?.body.toString()).toBe('onetwo');
    expect(seen?.trailers).toEqual([['x-checksum', 'abc']]);
  });

  test("the backend's chunks and trailers come through; what belongs to its connection does not", async () => {
    origin.script('/trailers', [
      'request-end',
      {
        send: head(
          'HTTP/1.1 200 OK',
          'Transfer-Encoding: chunked',
          'Connection: x-hop',
          'X-Hop: 1',
          'Keep-Alive: timeout=9',
          'Set-Cookie: a=1',
          'Set-Cookie: b=2',
        ),
      },
      { send: '3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n' },
    ]);
    const response = await send({ ':path': '/trailers' });
    expect(response).toMatchObject({ body: 'abc', trailers: { 'x-sum': '7' }, code: 0 });
    expect(response.head['set-cookie']).toEqual(['a=1', 'b=2']);
    for (const name of ['connection', 'keep-alive', 'x-hop', 'transfer-encoding']) expect(response.head[name]).toBeUndefined();
  });

  test.each([
    ['HEAD', answer('200 OK').replace('Content-Length: 0', 'Content-Length: 1234'), 200, '1234'],
    ['GET', head('HTTP/1.1 204 No Content'), 204, undefined],
    ['GET', head('HTTP/1.1 304 Not Modified', 'Content-Length: 99', 'ETag: "x"'), 304, '99'],
  ])('%s with the answer %j has a head and no body', async (method, bytes, status, length) => {
    origin.script('/silent', ['request-end', { send: bytes }]);
    const response = await send({ ':method': method, ':path': '/silent' });
    expect(response).toMatchObject({ body: '', code: 0 });
    expect(response.head[':status']).toBe(status);
    expect(response.head['content-length']).toBe(length);
  });

  test('a response that breaks off resets the stream, and only that one', async () => {
    origin.script('/broken', ['request-end', { send: head('HTTP/1.1 200 OK', 'Content-Length: 100') }, { send: 'part' }, 'reset']);
    const [broken, whole] = await Promise.all([send({ ':path': '/broken' }), send({ ':path': '/whole' })]);
    expect(broken.code).not.toBe(0);
    expect(whole).toMatchObject({ body: 'from the origin', code: 0 });
  });

  test.each([0, 8])('a request that the client resets with code %d is a broken one at the backend', async (code) => {
    // node:http2 would end the request before it resets it.
    const raw = await RawHttp2Client.connect(gateway.threads.tlsPort);
    raw.request(
      1,
      [
        [':method', 'POST'],
        [':scheme', 'https'],
        [':authority', 'gw.example'],
        [':path', `/reset/${code}`],
      ],
      false,
    );
    raw.send(DATA, 0, 1, Buffer.from('part'));
    await origin.until('the request has begun', () => requestTo(`/reset/${code}`) !== undefined);
    raw.send(RST_STREAM, 0, 1, uint32(code));
    await origin.until('its connection is gone', () => requestTo(`/reset/${code}`)?.closed === true);
    expect(requestTo(`/reset/${code}`)?.complete).toBe(false);
    raw.destroy();
  });

  test('a body over the limit gets 413, announced or not', async () => {
    const large = Buffer.alloc(1024 * 1024 + 1);
    expect((await send({ ':method': 'POST', ':path': '/large', 'content-length': String(large.length) }, large)).head[':status']).toBe(413);
    expect((await send({ ':method': 'POST', ':path': '/large' }, large)).head[':status']).toBe(413);
    expect((await send({ ':path': '/after' })).head[':status']).toBe(200);
  });

  test('an answer that comes before the end of the request comes whole, and the client is told to send no more', async () => {
    origin.script('/early', [{ send: answer('403 Forbidden', [], 'x'.repeat(200_000)) }, 'stall']);
    const stream = client.request({ ':method': 'POST', ':path': '/early' });
    stream.write('the beginning');
    const response = await read(stream);
    expect(response.head[':status']).toBe(403);
    expect(response.body).toHaveLength(200_000);
    expect(response.code).toBe(0);
  });

  test('100-continue is said when the body is wanted', async () => {
    const stream = client.request({ ':method': 'POST', ':path': '/continue', expect: '100-continue' });
    await once(stream, 'continue');
    stream.end('body');
    expect((await read(stream)).head[':status']).toBe(200);
    expect(requestTo('/continue')?.body.toString()).toBe('body');
  });

  test('a client that does not read holds up its own stream only', async () => {
    const megabytes = 8 * 1024 * 1024;
    origin.script('/much', [
      'request-end',
      { send: head('HTTP/1.1 200 OK', `Content-Length: ${megabytes}`) },
      { repeat: 'x'.repeat(65_536), times: 128 },
    ]);
    const slow = client.request({ ':path': '/much' });
    await once(slow, 'response');
    slow.pause();
    expect((await send({ ':path': '/meanwhile' })).body).toBe('from the origin');
    const response = await new Promise<number>((resolve) => {
      let bytes = 0;
      slow.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      slow.on('end', () => resolve(bytes));
      slow.resume();
    });
    expect(response).toBe(megabytes);
  });

  test('a WebSocket by extended CONNECT is an upgrade at the backend, and every byte goes through (RFC 8441)', async () => {
    origin.script('/socket', [
      {
        send: head(
          'HTTP/1.1 101 Switching Protocols',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Accept: x',
          'Sec-WebSocket-Protocol: chat',
        ),
      },
      'echo',
    ]);
    if (client.remoteSettings.enableConnectProtocol !== true) await once(client, 'remoteSettings');
    const stream = client.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':path': '/socket',
      ':authority': 'gw.example',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'chat',
    });
    const [fields] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(fields).toMatchObject({ ':status': 200, 'sec-websocket-protocol': 'chat' });
    expect(fields['sec-websocket-accept']).toBeUndefined();
    stream.write('ping');
    expect(String((await once(stream, 'data'))[0])).toBe('ping');
    const seen = requestTo('/socket');
    expect(seen?.line).toBe('GET /socket HTTP/1.1');
    expect(seen && requestHeader(seen, 'upgrade')).toBe('websocket');
    expect(seen && requestHeader(seen, 'connection')).toBe('Upgrade');
    expect(Buffer.from((seen && requestHeader(seen, 'sec-websocket-key')) ?? '', 'base64')).toHaveLength(16);
    stream.end();
    await once(stream, 'close');
    await origin.until('the tunnel is closed', () => requestTo('/socket')?.closed === true);
  });

  test('a WebSocket that the backend refuses is an ordinary answer', async () => {
    origin.script('/no-socket', [{ send: answer('403 Forbidden', [], 'no') }]);
    const response = await send({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/no-socket' }, '');
    expect(response).toMatchObject({ head: { ':status': 403 }, body: 'no' });
  });

  test('requests are counted once each, as HTTP/2.0 is an exchange like any other', async () => {
    const before = await countOf(gateway);
    await Promise.all([send({ ':path': '/one' }), send({ ':path': '/two' }), send({ ':path': '/three' })]);
    expect((await countOf(gateway)) - before).toBe(3);
  });
});

async function countOf(gateway: InProcessGateway): Promise<number> {
  let sum = 0;
  for (const line of (await gateway.metrics()).split('\n'))
    if (line.startsWith('gatehouse_requests_total{')) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  return sum;
}
