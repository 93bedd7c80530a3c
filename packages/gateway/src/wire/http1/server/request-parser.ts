import { METHODS } from 'node:http';
import { FIELD_VALUE, TARGET, TOKEN } from '../characters.ts';
import { hashWith, IncomingLines, ORDINARY, TRANSFER_ENCODING } from '../incoming-lines.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import { RequestFraming } from './request-framing.ts';

/** What `read` came to. */
export const INCOMPLETE = 0;
export const COMPLETE = 1;
export const REFUSED = 2;

const lines = new IncomingLines();

const METHOD_LENGTH_MAX = 32;
/** A head is turned into text in pieces of this size, so that a body behind it is not. */
const PIECE_BYTES = 4096;

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const SLASH = 47;
const COLON = 58;
const VERSION_11 = 'HTTP/1.1\r\n';
const VERSION_10 = 'HTTP/1.0\r\n';

/**
 * Parses heads of requests, one after the other (RFC 9112 sections 2 to 6). Strict: what another parser could read differently is
 * refused, never repaired. What comes in pieces is parsed line by line, so a fault is answered when it is seen, not when the head ends.
 * The properties are valid between COMPLETE and the next `read`.
 */
export class RequestParser {
  method = '';
  target = '';
  /** Flat list name, value; a new one for each request. */
  fields: string[] = [];
  readonly framing = new RequestFraming();
  refusal: Refusal | null = null;
  /** Where the next byte that is not read yet stands in what was given to `read`. */
  position = 0;

  readonly #headBytesMax: number;
  readonly #targetBytesMax: number;
  /** What has come of a line that is not complete. */
  #rest: Buffer | null = null;
  #next = 0;
  /** Bytes of the head before `#rest`. */
  #headBytes = 0;
  #inFields = false;
  #done = false;
  #emptyLine = false;

  constructor(headBytesMax: number, targetBytesMax: number) {
    this.#headBytesMax = headBytesMax;
    this.#targetBytesMax = targetBytesMax;
  }

  /** Whether a request has begun: more than the empty line that may stand before it has come. */
  get begun(): boolean {
    return this.#inFields || (this.#rest !== null && this.#rest[0] !== CR);
  }

  /** Lets go of the last request: an idle connection keeps nothing of it. */
  release(): void {
    this.method = '';
    this.fields = NONE;
    this.target = '';
    this.framing.release();
  }

  /** Reads on in `bytes` from `start`; `position` is behind what was used. */
  read(bytes: Buffer, start: number): number {
    const rest = this.#rest;
    if (rest === null) {
      const outcome = this.#read(bytes, start);
      this.position = this.#next;
      return outcome;
    }
    this.#rest = null;
    const outcome = this.#read(Buffer.concat([rest, start === 0 ? bytes : bytes.subarray(start)]), 0);
    this.position = start + this.#next - rest.length;
    return outcome;
  }

