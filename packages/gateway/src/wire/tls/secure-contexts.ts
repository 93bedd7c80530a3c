import { constants, createHash, hkdfSync } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { certificateHosts, type TlsSettings } from '@gatehouse/contract';
import { type ClientCertificateRule, rulesOf } from './client-certificate-rules.ts';
import { HostMap } from './host-map.ts';

/** What decides about the handshakes of a listener, the address apart. */
export type TlsIdentity = Pick<TlsSettings, 'certificates' | 'clientCertificates' | 'minVersion' | 'ciphers'>;

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

/** A certificate, ready for handshakes, and the rule for those who ask for its names. */
export interface NamedContext {
  readonly context: SecureContext;
  readonly rule: ClientCertificateRule;
}

/** The certificates of a listener, ready for handshakes. Never changes: new certificates are a new one. */
export class SecureContexts {
  /** Every rule that a name has, and the options of the first certificate that it is for; the first is for clients that name no host. */
  readonly groups: ReadonlyMap<string, { readonly rule: ClientCertificateRule; readonly options: SecureContextOptions }>;
  /** For a client that names no host, or none that is known. */
  readonly fallback: ClientCertificateRule;
  readonly #hosts = new HostMap<NamedContext>();

  /** Throws when a certificate cannot be used, or its key is not its own. */
  constructor(identity: TlsIdentity, ticketKeys: Buffer) {
    const { certificates, minVersion, ciphers } = identity;
    const rules = rulesOf(identity);
    const groups = new Map<string, { rule: ClientCertificateRule; options: SecureContextOptions }>();
    certificates.forEach(({ certificate, key, passphrase, hosts }, index) => {
      const rule = rules[index] as ClientCertificateRule;
      const options: SecureContextOptions = {
        cert: certificate,
        key,
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(rule.mode === 'none' ? {} : { ca: rule.ca }),
        minVersion,
        ciphers: ciphers ?? CIPHERS,
        // Every cipher is strong: the client knows which is the fastest for it.
        honorCipherOrder: false,
        // A renegotiation has no use in HTTP, and costs us more than the client.
        secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
        sessionIdContext: SESSION_ID_CONTEXT,
        sessionTimeout: SESSION_TIMEOUT_S,
        ticketKeys: ticketKeysOf(ticketKeys, rule),
      };
      const context = createSecureContext(options);
      for (const host of hosts ?? certificateHosts(certificate)) this.#hosts.add(host, { context, rule });
      if (!groups.has(rule.key)) groups.set(rule.key, { rule, options });
    });
    const [first] = rules;
    if (first === undefined) throw new Error('There is no certificate');
    this.groups = groups;
    this.fallback = first;
  }

  /** What a client gets that asks for a host: its own, or the wildcard's of one label more; undefined when there is neither. */
  find(serverName: string): NamedContext | undefined {
    return this.#hosts.find(serverName.toLowerCase());
  }

  /** The rule for a client that asks for a host, or for none. */
  ruleFor(serverName: string | undefined): ClientCertificateRule {
    return (serverName === undefined ? undefined : this.find(serverName)?.rule) ?? this.fallback;
  }
}

/**
 * A session carries the client's certificate, and that it was found good: it must not be resumed where another rule holds, which has
 * other authorities (as nginx did, CVE-2025-23419). So every rule has ticket keys of its own.
 */
function ticketKeysOf(ticketKeys: Buffer, { key }: ClientCertificateRule): Buffer {
  if (key === '') return ticketKeys;
  return Buffer.from(hkdfSync('sha256', ticketKeys, '', createHash('sha256').update(key).digest(), TICKET_KEYS_BYTES));
}
