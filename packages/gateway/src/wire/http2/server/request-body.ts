import { constants, type ServerHttp2Stream } from 'node:http2';
import { type BodySink, BodyTimeoutError, BodyTooLargeError } from '../../../exchange/body.ts';
import type { Exchange, RequestBody } from '../../../exchange/exchange.ts';
import type { Fields } from '../../../exchange/fields.ts';
import { type Deadlines, Timed } from '../../../upstream/deadlines.ts';
import { requestTrailers } from '../../http1/trailers.ts';
import { readTrailers } from '../trailer-fields.ts';

export interface BodyTimes {
  deadlines: Deadlines;
  bodyTimeoutMs: number;
  requestTimeoutMs: number;
}

/** A request body as its stream brings it. Counts bytes and cuts what is too large or too slow; who does not read is not sent more. */
export class Http2RequestBody extends Timed implements RequestBody {
  readonly length: number;
  readonly borrowed = false;
  exchange: Exchange | null = null;
  readonly #stream: ServerHttp2Stream;
  readonly #times: BodyTimes;
  readonly #requestDeadlineMs: number;
  #expectsContinue: boolean;
  #answered = false;
  #sink: BodySink | null = null;
  #started = false;
  #cancelled = false;
  #error: Error | null = null;
  #trailers: Fields | undefined = undefined;

  /** `length` is -1 when only the end will tell. */
  constructor(stream: ServerHttp2Stream, length: number, expectsContinue: boolean, times: BodyTimes) {
    super();
    this.length = length;
    this.#stream = stream;
    this.#expectsContinue = expectsContinue;
    this.#times = times;
    this.#requestDeadlineMs = times.requestTimeoutMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + times.requestTimeoutMs;
    stream.on('trailers', (_headers, _flags, list) => this.#onTrailers(list));
  }

  get broken(): boolean {
    return this.#error !== null;
  }

  /** From the stream: it was reset, or what it brought is not valid. */
  abort(error: Error): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.#fail(error);
  }

  start(sink: BodySink): void {
    if (this.#started) throw new Error('The body has been started already');
    this.#started = true;
    this.#sink = sink;
    const error = this.#error;
    if (error !== null) {
      queueMicrotask(() => this.#fail(error));
      return;
    }
    if (this.#expectsContinue) {
      this.#expectsContinue = false;
      if (!this.#stream.headersSent && !this.#stream.closed) this.#stream.additionalHeaders({ ':status': 100 });
    }
    this.#touch();
    this.#times.deadlines.add(this);
    this.#stream.on('data', this.#onData);
    this.#stream.on('end', this.#onEnd);
  }

  /** The answer has begun while the body still comes: a conversation, as in gRPC, in which a pause is nobody's fault. */
  answered(): void {
    this.#answered = true;
    this.deadlineMs = Number.POSITIVE_INFINITY;
  }

  pause(): void {
    this.deadlineMs = this.#answered ? Number.POSITIVE_INFINITY : this.#requestDeadlineMs;
    this.#stream.pause();
  }

  resume(): void {
    this.#touch();
    this.#stream.resume();
  }

  /** What still comes is thrown away: the stream ends with its answer. */
  cancel(): void {
    this.#cancelled = true;
    this.#settle();
    this.#stream.resume();
  }

  override expire(): void {
    this.abort(new BodyTimeoutError('The request body did not come in time'));
  }

  readonly #onData = (piece: Buffer): void => {
    const sink = this.#sink;
    if (sink === null) return;
    const { exchange } = this;
    if (exchange !== null) {
      exchange.requestBytes += piece.length;
      if (exchange.requestBytes > exchange.requestBytesMax)
        return this.abort(new BodyTooLargeError('The request body is larger than the limit'));
    }
    this.#touch();
    sink.data(piece);
  };

  readonly #onEnd = (): void => {
    // A reset pushes an end too, and what broke off is not whole.
    if (this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR || this.#stream.aborted)
      return this.abort(new Error('The client reset the stream'));
    this.#settle()?.end(requestTrailers(this.#trailers));
  };

  #onTrailers(list: readonly string[]): void {
    try {
      this.#trailers = readTrailers(list, true);
    } catch (error) {
      this.abort(new Error(`The trailers are not valid: ${error instanceof Error ? error.message : String(error)}`));
    }
  }

  #touch(): void {
    if (this.#answered) return;
    const { bodyTimeoutMs } = this.#times;
    this.deadlineMs = Math.min(this.#requestDeadlineMs, bodyTimeoutMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + bodyTimeoutMs);
  }

  #fail(error: Error): void {
    const sink = this.#settle();
    // Read on, so that what is under way does not hold up the connection.
    if (!this.#stream.destroyed) this.#stream.resume();
    if (!this.#cancelled) sink?.fail(error);
  }

  #settle(): BodySink | null {
    const sink = this.#sink;
    this.#sink = null;
    this.#times.deadlines.delete(this);
    return sink;
  }
}
