import type { X509Certificate } from 'node:crypto';

/** The certificate that a client showed in the handshake of its connection, and that was found to be good there. */
export class ClientCertificate {
  readonly #certificate: X509Certificate;
  readonly #forwarded: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresEpochMs: number;
  #field = '';

  /** `forwarded`: backends are shown it. */
  constructor(certificate: X509Certificate, forwarded: boolean) {
    this.#certificate = certificate;
    this.#forwarded = forwarded;
    this.expiresEpochMs = certificate.validToDate.getTime();
  }

  get pem(): string {
    return this.#certificate.toString();
  }

  /** As Amazon API Gateway writes it: `C=US,O=Example,CN=My Client`; separators within a value are escaped (RFC 4514). */
  get subject(): string {
    return onOneLine(this.#certificate.subject);
  }

  get issuer(): string {
    return onOneLine(this.#certificate.issuer);
  }

  /** As OpenSSL prints it: decimal when it is short, else bytes in hexadecimal with colons. */
  get serialNumber(): string {
    const { serialNumber } = this.#certificate;
    if (serialNumber.length <= SHORT_SERIAL_DIGITS) return BigInt(`0x${serialNumber}`).toString();
    return (serialNumber.toLowerCase().match(/../g) ?? []).join(':');
  }

  /** `Aug 29 00:28:21 2020 GMT`. */
  get notBefore(): string {
    return this.#certificate.validFrom;
  }

  get notAfter(): string {
    return this.#certificate.validTo;
  }

  /** SHA-256 over the certificate, bytes in hexadecimal with colons. */
  get fingerprint(): string {
    return this.#certificate.fingerprint256;
  }

  /** Value of the Client-Cert field (RFC 9440) that backends get; empty: none. */
  get field(): string {
    if (this.#forwarded && this.#field === '') this.#field = `:${this.#certificate.raw.toString('base64')}:`;
    return this.#field;
  }
}

/** Eight bytes. */
const SHORT_SERIAL_DIGITS = 16;

/** What the handshake of a TLS connection said of the client. One for all requests of the connection. */
export interface TlsClient {
  /** Key of the rule that was in force for the name that the client asked for (SNI). */
  readonly rule: string;
  /** Null: it showed none, or none that was accepted. */
  readonly certificate: ClientCertificate | null;
  /** Why the certificate that it showed was not accepted, as OpenSSL names it; empty: none was shown, or it was good. */
  readonly fault: string;
}

/** Line ends within a value are escaped already, so that nothing in it can pass for another attribute. */
function onOneLine(name: string): string {
  return name.replaceAll('\n', ',');
}
