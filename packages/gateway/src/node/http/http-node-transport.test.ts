import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeHello, NodeMessage } from '@gatehouse/contract';
import { afterEach, expect, test } from 'vitest';
import { HttpNodeTransport, type HttpNodeTransportOptions } from './http-node-transport.ts';

const hello = { protocol: 1, id: 'n' } as NodeHello;
const token = 'token-that-nobody-may-see';
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function connectTo(handler: RequestListener, options: Partial<HttpNodeTransportOptions> = {}) {
  const port = await listen(createServer(handler));
  return new HttpNodeTransport({ url: `http://127.0.0.1:${port}`, token, ...options });
}

async function read(transport: HttpNodeTransport, signal = new AbortController().signal): Promise<NodeMessage[]> {
  const messages: NodeMessage[] = [];
  for await (const message of transport.open(hello, signal)) messages.push(message);
  return messages;
}

test('messages come one a line, however the bytes are cut, and reports go the other way', async () => {
  const asked: { url: string | undefined; authorization: string | undefined; body: string }[] = [];
  const transport = await connectTo(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ url: request.url, authorization: request.headers.authorization, body });
    if (request.url?.endsWith('reports')) return void response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const byte of Buffer.from('{"type":"a","text":"ü"}\n{"type":"b"}\n')) {
      response.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    response.end();
  });
  expect(await read(transport)).toEqual([{ type: 'a', text: 'ü' }, { type: 'b' }]);
  await transport.report('n', [{ type: 'credentials', cursor: 3 }]);
  const authorization = `Bearer ${token}`;
  expect(asked).toEqual([
    { url: '/api/v1/node/stream', authorization, body: JSON.stringify(hello) },
    { url: '/api/v1/node/reports', authorization, body: '{"id":"n","reports":[{"type":"credentials","cursor":3}]}' },
  ]);
});

test.each<[string, RequestListener, string]>([
  ['a redirect', (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), 'redirects elsewhere'],
  ['a refused token', (_, response) => void response.writeHead(401).end(), "refuses the node's token (401)"],
  ['a refusal', (_, response) => void response.writeHead(400).end('{"detail":"wrong version"}'), 'answered with 400: wrong version'],
  ['an answer of another server', (_, response) => void response.writeHead(404).end('<html>'), 'answered with 404'],
  ['a line that is no JSON', (_, response) => void response.end('nonsense\n'), 'no JSON'],
  ['a line that is no message', (_, response) => void response.end('7\n'), 'no message'],
  ['a line that is too long', (_, response) => void response.end(`{"type":"${'x'.repeat(2000)}"}\n`), 'more than 1000 bytes'],
  ['an end in the middle of a line', (_, response) => void response.end('{"type":'), 'in the middle of a message'],
  ['a cut connection', (_, response) => response.write('\n{', () => response.destroy()), ''],
  ['an answer that does not come', () => undefined, 'did not answer within 200 ms'],
])('%s ends the stream with what is wrong', async (_, handler, message) => {
  const transport = await connectTo(handler, { messageBytesMax: 1000, answerTimeoutMs: 200 });
  const error: Error = await read(transport).then(
    () => new Error('it ended as if nothing were wrong'),
    (reason) => reason,
  );
  expect(error.message).toContain(message);
  expect(error.message).not.toContain('as if nothing');
  expect(error.message).not.toContain(token);
});

test('a control plane that is not there is said so', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  servers.splice(0);
  const transport = new HttpNodeTransport({ url: `http://127.0.0.1:${port}`, token });
  await expect(read(transport)).rejects.toThrow('nothing listens there (ECONNREFUSED)');
  await expect(transport.report('n', [])).rejects.toThrow('nothing listens there');
});

test('aborting ends the stream', async () => {
  const closed = Promise.withResolvers<void>();
  const transport = await connectTo((_, response) => {
    response.on('close', closed.resolve);
    response.write('{"type":"a"}\n');
  });
  const closing = new AbortController();
  const stream = transport.open(hello, closing.signal);
  expect((await stream.next()).value).toEqual({ type: 'a' });
  closing.abort();
  await expect(stream.next()).rejects.toThrow();
  await closed.promise;
});

test('TLS is verified, and what is wrong with it is said', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'));
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name)) as [string, string];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const ca = readFileSync(cert, 'utf8');
    const port = await listen(
      createTlsServer({ key: readFileSync(key), cert: ca }, (_, response) => void response.end('{"type":"a"}\n')) as unknown as Server,
    );
    const open = (url: string, more: Partial<HttpNodeTransportOptions> = {}) => read(new HttpNodeTransport({ url, token, ...more }));
    expect(await open(`https://localhost:${port}`, { ca })).toEqual([{ type: 'a' }]);
    await expect(open(`https://localhost:${port}`)).rejects.toThrow('give it as the CA of the control plane');
    await expect(open(`https://127.0.0.1:${port}`, { ca })).rejects.toThrow('its certificate is for another name');
    const plain = await listen(createServer());
    await expect(open(`https://127.0.0.1:${plain}`)).rejects.toThrow('it does not speak TLS there');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.each(['control:3000', 'ftp://control', 'http://user:secret@control', ''])('a URL like %j is refused', (url) => {
  expect(() => new HttpNodeTransport({ url, token })).toThrow('URL of the control plane');
});
