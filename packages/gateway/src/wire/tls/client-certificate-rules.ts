import type { ClientCertificateSettings, TlsSettings } from '@gatehouse/contract';
import { certificateHosts } from '@gatehouse/contract';
import type { TlsClient } from '../../exchange/client-certificate.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { HostMap } from './host-map.ts';

/** Whether clients of a name have to show a certificate, and whose. */
export interface ClientCertificateRule {
  /** Equal rules have equal keys: a client that was checked under one was checked under the other. */
  readonly key: string;
  readonly mode: 'none' | 'optional' | 'required';
  /** PEM: who may have signed them. */
  readonly ca: string;
  /** Backends are shown the certificate. */
  readonly forward: boolean;
}

export const NO_CLIENT_CERTIFICATES: ClientCertificateRule = { key: '', mode: 'none', ca: '', forward: false };

/** What decides about client certificates. */
export type ClientCertificateIdentity = Pick<TlsSettings, 'certificates' | 'clientCertificates'>;

/** The rule of each certificate of a listener, in their order; equal ones are the same object. */
export function rulesOf({ certificates, clientCertificates }: ClientCertificateIdentity): ClientCertificateRule[] {
  const known = new Map<string, ClientCertificateRule>();
  return certificates.map((certificate) => {
    const settings = certificate.clientCertificates ?? clientCertificates;
    if (settings === undefined || settings === 'none') return NO_CLIENT_CERTIFICATES;
    const rule = toRule(settings);
    const same = known.get(rule.key);
    if (same !== undefined) return same;
    known.set(rule.key, rule);
    return rule;
  });
}

function toRule({ ca, mode, forward }: ClientCertificateSettings): ClientCertificateRule {
  return { key: JSON.stringify([mode, forward, ca]), mode, ca, forward };
}

const MISDIRECTED = new ErrorReply('request.misdirected', {
  detail: 'The connection was made for another host, whose rule for client certificates differs',
});
const REQUIRED = new ErrorReply('auth.certificate-required', { detail: 'This host is served to clients that show a certificate' });
const EXPIRED = new ErrorReply('auth.certificate-invalid', { detail: 'The client certificate is not accepted: it has expired' });

/**
 * Holds every request to the rule of the host that it is for. The handshake alone cannot: it knows the name that the client asked for
 * first, and a request on the connection may name another (HTTP/2 connections are shared on purpose, RFC 9113 section 9.1.1), or come on
 * the port without TLS.
 */
export class ClientCertificateRules {
  /** Whether any name has a rule. */
  active = false;
  #hosts = new HostMap<ClientCertificateRule>();
  #fallback = NO_CLIENT_CERTIFICATES;

  constructor(identity: ClientCertificateIdentity) {
    this.update(identity);
  }

  /** The rules from now on. */
  update(identity: ClientCertificateIdentity): void {
    const rules = rulesOf(identity);
    const hosts = new HostMap<ClientCertificateRule>();
    identity.certificates.forEach(({ certificate, hosts: names }, index) => {
      for (const host of names ?? certificateHosts(certificate)) hosts.add(host, rules[index] as ClientCertificateRule);
    });
    this.#hosts = hosts;
    this.#fallback = rules[0] ?? NO_CLIENT_CERTIFICATES;
    this.active = rules.some(({ mode }) => mode !== 'none');
  }

  /** Why a request for a host is not served to a client, or undefined. `client`: null without TLS. */
  refusal(host: string, client: TlsClient | null): ErrorReply | undefined {
    const rule = this.#hosts.find(host) ?? this.#fallback;
    if (client === null) return rule.mode === 'required' ? REQUIRED : undefined;
    if (client.rule !== rule.key) return MISDIRECTED;
    if (client.fault !== '')
      return new ErrorReply('auth.certificate-invalid', { detail: `The client certificate is not accepted: ${client.fault}` });
    if (client.certificate === null) return rule.mode === 'required' ? REQUIRED : undefined;
    // Connections and sessions last; the certificate may end before they do.
    return client.certificate.expiresEpochMs <= Date.now() ? EXPIRED : undefined;
  }
}
