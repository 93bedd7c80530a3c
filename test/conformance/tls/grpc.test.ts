import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCertificates, makeCertificate, makeSignedCertificate } from './certificates.ts';
import { type InProcessGateway, startInProcess } from './in-process-gateway.ts';

/** A message as gRPC frames it: not compressed, its length, its bytes. */
function message(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Reads the messages of a stream one by one. */
async function* messages(stream: ClientHttp2Stream | ServerHttp2Stream): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const piece of stream) {
    rest = Buffer.concat([rest, piece as Buffer]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      yield rest.subarray(5, end).toString();
      rest = rest.subarray(end);
    }
  }
}

async function collect(texts: AsyncGenerator<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const text of texts) all.push(text);
  return all;
}

/** A service as gRPC has it: it answers each message, and says in trailers how it ended. */
function serveGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const method = headers[':path'];
  stream.on('error', () => {});
  if (method === '/test.Echo/Missing') {
    // "Trailers-only": the whole answer is one head.
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5', 'grpc-message': 'no such thing' },
      { endStream: true },
    );
    return;
  }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-te': headers.te ?? '' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'done', 'x-method': String(method) }));
  if (method === '/test.Echo/Watch') {
    stream.write(message('and more to come'));
    return;
  }
  void (async () => {
    for await (const text of messages(stream)) stream.write(message(`echo ${text}`));
    stream.end();
  })().catch(() => stream.destroy());
}

describe.skipIf(!canMakeCertificates).each(['h2c by prior knowledge', 'h2 over TLS'])(
  'gRPC through the gateway, to a backend of %s',
  (kind) => {
    let backend: Http2Server;
    let gateway: InProcessGateway;
    let client: ClientHttp2Session;
    let cancelled = 0;
    let sessions = 0;

    beforeAll(async () => {
      const pair = makeSignedCertificate(['backend.example']);
      const secure = kind === 'h2 over TLS';
      backend = secure ? createSecureServer({ cert: pair.certificate, key: pair.key }) : createServer();
      backend.on('session', () => sessions++);
      backend.on('stream', (stream, headers) => {
        stream.on('aborted', () => cancelled++);
        serveGrpc(stream as ServerHttp2Stream, headers);
      });
      await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
      const { port } = backend.address() as AddressInfo;
      gateway = await startInProcess({
        certificates: [makeCertificate(['gw.example'])],
        backend: {
          protocol: 'http2',
          targets: [{ url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`, weight: 1 }],
          ...(secure ? { tls: { ca: pair.ca, serverName: 'backend.example' } } : {}),
        },
      });
      client = connect(gateway.url, { rejectUnauthorized: false });
    });

    afterAll(async () => {
      client?.close();
      await gateway?.stop();
      backend?.close();
    });

    function call(method: string): ClientHttp2Stream {
      return client.request({ ':method': 'POST', ':path': `/test.Echo/${method}`, 'content-type': 'application/grpc', te: 'trailers' });
    }

    function trailersOf(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
      return new Promise((resolve, reject) => {
        stream.once('trailers', resolve);
        stream.once('error', reject);
      });
    }

    test('a unary call: the message, the trailers, and te: trailers both ways', async () => {
      const stream = call('Unary');
      const trailers = trailersOf(stream);
      const head = new Promise<IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
      stream.end(message('hello'));
      expect(await head).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'x-te': 'trailers' });
      expect(await collect(messages(stream))).toEqual(['echo hello']);
      expect(await trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'done', 'x-method': '/test.Echo/Unary' });
    });

    test('a bidirectional call: each message is answered before the next is sent', async () => {
      const stream = call('Chat');
      const trailers = trailersOf(stream);
      const answers = messages(stream);
      for (const text of ['one', 'two', 'three']) {
        stream.write(message(text));
        expect((await answers.next()).value).toBe(`echo ${text}`);
      }
      stream.end();
      expect((await answers.next()).done).toBe(true);
      expect(await trailers).toMatchObject({ 'grpc-status': '0' });
    });

    test('an error that is all head (trailers-only) stays one', async () => {
      const stream = call('Missing');
      const head = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
        stream.once('response', resolve);
        stream.once('error', reject);
        stream.end(message('x'));
      });
      expect(head).toMatchObject({ ':status': 200, 'grpc-status': '5', 'grpc-message': 'no such thing' });
      expect(head['content-length']).toBeUndefined();
      expect(await collect(messages(stream))).toEqual([]);
    });

    test('a large stream comes whole, both ways, whoever is the slower one', async () => {
      const stream = call('Large');
      const part = 'x'.repeat(100_000);
      const read = collect(messages(stream));
      for (let i = 0; i < 40; i++) if (!stream.write(message(part))) await new Promise((resolve) => stream.once('drain', resolve));
      stream.end();
      const all = await read;
      expect(all).toHaveLength(40);
      expect(all.every((text) => text === `echo ${part}`)).toBe(true);
    });

    test('a call that the client cancels is cancelled at the backend, and its connection lives on', async () => {
      const before = cancelled;
      const stream = call('Watch');
      stream.on('error', () => {});
      stream.end(message('begin'));
      stream.once('data', () => stream.close(8));
      while (cancelled === before) await turn();
      const next = call('Unary');
      next.end(message('after'));
      expect(await collect(messages(next))).toEqual(['echo after']);
      expect(sessions).toBe(1);
    });

    test('many calls at a time share a connection', async () => {
      const results = await Promise.all(
        Array.from({ length: 80 }, async (_, i) => {
          const stream = call('Unary');
          stream.end(message(String(i)));
          return collect(messages(stream));
        }),
      );
      expect(results).toEqual(Array.from({ length: 80 }, (_, i) => [`echo ${i}`]));
      expect(sessions).toBe(1);
    });
  },
);
