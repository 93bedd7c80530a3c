import type { Fields } from './fields.ts';

/**
 * A message body on its way. Streaming is the default: pieces are pushed into one sink as they come, nothing is kept.
 * The wire implements it for requests (bytes from the client) and for responses (bytes from the backend).
 */
export interface Body {
  /** Bytes that are announced (Content-Length), or -1 when only the end tells (chunked, or until close). */
  readonly length: number;
  /** Pieces are the sink's during the call only: what it keeps, it copies. False: pieces are its own. */
  readonly borrowed: boolean;
  /** It broke off before anybody read it: whoever has not answered yet can still answer with an error. */
  readonly broken: boolean;
  /** Begins the flow. Once per body: a second call throws. Nothing is pushed before this call returns. */
  start(sink: BodySink): void;
  /** Asks the source to hold back, and to go on. What is under way may still come. */
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. The source is told; the sink hears nothing more. */
  cancel(reason: Error): void;
}

/** Where a body goes. Exactly one of `end` and `fail` is called, last. */
export interface BodySink {
  data(chunk: Uint8Array): void;
  /** `trailers` is undefined when there were none. */
  end(trailers: Fields | undefined): void;
  fail(error: Error): void;
}

/** A body that is already in memory; may be started again, which is what makes a retry possible. */
export class BufferedBody implements Body {
  readonly length: number;
  readonly borrowed = false;
  readonly broken = false;
  #bytes: Uint8Array | null;
  #latin1: string;
  #cancelled = false;

  /** `body`: the bytes; or as text, in which each character is a byte. */
  constructor(body: Uint8Array | string) {
    this.length = body.length;
    this.#bytes = typeof body === 'string' ? null : body;
    this.#latin1 = typeof body === 'string' ? body : '';
  }

  get bytes(): Uint8Array {
    this.#bytes ??= Buffer.from(this.#latin1, 'latin1');
    return this.#bytes;
  }

  /** Each byte as one character: how a small body is joined with its head. */
  get latin1(): string {
    const bytes = this.#bytes;
    if (bytes === null || this.#latin1 !== '') return this.#latin1;
    this.#latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    return this.#latin1;
  }

  start(sink: BodySink): void {
    this.#cancelled = false;
    queueMicrotask(() => {
      if (this.#cancelled) return;
      if (this.bytes.length > 0) sink.data(this.bytes);
      if (!this.#cancelled) sink.end(undefined);
    });
  }

  pause(): void {}
  resume(): void {}
  cancel(): void {
    this.#cancelled = true;
  }
}

/** The body has more bytes than a step, or the gateway, allows. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

/** The client stopped sending its body for too long. */
export class BodyTimeoutError extends Error {
  override name = 'BodyTimeoutError';
}

/** Reads a whole body into memory, up to a limit in bytes. Rejects with `BodyTooLargeError`, or with what the wire reports. */
export function readBody(body: Body, bytesMax: number): Promise<BufferedBody> {
  if (body instanceof BufferedBody) {
    return body.length > bytesMax ? Promise.reject(new BodyTooLargeError('The body is larger than the limit')) : Promise.resolve(body);
  }
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const tooLarge = () => {
      const error = new BodyTooLargeError('The body is larger than the limit');
      body.cancel(error);
      reject(error);
    };
    if (body.length > bytesMax) return tooLarge();
    body.start({
      data(chunk) {
        bytes += chunk.length;
        if (bytes > bytesMax) tooLarge();
        else chunks.push(body.borrowed ? Uint8Array.from(chunk) : chunk);
      },
      end() {
        resolve(new BufferedBody(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)));
      },
      fail: reject,
    });
  });
}
