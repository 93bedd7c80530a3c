import type { Fields } from '../../exchange/fields.ts';
import { MessageSyntaxError } from './message-syntax-error.ts';
import { parseTrailers } from './trailers.ts';

const SIZE = 0;
const DATA = 1;
const DATA_END = 2;
const TRAILERS = 3;
const DONE = 4;

/** Longest line of a chunk size with its extensions: they carry nothing that anyone uses, and were used to attack proxies. */
const SIZE_LINE_BYTES_MAX = 256;
const TRAILER_BYTES_MAX = 16 * 1024;

/** Decodes chunked transfer coding (RFC 9112 section 7.1), strictly: exact CRLF, hexadecimal sizes of at most 8 digits. */
export class ChunkedDecoder {
  readonly #framingRefused: boolean;
  #state = SIZE;
  #remaining = 0;
  #line = '';
  trailers: Fields | undefined = undefined;

  /** `framingRefused`: a framing field among the trailers is an error, as in requests; else it is dropped like others that may not be there. */
  constructor(framingRefused = false) {
    this.#framingRefused = framingRefused;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  /**
   * Reads `bytes` from `start`, calls back with each piece of data (views, not copies), and returns the position after
   * what it used: less than the end only when the body is complete. Throws `MessageSyntaxError`.
   */
  decode(bytes: Buffer, start: number, end: number, data: (piece: Buffer) => void): number {
    let position = start;
    while (position < end && this.#state !== DONE) {
      switch (this.#state) {
        case SIZE:
          position = this.#readLine(bytes, position, end, SIZE_LINE_BYTES_MAX);
          if (this.#line.endsWith('\r\n')) {
            this.#remaining = chunkSize(this.#line);
            this.#line = '';
            this.#state = this.#remaining === 0 ? TRAILERS : DATA;
          }
          break;
        case DATA: {
          const take = Math.min(this.#remaining, end - position);
          data(bytes.subarray(position, position + take));
          position += take;
          this.#remaining -= take;
          if (this.#remaining === 0) this.#state = DATA_END;
          break;
        }
        case DATA_END:
          position = this.#readLine(bytes, position, end, 2);
          if (this.#line === '\r\n') {
            this.#line = '';
            this.#state = SIZE;
          } else if (this.#line !== '\r') {
            throw new MessageSyntaxError('a chunk is longer than its size says');
          }
          break;
        default:
          position = this.#readLine(bytes, position, end, TRAILER_BYTES_MAX);
          if (this.#line === '\r\n' || this.#line.endsWith('\r\n\r\n')) {
            if (this.#line.length > 2) this.trailers = parseTrailers(this.#line, this.#framingRefused);
            this.#line = '';
            this.#state = DONE;
          }
      }
    }
    return position;
  }

  /** Adds to the line up to and with the next LF. */
  #readLine(bytes: Buffer, start: number, end: number, bytesMax: number): number {
    const lf = bytes.indexOf(10, start);
    const stop = lf === -1 || lf >= end ? end : lf + 1;
    if (this.#line.length + stop - start > bytesMax) throw new MessageSyntaxError('a chunk line or the trailers are too long');
    this.#line += bytes.toString('latin1', start, stop);
    if (this.#line.endsWith('\n') && !this.#line.endsWith('\r\n'))
      throw new MessageSyntaxError('a line of the chunked body ends without CR');
    return stop;
  }
}

/**
 * The extensions are checked although nobody uses them: parsers that skip them differently see chunks that begin at different places.
 * White space around them (section 7.1.1, "bad whitespace") is refused.
 */
const SIZE_LINE =
  /^([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*\r\n$/;

function chunkSize(line: string): number {
  const match = SIZE_LINE.exec(line);
  if (match === null) throw new MessageSyntaxError('a chunk size is not a hexadecimal number, or its extensions are not valid');
  return Number.parseInt(match[1] as string, 16);
}
