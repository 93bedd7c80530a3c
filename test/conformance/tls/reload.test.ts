import { rename, writeFile } from 'node:fs/promises';
import { connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proxyConfig } from '../../support/config.ts';
import { type RunningGateway, startGateway, until } from '../../support/gateway.ts';
import { freePort } from '../../support/ports.ts';
import { makeCertificate } from './certificates.ts';

const first = makeCertificate(['first.example']);
const second = makeCertificate(['second.example']);

let backend: Http2Server;
let gateway: RunningGateway;
let port: number;

beforeAll(async () => {
  // Speaks HTTP/2 only, without TLS.
  backend = createServer((_request, response) => response.end('over HTTP/2'));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  port = await freePort();
  const tls = { listen: { host: '127.0.0.1', port }, certificates: [{ certificate: { $file: 'tls.crt' }, key: { $file: 'tls.key' } }] };
  gateway = await startGateway({
    config: proxyConfig(`http://127.0.0.1:${(backend.address() as AddressInfo).port}`, {
      backend: { protocol: 'http2' },
      gateway: { tls },
    }),
    files: { 'tls.crt': first.certificate, 'tls.key': first.key },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  backend?.close();
});

/** The names in the certificate that is shown now. */
function shownNames(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function replace(name: string, text: string): Promise<void> {
  await writeFile(join(gateway.directory, `${name}.new`), text);
  await rename(join(gateway.directory, `${name}.new`), join(gateway.directory, name));
}

test('HTTP/2 comes in over TLS and goes out to a backend that is said to speak it', async () => {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  const stream = session.request({ ':path': '/' });
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  session.close();
  expect(text).toBe('over HTTP/2');
});

test('a certificate without its key is refused and the last good pair stays; with its key it is used without a restart', async () => {
  expect(await shownNames()).toBe('DNS:first.example');
  await replace('tls.crt', second.certificate);
  await until('the pair is refused', gateway.process, 15_000, () => gateway.logs().includes('is not the private key of the certificate'));
  expect(await shownNames()).toBe('DNS:first.example');
  await replace('tls.key', second.key);
  await until('the new pair is used', gateway.process, 15_000, async () => (await shownNames()) === 'DNS:second.example');
  expect(gateway.logs()).not.toContain('take effect after a restart');
});
