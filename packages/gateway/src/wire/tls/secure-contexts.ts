import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { certificateHosts, type TlsSettings } from '@gatehouse/contract';

/** What decides about the handshakes of a listener, the address apart. */
export type TlsIdentity = Pick<TlsSettings, 'certificates' | 'minVersion' | 'ciphers'>;

/**
 * Forward secret and authenticated only: what Mozilla's "intermediate" has, without finite-field Diffie-Hellman, which costs more and
 * which no client needs that has TLS 1.2. https://wiki.mozilla.org/Security/Server_Side_TLS
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Sessions are resumed by tickets whichever thread gets the connection: the same for all of them. */
const SESSION_ID_CONTEXT = 'gatehouse';
const SESSION_TIMEOUT_S = 2 * 60 * 60;

/** Bytes of a set of session ticket keys. */
export const TICKET_KEYS_BYTES = 48;

/** The certificates of a listener, ready for handshakes. Never changes: new certificates are a new one. */
export class SecureContexts {
  /** What a client gets that names no host, or none that is known. */
  readonly fallback: SecureContextOptions;
  readonly #exact = new Map<string, SecureContext>();
  readonly #wildcards = new Map<string, SecureContext>();

  /** Throws when a certificate cannot be used, or its key is not its own. */
  constructor({ certificates, minVersion, ciphers }: TlsIdentity, ticketKeys: Buffer) {
    const [first] = certificates;
    if (first === undefined) throw new Error('There is no certificate');
    const optionsOf = ({ certificate, key, passphrase }: typeof first): SecureContextOptions => ({
      cert: certificate,
      key,
      ...(passphrase === undefined ? {} : { passphrase }),
      minVersion,
      ciphers: ciphers ?? CIPHERS,
      // Every cipher is strong: the client knows which is the fastest for it.
      honorCipherOrder: false,
      // A renegotiation has no use in HTTP, and costs us more than the client.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
      sessionIdContext: SESSION_ID_CONTEXT,
      sessionTimeout: SESSION_TIMEOUT_S,
      ticketKeys,
    });
    this.fallback = optionsOf(first);
    for (const certificate of certificates) {
      const context = createSecureContext(optionsOf(certificate));
      for (const host of certificate.hosts ?? certificateHosts(certificate.certificate)) {
        const [names, name] = host.startsWith('*.') ? [this.#wildcards, host.slice(2)] : [this.#exact, host];
        if (!names.has(name)) names.set(name, context);
      }
    }
  }

  /** The context of a host that a client asks for: its own, or the wildcard's of one label more; undefined when there is neither. */
  find(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase();
    return this.#exact.get(name) ?? this.#wildcards.get(name.slice(name.indexOf('.') + 1));
  }
}
