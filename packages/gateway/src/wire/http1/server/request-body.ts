import { type BodySink, BodyTooLargeError } from '../../../exchange/body.ts';
import type { Exchange, RequestBody } from '../../../exchange/exchange.ts';
import type { Fields } from '../../../exchange/fields.ts';
import { ChunkedDecoder } from '../chunked-decoder.ts';
import { requestTrailers } from '../trailers.ts';

/** The connection that a request body comes on. */
export interface BodySource {
  /** The reader is slow, or not there yet: nothing more should come. */
  hold(): void;
  release(): void;
  /** Somebody begins to read: a client that waits to be asked for the body is asked. */
  wanted(): void;
}

/** A request body as its connection brings it: by length or in chunks. Counts bytes and cuts what is too large. */
export class ServerRequestBody implements RequestBody {
  readonly length: number;
  readonly borrowed = false;
  exchange: Exchange | null = null;
  /** Whether the last byte has come, wherever it went. */
  complete = false;
  /** Bytes that came after nobody wanted them any more. */
  discardedBytes = 0;
  readonly #source: BodySource;
  readonly #decoder: ChunkedDecoder | null;
  #remaining: number;
  #sink: BodySink | null = null;
  #started = false;
  #paused = false;
  /** Pieces are handed over later in this turn: none may overtake them. */
  #flushing = false;
  #settled = false;
  #queue: Uint8Array[] | null = null;
  #trailers: Fields | undefined = undefined;
  #error: Error | null = null;

  /** `length` is -1 for a chunked body. */
  constructor(length: number, source: BodySource) {
    this.length = length;
    this.#source = source;
    this.#remaining = length;
    this.#decoder = length < 0 ? new ChunkedDecoder(true) : null;
  }

  get started(): boolean {
    return this.#started;
  }

  /** Nobody reads it, or will. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Pieces wait for a reader: no more should come. */
  get waiting(): boolean {
    return this.#queue !== null;
  }

  /** The next move is the client's. */
  get awaitsClient(): boolean {
    return !this.complete && !this.#paused && this.#queue === null && (this.#started || this.#settled);
  }

  /** Bytes that are still to come; -1 when only the end will tell. */
  get remaining(): number {
    return this.#remaining;
  }

  get broken(): boolean {
    return this.#error !== null;
  }

  /** From the connection: reads on in `bytes`, and answers the position behind what was used. Throws `MessageSyntaxError`. */
  read(bytes: Buffer, start: number): number {
    const decoder = this.#decoder;
    if (decoder !== null) {
      const end = decoder.decode(bytes, start, bytes.length, this.#push);
      if (decoder.done) this.#finish(requestTrailers(decoder.trailers));
      return end;
    }
    const end = Math.min(bytes.length, start + this.#remaining);
    this.#remaining -= end - start;
    this.#push(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
    if (this.#remaining === 0) this.#finish(undefined);
    return end;
  }

  /** From the connection: the rest is not valid, or will not come. */
  abort(error: Error): void {
    if (this.#error !== null || this.complete) return;
    this.#error = error;
    this.#queue = null;
    if (this.#started && !this.#flushing) this.#fail(error);
  }

  start(sink: BodySink): void {
    if (this.#started) throw new Error('The body has been started already');
    this.#started = true;
    this.#sink = sink;
    this.#source.wanted();
    if (this.#queue === null && !this.complete && this.#error === null) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    if (!this.complete) this.#source.hold();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#flushing) this.#flush();
  }

  cancel(): void {
    this.#settle();
    this.#queue = null;
    this.#paused = false;
    if (!this.complete) this.#source.release();
  }

  readonly #push = (piece: Uint8Array): void => {
    if (this.#settled) {
      this.discardedBytes += piece.length;
      return;
    }
    const sink = this.#sink;
    if (sink !== null && !this.#paused && !this.#flushing && this.#queue === null) {
      this.#deliver(sink, piece);
      return;
    }
    if (this.#queue === null) this.#queue = [piece];
    else this.#queue.push(piece);
  };

  #deliver(sink: BodySink, piece: Uint8Array): void {
    const { exchange } = this;
    if (exchange !== null) {
      exchange.requestBytes += piece.length;
      if (exchange.requestBytes > exchange.requestBytesMax) {
        this.#fail(new BodyTooLargeError('The request body is larger than the limit'));
        return;
      }
    }
    sink.data(piece);
  }

  #finish(trailers: Fields | undefined): void {
    this.complete = true;
    this.#trailers = trailers;
    if (this.#sink !== null && !this.#flushing && this.#queue === null) this.#end();
  }

  #flush(): void {
    this.#flushing = false;
    while (this.#queue !== null && this.#sink !== null && !this.#paused) {
      const pieces: Uint8Array[] = this.#queue;
      const piece = pieces.shift();
      if (pieces.length === 0) this.#queue = null;
      if (piece !== undefined) this.#deliver(this.#sink, piece);
    }
    if (this.#paused || this.#sink === null) return;
    if (this.#error !== null) this.#fail(this.#error);
    else if (this.complete) this.#end();
    else this.#source.release();
  }

  #end(): void {
    this.#settle()?.end(this.#trailers);
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#queue = null;
    this.#settle()?.fail(error);
  }

  #settle(): BodySink | null {
    const sink = this.#sink;
    this.#sink = null;
    this.#settled = true;
    return sink;
  }
}
