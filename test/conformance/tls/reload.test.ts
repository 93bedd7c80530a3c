import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCertificates, type KeyPair, makeCertificate } from './certificates.ts';
import { type InProcessGateway, startInProcess, tlsSettings } from './in-process-gateway.ts';

describe.skipIf(!canMakeCertificates)('certificates are changed without a restart', () => {
  let first: KeyPair;
  let gateway: InProcessGateway;

  beforeAll(async () => {
    first = makeCertificate(['first.example']);
    gateway = await startInProcess({
      certificates: [first],
      backend: { targets: [{ url: 'http://127.0.0.1:1', weight: 1 }] },
      gateway: { threads: 2 },
    });
  });

  afterAll(() => gateway?.stop());

  function handshake(options: object = {}): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: gateway.threads.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, ...options });
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  /** The names in the certificates of several handshakes, so that each of the threads has its turn. */
  async function names(servername: string): Promise<string[]> {
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const socket = await handshake({ servername });
      seen.add(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    }
    return [...seen];
  }

  /** Threads hear of a change by message: soon, not at once. */
  async function untilNames(servername: string, expected: string): Promise<void> {
    while ((await names(servername)).join() !== expected) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  test('new handshakes get the new ones in every thread; connections that stand stay', async () => {
    const standing = await handshake();
    const second = makeCertificate(['second.example'], { days: 5 });
    const third = makeCertificate(['third.example']);
    expect(gateway.threads.setCertificates(tlsSettings([second, third]))).toBeUndefined();
    await untilNames('first.example', 'DNS:second.example');
    expect(await names('third.example')).toEqual(['DNS:third.example']);
    expect(standing.destroyed).toBe(false);
    expect(gateway.log.join('\n')).toMatch(/A certificate expires soon.*second\.example/);
    expect(await gateway.metrics()).toMatch(/gatehouse_certificate_expires_seconds\{host="second\.example"\} 4\d{5}\n/);
    standing.destroy();
  });

  test('a pair that does not belong together is refused, and the old one stays', async () => {
    expect(gateway.threads.setCertificates(tlsSettings([first]))).toBeUndefined();
    await untilNames('x', 'DNS:first.example');
    const other = makeCertificate(['other.example']);
    const bad = { ...tlsSettings([first]), certificates: [{ certificate: other.certificate, key: first.key }] };
    expect(gateway.threads.setCertificates(bad)).toMatch(/key values mismatch/);
    expect(await names('x')).toEqual(['DNS:first.example']);
  });

  test('a session from before is not resumed under other certificates', async () => {
    const session = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect({ port: gateway.threads.tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
      socket.once('error', reject);
      socket.once('session', (ticket: Buffer) => {
        resolve(ticket);
        socket.destroy();
      });
    });
    const resumed = await handshake({ session });
    expect(resumed.isSessionReused()).toBe(true);
    resumed.destroy();
    gateway.threads.setCertificates(tlsSettings([makeCertificate(['next.example'])]));
    await untilNames('x', 'DNS:next.example');
    const fresh = await handshake({ session });
    expect(fresh.isSessionReused()).toBe(false);
    fresh.destroy();
  });
});
