import type { Body, BodySink } from '../../exchange/body.ts';
import type { Fields } from '../../exchange/fields.ts';

/** A reaction to this runs as a microtask, for a third of what `queueMicrotask` costs. */
const SOON = Promise.resolve();

/** What feeds a response body; it holds back while the reader is slow. */
export interface BodySource {
  hold(): void;
  release(): void;
  abandon(): void;
}

/**
 * The body of a backend's response. Pieces that come before anybody reads, or while the reader pauses, are kept here (what one
 * read of the socket brought at the most); the source is told to hold back.
 */
export class ResponseBody implements Body {
  readonly length: number;
  readonly borrowed = true;
  #source: BodySource | null;
  #sink: BodySink | null = null;
  #queue: Uint8Array[] | null = null;
  #paused = false;
  #flushing = false;
  #finished = false;
  #cancelled = false;
  #trailers: Fields | undefined = undefined;
  #error: Error | null = null;

  constructor(length: number, source: BodySource) {
    this.length = length;
    this.#source = source;
  }

  get broken(): boolean {
    return this.#error !== null;
  }

  start(sink: BodySink): void {
    if (this.#sink !== null) throw new Error('The body has been started already');
    this.#sink = sink;
    if (this.#queue !== null || this.#finished || this.#error !== null) {
      this.#flushing = true;
      SOON.then(this.#flushSoon);
    }
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#source?.hold();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#flushing) this.#flush();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#queue = null;
    const source = this.#source;
    this.#source = null;
    source?.abandon();
  }

  /** From the source. The piece is copied when it has to wait for its reader. */
  push(piece: Uint8Array): void {
    if (this.#cancelled) return;
    if (this.#sink !== null && !this.#paused && !this.#flushing && this.#queue === null) {
      this.#sink.data(piece);
      return;
    }
    const kept = Buffer.from(piece);
    if (this.#queue === null) this.#queue = [kept];
    else this.#queue.push(kept);
  }

  /** Pieces wait for their reader: the source should not bring more. */
  get waiting(): boolean {
    return this.#queue !== null;
  }

  /** From the source: everything has come. The source is free for the next message. */
  finish(trailers: Fields | undefined): void {
    this.#source = null;
    this.#finished = true;
    this.#trailers = trailers;
    this.#settle();
  }

  /** From the source: the rest will never come. */
  fail(error: Error): void {
    this.#source = null;
    this.#error = error;
    this.#settle();
  }

  #settle(): void {
    if (this.#cancelled || this.#sink === null || this.#flushing || this.#queue !== null) return;
    this.#conclude(this.#sink);
  }

  #conclude(sink: BodySink): void {
    this.#cancelled = true;
    if (this.#error !== null) sink.fail(this.#error);
    else sink.end(this.#trailers);
  }

  readonly #flushSoon = (): void => this.#flush();

  #flush(): void {
    this.#flushing = false;
    const sink = this.#sink;
    if (sink === null || this.#cancelled) return;
    while (this.#queue !== null && !this.#paused && !this.#cancelled) {
      const pieces: Uint8Array[] = this.#queue;
      const piece = pieces.shift();
      if (pieces.length === 0) this.#queue = null;
      if (piece !== undefined) sink.data(piece);
    }
    if (this.#cancelled || this.#paused) return;
    if (this.#finished || this.#error !== null) this.#conclude(sink);
    else this.#source?.release();
  }
}
