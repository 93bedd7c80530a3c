import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';

const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,126}$/i;

const pem = z
  .string()
  .min(1)
  .max(1024 * 1024);

const keyPair = {
  certificate: pem.meta({ description: 'PEM: the certificate, and behind it the intermediate ones. Mostly { $file: … }.' }),
  key: pem.meta({ description: 'PEM: the private key of the certificate. Mostly { $file: … }.' }),
  passphrase: z.string().optional().meta({ description: 'Of an encrypted key; read it from the environment.' }),
};

/** Something wrong with a certificate or its key; `at` is the property that it is wrong with. */
interface KeyPairFault {
  at: 'certificate' | 'key';
  message: string;
}

/** What is wrong with a certificate and its private key, both PEM texts; undefined when they can be used together. Says nothing of the key. */
export function keyPairFault(certificate: string, key: string, passphrase?: string): KeyPairFault | undefined {
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(certificate);
  } catch {
    return { at: 'certificate', message: 'is not a certificate in PEM (-----BEGIN CERTIFICATE-----)' };
  }
  let isItsKey: boolean;
  try {
    isItsKey = leaf.checkPrivateKey(createPrivateKey({ key, passphrase: passphrase ?? '' }));
  } catch {
    return { at: 'key', message: 'is not a private key in PEM, or its passphrase is missing or wrong' };
  }
  if (!isItsKey) return { at: 'key', message: `is not the private key of the certificate (${leaf.subject.replaceAll('\n', ', ')})` };
  try {
    createSecureContext({ cert: certificate, key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    return { at: 'certificate', message: `cannot be used for TLS: ${error instanceof Error ? error.message : String(error)}` };
  }
  return undefined;
}

/** The names that a certificate (PEM) is for, lower case: DNS names of its subject alternative names. Throws when it is none. */
export function certificateHosts(certificate: string): string[] {
  const names = new X509Certificate(certificate).subjectAltName ?? '';
  return names
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice(4).toLowerCase())
    .filter((name) => HOST.test(name));
}

const clientCertificates = z
  .strictObject({
    ca: pem
      .refine(areCertificates, 'is not a list of certificates in PEM (-----BEGIN CERTIFICATE-----)')
      .meta({ description: 'PEM: the authorities whose certificates are accepted. Mostly { $file: … }.' }),
    mode: z.enum(['required', 'optional']).default('required').meta({
      description: 'required: requests without a certificate get 403. optional: they are served; a bad certificate still gets 403.',
    }),
    forward: z.boolean().default(false).meta({ description: 'Backends get the certificate in the field Client-Cert (RFC 9440).' }),
  })
  .meta({ description: 'Client certificates of callers (mutual TLS).' });

/** Output of the schema of `clientCertificates`. */
export type ClientCertificateSettings = z.output<typeof clientCertificates>;

const certificate = z
  .strictObject({
    ...keyPair,
    clientCertificates: z
      .union([z.literal('none'), clientCertificates], { error: 'must be none, or { ca, mode, forward }' })
      .optional()
      .meta({ description: 'For the names of this certificate, instead of clientCertificates above.' }),
    hosts: z
      .array(z.string().regex(HOST, 'must be a host name, or *. and a host name').toLowerCase())
      .min(1)
      .optional()
      .meta({ description: "The names that clients ask for it by (SNI); default: the certificate's own." }),
  })
  .superRefine(({ certificate, key, passphrase }, context) => {
    const fault = keyPairFault(certificate, key, passphrase);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: [fault.at], message: fault.message });
  });

/** Output of the schema of `gateway.tls`. */
export type TlsSettings = z.output<ReturnType<typeof createTlsSettings<z.ZodType<{ host: string; port: number }, unknown>>>>;

