/** Finds the ends of HTTP/1.1 responses in what one connection delivers. Knows just what a load client has to. */
export class ResponseReader {
  /** Status of the last response that was complete. */
  status = 0;
  /** The last response said that the connection ends with it. */
  closes = false;
  #carry: Buffer | undefined;
  /** Bytes of the body that are still to come; -1: reading a head; -2: chunked, until the last chunk. */
  #bodyLeft = -1;

  /** Takes what came; true when the response is complete with it. Throws on what is no response. */
  push(chunk: Buffer): boolean {
    if (this.#bodyLeft >= 0) return this.#takeBody(chunk.length);
    const bytes = this.#carry === undefined ? chunk : Buffer.concat([this.#carry, chunk]);
    if (this.#bodyLeft === -2) return this.#takeChunked(bytes);
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd === -1) {
      this.#carry = Buffer.from(bytes);
      return false;
    }
    this.#carry = undefined;
    const head = bytes.toString('latin1', 0, headEnd + 2);
    if (!head.startsWith('HTTP/1.1 ')) throw new Error('That is no HTTP/1.1 response');
    this.status = Number(head.slice(9, 12));
    this.closes = /\r\nconnection: *close\r\n/i.test(head);
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#bodyLeft = Number(length);
      return this.#takeBody(bytes.length - headEnd - 4);
    }
    if (!/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) throw new Error('The response has no length');
    this.#bodyLeft = -2;
    return this.#takeChunked(bytes.subarray(headEnd + 4));
  }

  #takeBody(length: number): boolean {
    this.#bodyLeft -= length;
    if (this.#bodyLeft < 0) throw new Error('The response is longer than it said');
    return this.#complete(this.#bodyLeft === 0);
  }

  /** The body of the measured response holds no line ends, so the last chunk is found by its bytes. */
  #takeChunked(bytes: Buffer): boolean {
    this.#carry = Buffer.from(bytes.subarray(-5));
    return this.#complete(this.#carry.equals(LAST_CHUNK));
  }

  #complete(complete: boolean): boolean {
    if (!complete) return false;
    this.#bodyLeft = -1;
    this.#carry = undefined;
    return true;
  }
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');
