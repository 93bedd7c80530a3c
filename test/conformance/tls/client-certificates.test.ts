import { X509Certificate } from 'node:crypto';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EchoOrigin } from '../../support/echo-origin.ts';
import { canMakeCertificates, type KeyPair, makeAuthority, makeCertificate, signCertificate } from './certificates.ts';
import { type InProcessGateway, startInProcess, tlsSettings } from './in-process-gateway.ts';

interface Answer {
  status: number;
  /** What the gateway says of its own error, and the fields that the backend got. */
  body: string;
}

/** Names of the gateway: nobody is asked; partner A must, and is shown to the backend; partner B may; others fall to the first. */
const OPEN = 'open.example';
const PARTNER_A = 'a.example';
const PARTNER_B = 'b.example';

describe.skipIf(!canMakeCertificates)('client certificates of callers', () => {
  const listen = { host: '127.0.0.1', port: 0 };
  const servers = [makeCertificate([OPEN]), makeCertificate([PARTNER_A]), makeCertificate([PARTNER_B, '*.b.example'])] as const;
  const authorityA = makeAuthority();
  const authorityB = makeAuthority();
  const clientA = signCertificate(authorityA, ['client-a']);
  const clientB = signCertificate(authorityB, ['client-b']);
  const expired = signCertificate(authorityA, ['too-late'], { days: 0 });
  const certificates = [
    servers[0],
    { ...servers[1], clientCertificates: { ca: authorityA.certificate, forward: true } },
    { ...servers[2], clientCertificates: { ca: authorityB.certificate, mode: 'optional' } },
  ];
  let origin: EchoOrigin;
  let gateway: InProcessGateway;

  beforeAll(async () => {
    origin = await EchoOrigin.start();
    gateway = await startInProcess({
      certificates: [],
      backend: { targets: [{ url: origin.url, weight: 1 }] },
      gateway: { tls: { listen, certificates }, limits: { headersTimeout: '1s' } },
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await origin?.stop();
  });

  function handshake(servername: string, pair?: KeyPair, more: object = {}): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const client = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
      const socket = connect({
        port: gateway.threads.tlsPort,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        servername,
        ALPNProtocols: ['http/1.1'],
        ...client,
        ...more,
      });
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  /** One request on a connection, which ends behind it. */
  async function ask(socket: Socket, host: string, ...fields: string[]): Promise<Answer> {
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`);
    const answer = await text(socket);
    return { status: Number(answer.slice(9, 12)), body: answer };
  }

  const call = async (host: string, pair?: KeyPair, ...fields: string[]) => ask(await handshake(host, pair), host, ...fields);

  /** The values of a field that the backend got. */
  function received({ body }: Answer, name: string): string[] {
    const { headers } = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as { headers: [string, string][] };
    return headers.filter(([each]) => each.toLowerCase().replaceAll('_', '-') === name).map(([, value]) => value);
  }

  test('where one is required, requests with a good one are served and others get 403 and why', async () => {
    expect((await call(PARTNER_A, clientA)).status).toBe(200);
    const missing = await call(PARTNER_A);
    expect(missing.status).toBe(403);
    expect(missing.body).toContain('auth.certificate-required');
    for (const [pair, why] of [
      [clientB, 'unable to (?:verify|get)|UNABLE_TO'],
      [makeCertificate(['self-signed']), 'self.signed|SELF_SIGNED'],
      [expired, 'expired|EXPIRED'],
    ] as const) {
      const refused = await call(PARTNER_A, pair);
      expect(refused.status).toBe(403);
      expect(refused.body).toContain('auth.certificate-invalid');
      expect(refused.body).toMatch(new RegExp(why));
    }
  });

  test('where one is optional, requests without are served, and one that is not good is refused', async () => {
    expect((await call(PARTNER_B)).status).toBe(200);
    expect((await call(PARTNER_B, clientB)).status).toBe(200);
    expect((await call(PARTNER_B, clientA)).status).toBe(403);
    expect((await call('sub.b.example', clientA)).status).toBe(403);
  });

  test('clients of other names are not asked for any', async () => {
    const asked = async (servername: string) => {
      const socket = await handshake(servername, clientA);
      const wasAsked = socket.getProtocol() !== null && (await ask(socket, servername)).status !== 200;
      return wasAsked;
    };
    expect(await asked(OPEN)).toBe(false);
    expect(await asked('unknown.example')).toBe(false);
  });

  test('the backend is shown the certificate, and nothing that a client made up', async () => {
    const shown = await call(
      PARTNER_A,
      clientA,
      'Client-Cert: :bWFkZSB1cA==:',
      'client_cert: x',
      'Client-Cert-Chain: :x:',
      'CLIENT_CERT_CHAIN: x',
    );
    expect(received(shown, 'client-cert')).toEqual([`:${new X509Certificate(clientA.certificate).raw.toString('base64')}:`]);
    expect(received(shown, 'client-cert-chain')).toEqual([]);
    const made = await call(OPEN, undefined, 'Client-Cert: :bWFkZSB1cA==:', 'Client_Cert: x');
    expect(received(made, 'client-cert')).toEqual([]);
    expect(received(await call(PARTNER_B, clientB), 'client-cert')).toEqual([]);
  });

  test('a request for a host with another rule than that of its connection is misdirected, and closes it', async () => {
    const asked = async (servername: string, pair: KeyPair | undefined, host: string) =>
      (await ask(await handshake(servername, pair), host)).status;
    expect(await asked(OPEN, undefined, PARTNER_A)).toBe(421);
    expect(await asked(PARTNER_B, clientB, PARTNER_A)).toBe(421);
    expect(await asked(PARTNER_A, clientA, PARTNER_B)).toBe(421);
    expect(await asked(PARTNER_A, clientA, OPEN)).toBe(421);
    const kept = await handshake(OPEN);
    kept.write(`GET / HTTP/1.1\r\nHost: ${PARTNER_A}\r\n\r\nGET / HTTP/1.1\r\nHost: ${OPEN}\r\n\r\n`);
    const answers = await text(kept);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 421']);
  });

  test('the port without TLS is no way around, whatever its client says of itself', async () => {
    const plain = (host: string, ...fields: string[]) => ask(connectTcp(gateway.threads.port, '127.0.0.1'), host, ...fields);
    const refused = await plain(PARTNER_A, `Client-Cert: :${new X509Certificate(clientA.certificate).raw.toString('base64')}:`);
    expect(refused.status).toBe(403);
    expect((await plain(`${PARTNER_A.toUpperCase()}.:8000`)).status).toBe(403);
    expect((await plain(OPEN)).status).toBe(200);
    expect((await plain(PARTNER_B)).status).toBe(200);
  });

  test('over HTTP/2 too: each stream is held to the rule of its host', async () => {
    const client = { cert: clientA.certificate, key: clientA.key, servername: PARTNER_A, rejectUnauthorized: false };
    const session = connectHttp2(gateway.url, client);
    const status = (authority: string) =>
      new Promise<number>((resolve, reject) => {
        const stream = session.request({ ':authority': authority });
        stream.on('response', (fields) => resolve(fields[':status'] ?? 0));
        stream.on('error', reject);
        stream.resume();
      });
    expect(await Promise.all([status(PARTNER_A), status(OPEN), status(PARTNER_B)])).toEqual([200, 421, 421]);
    session.close();
  });

  /** A connection, and the last session ticket that came on it. */
  async function sessionOf(servername: string, pair: KeyPair | undefined, maxVersion: string): Promise<Buffer> {
    let session: Buffer | undefined;
    const socket = await handshake(servername, pair, { maxVersion });
    socket.on('session', (ticket: Buffer) => {
      session = ticket;
    });
    session ??= socket.getSession();
    await ask(socket, servername);
    if (session === undefined) throw new Error('There was no session');
    return session;
  }

  test.each(['TLSv1.2', 'TLSv1.3'])('a resumed %s session keeps who the client is, and only where its rule holds', async (maxVersion) => {
    const session = await sessionOf(PARTNER_A, clientA, maxVersion);
    const resumed = await handshake(PARTNER_A, undefined, { session, maxVersion });
    expect(resumed.isSessionReused()).toBe(true);
    const answer = await ask(resumed, PARTNER_A);
    expect(answer.status).toBe(200);
    expect(received(answer, 'client-cert')).toHaveLength(1);
    const elsewhere = await handshake(PARTNER_B, undefined, { session, maxVersion });
    expect(elsewhere.isSessionReused()).toBe(false);
    elsewhere.destroy();
    const without = await sessionOf(PARTNER_A, undefined, maxVersion);
    const still = await handshake(PARTNER_A, undefined, { session: without, maxVersion });
    expect(still.isSessionReused()).toBe(true);
    expect((await ask(still, PARTNER_A)).status).toBe(403);
  });

  describe('what comes before the handshake', () => {
    let relay: Server;
    let bytesAtATime = 1;

    beforeAll(async () => {
      relay = createServer((socket) => {
        const onward = connectTcp({ port: gateway.threads.tlsPort, host: '127.0.0.1', noDelay: true });
        for (const each of [socket, onward]) each.on('error', () => each.destroy());
        onward.pipe(socket);
        let sent = Promise.resolve();
        socket.on('data', (piece: Buffer) => {
          for (let i = 0; i < piece.length; i += bytesAtATime) {
            const part = piece.subarray(i, i + bytesAtATime);
            sent = sent.then(() => new Promise((resolve) => onward.write(part, () => setImmediate(resolve))));
          }
        });
        socket.on('close', () => onward.destroy());
      });
      await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    });

    afterAll(() => {
      relay.close();
    });

    test.each([1, 3, 200])('the name is found in a hello that comes in pieces of %i bytes', async (size) => {
      bytesAtATime = size;
      const address = relay.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      expect((await ask(await handshake(PARTNER_A, clientA, { port }), PARTNER_A)).status).toBe(200);
    });

    test('who says nothing is cut, and counted', async () => {
      const socket = connectTcp(gateway.threads.tlsPort, '127.0.0.1');
      socket.write(Buffer.from([22, 3, 1]));
      await text(socket);
      expect(await gateway.metrics()).toContain('reason="The TLS handshake took too long"} ');
    });

    test('what is no hello gets no further than a handshake that fails', async () => {
      const socket = connectTcp(gateway.threads.tlsPort, '127.0.0.1');
      socket.on('error', () => socket.destroy());
      socket.write(`GET / HTTP/1.1\r\nHost: ${PARTNER_A}\r\n\r\n`);
      expect(await text(socket).catch(() => '')).not.toContain('HTTP/1.1');
    });
  });

  test('another authority is used without a restart: who was let in by the old one is not kept', async () => {
    const idle = await handshake(PARTNER_A, clientA);
    const session = await sessionOf(PARTNER_A, clientA, 'TLSv1.3');
    idle.write(`GET / HTTP/1.1\r\nHost: ${PARTNER_A}\r\n\r\n`);
    await new Promise((resolve) => idle.once('data', resolve));
    const replaced = { ...servers[1], clientCertificates: { ca: authorityB.certificate } };
    expect(gateway.threads.setCertificates(tlsSettings([servers[0], replaced]))).toBeUndefined();
    await new Promise((resolve) => idle.once('close', resolve));
    expect((await call(PARTNER_A, clientA)).status).toBe(403);
    expect((await call(PARTNER_A, clientB)).status).toBe(200);
    const resumed = await handshake(PARTNER_A, undefined, { session });
    expect(resumed.isSessionReused()).toBe(false);
    resumed.destroy();
    expect(gateway.threads.setCertificates(tlsSettings([servers[0], servers[1]]))).toBeUndefined();
    expect((await call(PARTNER_A)).status).toBe(200);
    expect(
      gateway.threads.setCertificates(tlsSettings([servers[0]], { clientCertificates: { ca: authorityB.certificate } })),
    ).toBeUndefined();
    expect((await call(OPEN)).status).toBe(403);
    expect((await call(OPEN, clientB)).status).toBe(200);
  });

  test('authorities that are none are refused with their place', () => {
    for (const ca of ['', 'x', clientA.key, `${authorityA.certificate}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`])
      expect(() => tlsSettings([servers[0]], { clientCertificates: { ca } })).toThrow(/"clientCertificates",\s+"ca"/);
  });
});
