import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../packages/server/src/config-schema.ts';
import { canMakeCertificates, makeCertificate, makeSignedCertificate } from './certificates.ts';

describe.skipIf(!canMakeCertificates)('the configuration of TLS is refused with its place', () => {
  const pair = makeCertificate(['gw.example', '*.gw.example']);
  const other = makeCertificate(['other.example']);

  /** `path: message` of everything that is wrong. */
  function problemsOf(config: object): string[] {
    const result = configSchema.safeParse(config);
    return result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  }

  const tls = (certificates: object[], more: object = {}) => problemsOf({ gateway: { tls: { certificates, ...more } } });

  test.each([
    [
      'a key of another certificate',
      [{ certificate: pair.certificate, key: other.key }],
      /^gateway\.tls\.certificates\.0\.key: is not the private key/,
    ],
    ['a key that is none', [{ certificate: pair.certificate, key: 'x' }], /\.0\.key: is not a private key in PEM/],
    ['a certificate that is none', [{ certificate: pair.key, key: pair.key }], /\.0\.certificate: is not a certificate in PEM/],
    ['a name twice', [pair, pair], /certificates\.1: there is another certificate for gw\.example/],
    ['a certificate that would never be used', [pair, makeCertificate(['10.0.0.1'])], /certificates\.1: names no host/],
    ['none at all', [], /certificates/],
  ])('%s', (_id, certificates, expected) => {
    expect(tls(certificates)[0]).toMatch(expected);
  });

  test('no message holds anything of a key', () => {
    const secret = 'not-a-key-but-secret';
    expect(tls([{ certificate: pair.certificate, key: secret, passphrase: secret }]).join('\n')).not.toContain(secret);
  });

  test('ciphers and versions that there are not', () => {
    expect(tls([pair], { ciphers: 'NO-SUCH-CIPHER' })[0]).toMatch(/ciphers: is not a list of ciphers/);
    expect(tls([pair], { minVersion: 'TLSv1.1' })[0]).toMatch(/minVersion/);
    expect(tls([pair, { ...other, hosts: ['x.example'] }], { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', minVersion: 'TLSv1.3' })).toEqual(
      [],
    );
  });

  test("a backend's client certificate without its key, or with another", () => {
    const client = makeSignedCertificate(['gateway.example']);
    const backend = (settings: object) =>
      problemsOf({ backends: [{ name: 'b', type: 'http', environments: { test: { url: 'https://b.example', tls: settings } } }] });
    expect(backend({ certificate: client.certificate })[0]).toMatch(/environments\.test\.tls: needs key too/);
    expect(backend({ certificate: client.certificate, key: other.key })[0]).toMatch(/tls\.key: is not the private key/);
    expect(backend({ ca: 'x' })[0]).toMatch(/tls\.ca: is not a certificate/);
    expect(backend({ certificate: client.certificate, key: client.key, ca: client.ca })).toEqual([]);
  });
});