/** The schema of `gateway.tls`; `listen` is that of its address. */
export function createTlsSettings<Listen extends z.ZodType<{ host: string; port: number }, unknown>>(listen: Listen) {
  return z
    .strictObject({
      listen,
      certificates: z.array(certificate).min(1).max(10_000).meta({
        description: 'Picked by the name that the client asks for: the exact one, then the wildcard; the first is for everybody else.',
      }),
      minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
      ciphers: z
        .string()
        .refine(areCiphers, 'is not a list of ciphers that OpenSSL knows, such as TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256')
        .optional()
        .meta({ description: 'Default: forward-secret AEAD ciphers only.' }),
      clientCertificates: clientCertificates.optional(),
      http2: z.boolean().default(true).meta({ description: 'Whether HTTP/2 is offered beside HTTP/1.1 (ALPN).' }),
    })
    .superRefine(({ certificates }, context) => {
      const seen = new Set<string>();
      certificates.forEach(({ certificate, hosts }, index) => {
        const names = hosts ?? hostsOf(certificate);
        if (names.length === 0 && index > 0)
          context.addIssue({
            code: 'custom',
            path: ['certificates', index],
            message: 'names no host, so it would never be used; say for which with hosts: [name]',
          });
        for (const name of names) {
          if (seen.has(name))
            context.addIssue({
              code: 'custom',
              path: ['certificates', index],
              message: `there is another certificate for ${name} before it`,
            });
          seen.add(name);
        }
      });
    })
    .meta({ description: 'HTTPS: HTTP/1.1 and HTTP/2 over TLS, beside gateway.listen.' });
}

function hostsOf(certificate: string): string[] {
  try {
    return certificateHosts(certificate);
  } catch {
    // Not a certificate: said where it stands.
    return [];
  }
}

function areCiphers(ciphers: string): boolean {
  try {
    createSecureContext({ ciphers });
    return true;
  } catch {
    return false;
  }
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}?-----END CERTIFICATE-----/g;

/** Whether a text holds certificates, at least one, and every one can be read: OpenSSL silently leaves out what it cannot. */
function areCertificates(text: string): boolean {
  const blocks = text.match(PEM_CERTIFICATE) ?? [];
  return blocks.length > 0 && blocks.length === text.split('-----BEGIN').length - 1 && blocks.every(isCertificate);
}

function isCertificate(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
}

/** What stands for a private key that is stored: which one it is, by its public half (SHA-256 of its SPKI), and nothing of itself. */
export function storedKeyMark(key: string): string {
  const spki = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
  return `(stored, SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')})`;
}

/** Whether a text stands for a private key that is stored. */
export function isStoredKeyMark(text: string): boolean {
  return /^\(stored(?:, SHA256:[A-Za-z0-9+/]{43})?\)$/.test(text);
}

function createBackendTls(keyDescription: string, isStored: (key: string) => boolean) {
  return z
    .strictObject({
      ca: z
        .string()
        .refine(isCertificate, 'is not a certificate in PEM (-----BEGIN CERTIFICATE-----)')
        .optional()
        .meta({ description: 'PEM certificates to trust instead of the public ones (use $file to read them from a file).' }),
      serverName: z
        .string()
        .optional()
        .meta({ description: "The name that is asked for (SNI) and checked; default: the host of the target's URL." }),
      insecureSkipVerify: z.boolean().default(false),
      certificate: keyPair.certificate
        .optional()
        .meta({ description: 'PEM: the client certificate that is shown to the backend. With key.' }),
      key: pem.optional().meta({ description: keyDescription }),
    })
    .superRefine(({ certificate, key }, context) => {
      if (certificate === undefined && key === undefined) return;
      if (certificate === undefined || key === undefined) {
        const missing = key === undefined ? 'key' : 'certificate';
        context.addIssue({ code: 'custom', path: [], message: `needs ${missing} too: certificate and key belong together` });
        return;
      }
      if (isStored(key)) return;
      const fault = keyPairFault(certificate, key);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [fault.at], message: fault.message });
    });
}

/** The schema of `tls` in a backend definition. */
export const backendTls = createBackendTls('PEM: the private key of the certificate. Mostly { $file: … }.', () => false);

/** As it is sent to the management interface: what stands for the stored key keeps it. */
export const writtenBackendTls = createBackendTls(
  'PEM: the private key of the certificate. Stored encrypted and never shown; `(stored)`, or what is shown in its place, keeps it.',
  isStoredKeyMark,
);
