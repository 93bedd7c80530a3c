import { execFile } from 'node:child_process';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../../support/config.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { head } from '../../support/origin-script.ts';
import { freePort } from '../../support/ports.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { canMakeCertificates, type KeyPair, makeCertificate } from './certificates.ts';

const THREADS = 2;

describe.skipIf(!canMakeCertificates)('HTTPS beside HTTP', () => {
  let origin: ScriptedOrigin;
  let gateway: RunningGateway;
  let port: number;
  let first: KeyPair;
  let other: KeyPair;
  let wildcard: KeyPair;

  beforeAll(async () => {
    origin = await ScriptedOrigin.start();
    first = makeCertificate(['gw.example']);
    other = makeCertificate(['other.example']);
    wildcard = makeCertificate(['*.wild.example'], { days: 10 });
    port = await freePort();
    gateway = await startGateway({
      threads: THREADS,
      config: proxyConfig(origin.url, {
        gateway: { tls: { listen: { host: '127.0.0.1', port }, certificates: [first, other, wildcard] }, limits: { headersTimeout: '1s' } },
      }),
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await origin?.stop();
  });

  /** The name in the certificate that a client gets who asks for a host. */
  async function certificateFor(servername: string | undefined): Promise<string | undefined> {
    const socket = await handshake({ ...(servername === undefined ? {} : { servername }) });
    const { subjectaltname } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname;
  }

  function handshake(options: object): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  test('a certificate is picked by the name that is asked for: exact, wildcard, else the first', async () => {
    expect(await certificateFor('other.example')).toBe('DNS:other.example');
    expect(await certificateFor('OTHER.example')).toBe('DNS:other.example');
    expect(await certificateFor('a.wild.example')).toBe('DNS:*.wild.example');
    expect(await certificateFor('a.b.wild.example')).toBe('DNS:gw.example');
    expect(await certificateFor('unknown.example')).toBe('DNS:gw.example');
    expect(await certificateFor(undefined)).toBe('DNS:gw.example');
  });

  test('a request over HTTPS is served as HTTP/1.1, and the backend hears that it was https', async () => {
    const response = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = httpsRequest({
        port,
        host: '127.0.0.1',
        servername: 'gw.example',
        ca: first.certificate,
        method: 'POST',
        path: '/tls1',
        headers: { Host: 'gw.example' },
      });
      request.on('response', async (message) => resolve({ status: message.statusCode ?? 0, body: await text(message) }));
      request.on('error', reject);
      request.end('hello over TLS');
    });
    expect(response).toEqual({ status: 200, body: 'from the origin' });
    const seen = origin.requests.find(({ target }) => target === '/tls1');
    expect(seen?.body.toString()).toBe('hello over TLS');
    expect(seen?.fields).toContainEqual(['X-Forwarded-Proto', 'https']);
  });

  test('over TLS too, requests sent ahead are answered in order, and a client that has said its last is still answered', async () => {
    const socket = await handshake({ allowHalfOpen: true });
    socket.end('GET /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(answers.match(/from the origin/g)).toHaveLength(2);
    expect(origin.requests.slice(-3).map(({ target }) => target)).toEqual(['/a', '/b', '/c']);
  });

  test('over TLS too, a message that is not valid is refused and closes the connection', async () => {
    const socket = await handshake({});
    socket.write('GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('over TLS too, large bodies come whole both ways, however slowly they are read', async () => {
    const bytes = 4 * 1024 * 1024;
    origin.script('/large', [
      'request-end',
      { send: head('HTTP/1.1 200 OK', `Content-Length: ${bytes}`) },
      { repeat: 'y'.repeat(65_536), times: 64 },
    ]);
    const socket = await handshake({});
    socket.write(`POST /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`);
    socket.write(Buffer.alloc(bytes, 'x'));
    let read = 0;
    for await (const piece of socket) {
      read += (piece as Buffer).length;
      if (read < 500_000) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(read).toBeGreaterThan(bytes);
    expect(origin.requests.find(({ target }) => target === '/large')?.body).toHaveLength(bytes);
  });

  test('a WebSocket passes through TLS, both ways', async () => {
    origin.script('/socket', [{ send: head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket') }, 'echo']);
    const socket = await handshake({});
    socket.write('GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const answer = await new Promise<string>((resolve) => socket.once('data', (piece) => resolve(String(piece))));
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    socket.write('hello');
    expect(await new Promise<string>((resolve) => socket.once('data', (piece) => resolve(String(piece))))).toBe('hello');
    socket.destroy();
  });

  test('curl gets HTTP/2 by ALPN, and HTTP/1.1 when it asks for that', async () => {
    const curl = async (protocol: string) => {
      const format = ['-o', '/dev/null', '-w', '%{http_version} %{http_code}'];
      return (await promisify(execFile)('curl', ['-sk', ...format, protocol, `https://127.0.0.1:${port}/curl`])).stdout;
    };
    expect(await curl('--http2')).toBe('2 200');
    expect(await curl('--http1.1')).toBe('1.1 200');
  });

  test('nothing older than TLS 1.2 is spoken, and no cipher without forward secrecy', async () => {
    await expect(handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    await expect(handshake({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA' })).rejects.toThrow();
    await expect(handshake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' })).rejects.toThrow();
    const socket = await handshake({ maxVersion: 'TLSv1.2' });
    expect(socket.getCipher().name).toMatch(/^ECDHE-ECDSA-/);
    socket.destroy();
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('a %s session is resumed whichever thread gets the connection', async (maxVersion) => {
    const session = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion, servername: 'other.example' });
      socket.once('error', reject);
      socket.once('session', (ticket: Buffer) => {
        resolve(ticket);
        // TLS 1.2 gives it before the handshake is over.
        socket.once('secureConnect', () => socket.destroy());
        if (!socket.connecting && maxVersion === 'TLSv1.3') socket.destroy();
      });
    });
    // Enough for each of the threads to get some.
    for (let i = 0; i < 8; i++) {
      const socket = await handshake({ maxVersion, servername: 'other.example', session });
      expect(socket.isSessionReused()).toBe(true);
      socket.destroy();
    }
  });

  test('a certificate that ends soon is told, in the log and as a metric', async () => {
    expect(gateway.logs()).toMatch(/\*\.wild\.example.*A certificate expires soon/);
    const seconds = await gateway.metric('gatehouse_certificate_expires_seconds', 'host="*.wild.example"');
    expect(seconds).toBeGreaterThan(9 * 86_400);
    expect(seconds).toBeLessThanOrEqual(10 * 86_400);
  });

  test('who does not finish the handshake is cut and counted', async () => {
    const socket = connectTcp(port, '127.0.0.1');
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.on('error', () => socket.destroy());
      socket.resume();
    });
    expect(await gateway.metric('gatehouse_malformed_requests_total', 'handshake took too long')).toBeGreaterThan(0);
  });
});
