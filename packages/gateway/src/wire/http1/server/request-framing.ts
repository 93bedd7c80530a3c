import { parseHost } from '../../../exchange/host.ts';
import { CONNECTION, CONTENT_LENGTH, EXPECT, HOST_FIELD, TRANSFER_ENCODING, UPGRADE } from '../incoming-lines.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';

/**
 * What the fields of a request say of the message itself and of its connection: where the body ends (RFC 9112 section 6), whom it is for
 * (section 3.2), and what becomes of the connection (section 9, RFC 9110 sections 7.8 and 10.1.1).
 */
export class RequestFraming {
  http11 = true;
  /** Bytes of Content-Length; -1: there is none. */
  length = -1;
  chunked = false;
  /** Connection tokens in lower case, as one list; and the value of Upgrade, empty when there is none or several. */
  connection = '';
  upgrade = '';
  expectsContinue = false;
  #hosts = 0;
  #upgrades = 0;
  #expects = false;

  begin(http11: boolean): void {
    this.http11 = http11;
    this.length = -1;
    this.chunked = false;
    this.connection = '';
    this.upgrade = '';
    this.expectsContinue = false;
    this.#hosts = 0;
    this.#upgrades = 0;
    this.#expects = false;
  }

  /** Lets go of the texts of a request that was handed on. */
  release(): void {
    this.connection = '';
    this.upgrade = '';
  }

  /** A field of a kind that matters here. Null, or why the message is refused. */
  take(kind: number, value: string): Refusal | null {
    switch (kind) {
      case HOST_FIELD:
        return ++this.#hosts > 1 ? refusal.HOST_COUNT : hostFault(value);
      case CONTENT_LENGTH:
        if (this.length !== -1) return refusal.LENGTH_TWICE;
        this.length = decimal(value);
        return this.length === -1 ? refusal.LENGTH : null;
      case TRANSFER_ENCODING:
        // Exactly chunked: every other coding is read differently by somebody behind us (section 6.1).
        if (this.chunked || value.toLowerCase() !== 'chunked') return refusal.CODING;
        this.chunked = true;
        return null;
      case CONNECTION:
        this.connection = this.connection === '' ? value.toLowerCase() : `${this.connection},${value.toLowerCase()}`;
        return null;
      case UPGRADE:
        this.upgrade = ++this.#upgrades === 1 ? value : '';
        return null;
      case EXPECT:
        // HTTP/1.0 knows no expectations: they are ignored there (RFC 9110 section 10.1.1).
        if (!this.http11) return null;
        if (this.#expects || value.toLowerCase() !== '100-continue') return refusal.EXPECTATION;
        this.#expects = true;
        this.expectsContinue = true;
        return null;
      default:
        return null;
    }
  }

  /** What can be told only when every field is known. Null, or why the message is refused. */
  finish(): Refusal | null {
    if (this.#hosts === 0 && this.http11) return refusal.HOST_COUNT;
    // Two framings, or one that an HTTP/1.0 hop does not know: request smuggling (sections 6.1, 11.2).
    if (this.chunked && (this.length !== -1 || !this.http11)) return refusal.CODING_PLACE;
    return null;
  }
}

/** A valid Host: most requests name the one that the last one named. */
let lastHost = 'localhost';

function hostFault(value: string): Refusal | null {
  if (value === lastHost) return null;
  if (parseHost(value) === undefined) return refusal.HOST;
  lastHost = value;
  return null;
}

/** The number of 1 to 15 digits that the text is (so that it is exact), or -1. */
function decimal(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}
