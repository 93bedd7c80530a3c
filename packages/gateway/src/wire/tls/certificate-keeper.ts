import { randomBytes, X509Certificate } from 'node:crypto';
import { certificateHosts, type TlsSettings } from '@gatehouse/contract';
import { SecureContexts, TICKET_KEYS_BYTES } from './secure-contexts.ts';

export interface CertificateLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** When a certificate ends. */
export interface CertificateExpiry {
  /** The first name that it is for, or its subject. */
  host: string;
  expiresEpochMs: number;
}

/** Tickets made with keys that are gone are of no use to whoever gets hold of the process later: how long one set is used. */
const TICKET_KEYS_MS = 8 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const WARNED_BEFORE_MS = 30 * DAY_MS;

/** The certificates of a process, on its main thread: checked before they go to the threads, and watched until they expire. */
export class CertificateKeeper {
  readonly #log: CertificateLog;
  readonly #changed: () => void;
  #tls: TlsSettings;
  #ticketKeys = randomBytes(TICKET_KEYS_BYTES);
  #expiries: CertificateExpiry[];
  readonly #timers: NodeJS.Timeout[];

  /** `changed`: the threads need `tls` and `ticketKeys` again. Throws when a certificate cannot be used. */
  constructor(tls: TlsSettings, log: CertificateLog, changed: () => void) {
    this.#log = log;
    this.#changed = changed;
    this.#tls = tls;
    this.#expiries = this.#check(tls);
    this.#warn();
    this.#timers = [setInterval(() => this.#rotate(), TICKET_KEYS_MS), setInterval(() => this.#warn(), DAY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  get tls(): TlsSettings {
    return this.#tls;
  }

  get ticketKeys(): Uint8Array {
    return this.#ticketKeys;
  }

  get expiries(): readonly CertificateExpiry[] {
    return this.#expiries;
  }

  /** Takes other certificates, ciphers and versions. Returns what is wrong with them, and then the old ones stay; undefined: in use. */
  replace(tls: TlsSettings): string | undefined {
    if (JSON.stringify(identityOf(tls)) === JSON.stringify(identityOf(this.#tls))) return undefined;
    try {
      this.#expiries = this.#check(tls);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.#tls = { ...this.#tls, ...identityOf(tls) };
    // A session that began under a certificate that was taken back must not be resumed.
    this.#rotate();
    this.#warn();
    return undefined;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #check(tls: TlsSettings): CertificateExpiry[] {
    new SecureContexts(tls, this.#ticketKeys);
    return tls.certificates.map(({ certificate, hosts }) => {
      const { subject, validToDate } = new X509Certificate(certificate);
      return {
        host: (hosts ?? certificateHosts(certificate))[0] ?? subject.replaceAll('\n', ', '),
        expiresEpochMs: validToDate.getTime(),
      };
    });
  }

  #rotate(): void {
    this.#ticketKeys = randomBytes(TICKET_KEYS_BYTES);
    this.#changed();
  }

  #warn(): void {
    const nowMs = Date.now();
    for (const { host, expiresEpochMs } of this.#expiries) {
      const fields = { host, expires: new Date(expiresEpochMs).toISOString() };
      if (expiresEpochMs <= nowMs) this.#log.error(fields, 'A certificate has expired: clients refuse it');
      else if (expiresEpochMs - nowMs < WARNED_BEFORE_MS) this.#log.warn(fields, 'A certificate expires soon');
    }
  }
}

function identityOf({ certificates, clientCertificates, minVersion, ciphers }: TlsSettings) {
  return { certificates, clientCertificates, minVersion, ciphers };
}