  #read(bytes: Buffer, start: number): number {
    let from = start;
    let pieceBytes = PIECE_BYTES;
    for (;;) {
      const stop = Math.min(bytes.length, from + pieceBytes);
      const used = this.#lines(bytes, from, stop, bytes.toString('latin1', from, stop));
      if (used < 0) return REFUSED;
      this.#headBytes += used - from;
      if (this.#headBytes > this.#headBytesMax) return this.#refuse(refusal.HEAD_LENGTH);
      if (this.#done) {
        this.#next = used;
        return this.#finish();
      }
      if (this.#headBytes + stop - used > this.#headBytesMax)
        return this.#refuse(this.#inFields ? refusal.HEAD_LENGTH : refusal.TARGET_LENGTH);
      if (stop === bytes.length) {
        // A copy: what is kept for an unknown time must not keep the whole packet.
        if (used < stop) this.#rest = Buffer.from(bytes.subarray(used));
        this.#next = stop;
        return INCOMPLETE;
      }
      if (used === from) pieceBytes *= 4;
      from = used;
    }
  }

  /**
   * Parses the complete lines between `start` and `end`; answers where they end, or -1 when one is refused. `text` is the same as
   * latin1: characters are looked at in the bytes, which is twice as fast, and cut out of the text.
   */
  #lines(bytes: Buffer, start: number, end: number, text: string): number {
    let position = start;
    if (!this.#inFields) {
      position = this.#requestLine(bytes, this.#skipEmptyLine(bytes, start, end), end, text, start);
      if (!this.#inFields) return position;
    }
    const { fields } = this;
    for (;;) {
      const lineStart = position;
      const expected = lines.expected(bytes, lineStart, end);
      if (expected !== -1) {
        position += lines.lineLength(expected);
        const value = lines.value(expected);
        fields.push(lines.name(expected), value);
        const kind = lines.kind(expected);
        if (kind !== ORDINARY && !this.#special(kind, value)) return -1;
        continue;
      }
      let code = 0;
      let hash = 0;
      while (position < end) {
        code = bytes[position] as number;
        if (TOKEN[code] !== 1) break;
        hash = hashWith(hash, code);
        position++;
      }
      if (position === end) return lineStart;
      if (code !== COLON || position === lineStart) {
        // The empty line is the end. All else covers obs-fold, a missing colon, and space before the colon (sections 5.1, 5.2).
        if (code !== CR || position !== lineStart) return this.#fault(refusal.FIELD_NAME);
        if (position + 1 === end) return lineStart;
        if (bytes[position + 1] !== LF) return this.#fault(refusal.FIELD_CHARACTER);
        this.#done = true;
        return position + 2;
      }
      const nameEnd = position++;
      while (position < end && isBlank(bytes[position] as number)) position++;
      const valueStart = position;
      while (position < end && FIELD_VALUE[bytes[position] as number] === 1) position++;
      if (position === end) return lineStart;
      if (bytes[position] !== CR) return this.#fault(refusal.FIELD_CHARACTER);
      if (position + 1 === end) return lineStart;
      if (bytes[position + 1] !== LF) return this.#fault(refusal.FIELD_CHARACTER);
      let valueEnd = position;
      while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] as number)) valueEnd--;
      const value = text.slice(valueStart - start, valueEnd - start);
      position += 2;

      const slot = lines.read(bytes, lineStart, nameEnd, hash, value, position);
      if (slot === -1) {
        fields.push(text.slice(lineStart - start, nameEnd - start), value);
      } else {
        fields.push(lines.name(slot), value);
        const kind = lines.kind(slot);
        if (kind !== ORDINARY && (!this.#special(kind, value) || !this.#untabbed(kind, bytes, valueEnd, position))) return -1;
      }
    }
  }

  /** RFC 9112 section 2.2: an empty line before the request line is ignored; one, as old clients send behind a body. */
  #skipEmptyLine(bytes: Buffer, start: number, end: number): number {
    if (this.#emptyLine || start + 1 >= end || bytes[start] !== CR || bytes[start + 1] !== LF) return start;
    this.#emptyLine = true;
    return start + 2;
  }

  /** The request line at `start` (section 3); answers where the fields begin, or the start when the line is not complete. */
  #requestLine(bytes: Buffer, start: number, end: number, text: string, textStart: number): number {
    if (start === end) return start;
    let position = start;
    while (position < end && TOKEN[bytes[position] as number] === 1) position++;
    if (position - start > METHOD_LENGTH_MAX) return this.#fault(refusal.METHOD);
    if (position === end) return start;
    if (position === start || bytes[position] !== SPACE) {
      if (bytes[position] !== CR || position !== start) return this.#fault(refusal.METHOD);
      if (this.#emptyLine) return this.#fault(refusal.EMPTY_LINES);
      // A CR whose LF has not come, else the empty line would have been skipped.
      return position + 1 === end ? start : this.#fault(refusal.METHOD);
    }
    const methodEnd = position++;
    while (position < end && TARGET[bytes[position] as number] === 1) position++;
    if (position - methodEnd - 1 > this.#targetBytesMax) return this.#fault(refusal.TARGET_LENGTH);
    if (position === end) return start;
    if (position === methodEnd + 1 || bytes[position] !== SPACE) return this.#fault(refusal.TARGET_CHARACTER);
    const targetEnd = position++;
    const versionStart = position - textStart;
    const http11 = text.startsWith(VERSION_11, versionStart);
    if (!http11 && !text.startsWith(VERSION_10, versionStart)) {
      const version = text.slice(versionStart, versionStart + VERSION_11.length);
      return VERSION_11.startsWith(version) || VERSION_10.startsWith(version) ? start : this.#fault(refusal.VERSION);
    }
    const method = methodOf(text.slice(start - textStart, methodEnd - textStart));
    if (method === undefined) return this.#fault(refusal.METHOD_UNKNOWN);
    if (method === 'CONNECT') return this.#fault(refusal.CONNECT);
    this.method = method;
    if (bytes[methodEnd + 1] !== SLASH) return this.#fault(refusal.TARGET_FORM);
    this.target = text.slice(methodEnd + 1 - textStart, targetEnd - textStart);
    this.#inFields = true;
    this.fields = [];
    this.framing.begin(http11);
    lines.begin();
    return position + VERSION_11.length;
  }

  /** A field that the message itself, or the connection, depends on. False: refused. */
  #special(kind: number, value: string): boolean {
    const fault = this.framing.take(kind, value);
    return fault === null || this.#isRefused(fault);
  }

  /** A tab behind a coding is white space to some, and part of another coding to others. */
  #untabbed(kind: number, bytes: Buffer, start: number, end: number): boolean {
    if (kind !== TRANSFER_ENCODING) return true;
    for (let i = start; i < end; i++) if (bytes[i] === TAB) return this.#isRefused(refusal.CODING);
    return true;
  }

  #finish(): number {
    this.#headBytes = 0;
    this.#inFields = false;
    this.#emptyLine = false;
    this.#done = false;
    const fault = this.framing.finish();
    return fault === null ? COMPLETE : this.#refuse(fault);
  }

  #refuse(why: Refusal): number {
    this.refusal = why;
    return REFUSED;
  }

  #fault(why: Refusal): number {
    if (!this.#inFields) this.method = '';
    this.refusal = why;
    return -1;
  }

  #isRefused(why: Refusal): false {
    this.refusal = why;
    return false;
  }
}

/** RFC 9110 section 16.1.1 and the registered ones: what is misread as a method (`get`, `oGET`) is mostly the end of something else. */
const KNOWN_METHODS = new Map(METHODS.map((method) => [method, method]));

/** The method as a constant, which is compared by its address; undefined when it is not known. */
function methodOf(text: string): string | undefined {
  return text === 'GET' ? 'GET' : KNOWN_METHODS.get(text);
}

const NONE: string[] = [];

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
