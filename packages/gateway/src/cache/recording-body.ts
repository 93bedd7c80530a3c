import type { Body, BodySink } from '../exchange/body.ts';
import type { Fields } from '../exchange/fields.ts';

/** Where the copy of a body has its place. */
export interface Recording {
  /** Largest body, in bytes. */
  bytesMax: number;
  /** Whether there is room for so many bytes more. */
  reserve(bytes: number): boolean;
  /** They are not needed any more. */
  release(bytes: number): void;
  /** The body has come whole. */
  whole(bytes: Uint8Array): void;
}

/** A body that is copied while it passes; what does not come whole, or is too large, is told to nobody. */
export class RecordingBody implements Body, BodySink {
  readonly #inner: Body;
  readonly #recording: Recording;
  #sink: BodySink | null = null;
  /** Null: nothing is copied any more. */
  #chunks: Uint8Array[] | null = [];
  #bytes = 0;

  constructor(inner: Body, recording: Recording) {
    this.#inner = inner;
    this.#recording = recording;
  }

  get length(): number {
    return this.#inner.length;
  }

  get borrowed(): boolean {
    return this.#inner.borrowed;
  }

  get broken(): boolean {
    return this.#inner.broken;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#inner.start(this);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  cancel(reason: Error): void {
    this.#drop();
    this.#inner.cancel(reason);
  }

  data(chunk: Uint8Array): void {
    if (this.#chunks !== null) {
      const { bytesMax, reserve } = this.#recording;
      if (this.#bytes + chunk.length > bytesMax || !reserve(chunk.length)) this.#drop();
      else {
        // Its own copy in any case: what others do with a piece that they were given must not change what is kept.
        this.#chunks.push(Uint8Array.from(chunk));
        this.#bytes += chunk.length;
      }
    }
    this.#sink?.data(chunk);
  }

  end(trailers: Fields | undefined): void {
    // Trailers are not kept, and without them it is another response.
    const body = this.#chunks === null || trailers !== undefined ? null : Buffer.concat(this.#chunks);
    this.#drop();
    if (body !== null) this.#recording.whole(body);
    this.#sink?.end(trailers);
  }

  fail(error: Error): void {
    this.#drop();
    this.#sink?.fail(error);
  }

  #drop(): void {
    this.#chunks = null;
    this.#recording.release(this.#bytes);
    this.#bytes = 0;
  }
}
