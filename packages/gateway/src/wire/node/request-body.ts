import type { IncomingMessage } from 'node:http';
import { type Body, type BodySink, BodyTimeoutError, BodyTooLargeError } from '../../exchange/body.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { Fields } from '../../exchange/fields.ts';
import { type Deadlines, Timed } from '../../upstream/deadlines.ts';

/** A request body from node:http. Counts bytes, holds the client to its pace, and cuts what is too large. */
export class NodeRequestBody extends Timed implements Body {
  readonly length: number;
  readonly borrowed = false;
  /** Set as soon as there is one; its `requestBytesMax` is the limit. */
  exchange: Exchange | null = null;
  readonly #message: IncomingMessage;
  readonly #beforeStart: (() => void) | null;
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  #sink: BodySink | null = null;
  #started = false;
  #done = false;
  #error: Error | null = null;

  /** `beforeStart` tells a client that waits for it to go on (100 Continue). */
  constructor(message: IncomingMessage, length: number, deadlines: Deadlines, timeoutMs: number, beforeStart: (() => void) | null) {
    super();
    this.#message = message;
    this.length = length;
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
    this.#beforeStart = beforeStart;
  }

  /** Whether the last byte has been read. */
  get done(): boolean {
    return this.#done;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The client waits for a word before it sends the body. */
  get expectsContinue(): boolean {
    return this.#beforeStart !== null;
  }

  get broken(): boolean {
    return this.#error !== null;
  }

  /** The rest is not valid, or will not come. */
  abort(error: Error): void {
    this.#error = error;
    this.#fail(error);
  }

  start(sink: BodySink): void {
    if (this.#started) throw new Error('The body has been started already');
    this.#started = true;
    this.#sink = sink;
    const message = this.#message;
    const error = this.#error ?? (message.destroyed && !message.complete ? new Error('The client closed the connection') : null);
    if (error !== null) {
      queueMicrotask(() => this.#fail(error));
      return;
    }
    this.#beforeStart?.();
    message.on('data', this.#onData);
    message.on('end', this.#onEnd);
    message.on('error', this.#onClose);
    message.on('close', this.#onClose);
    this.#touch();
    if (this.#timeoutMs > 0) this.#deadlines.add(this);
  }

  pause(): void {
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#message.pause();
  }

  resume(): void {
    this.#touch();
    this.#message.resume();
  }

  cancel(): void {
    this.#settle();
  }

  override expire(): void {
    this.#fail(new BodyTimeoutError('The request body stopped coming'));
  }

  readonly #onData = (piece: Buffer): void => {
    const sink = this.#sink;
    if (sink === null) return;
    const { exchange } = this;
    if (exchange !== null) {
      exchange.requestBytes += piece.length;
      if (exchange.requestBytes > exchange.requestBytesMax) {
        this.#fail(new BodyTooLargeError('The request body is larger than the limit'));
        return;
      }
    }
    this.#touch();
    sink.data(piece);
  };

  readonly #onEnd = (): void => {
    this.#done = true;
    const sink = this.#settle();
    const { rawTrailers } = this.#message;
    sink?.end(rawTrailers.length > 0 ? new Fields(allowedTrailers(rawTrailers)) : undefined);
  };

  readonly #onClose = (): void => {
    this.#fail(new Error('The client closed the connection'));
  };

  #touch(): void {
    this.deadlineMs = performance.now() + this.#timeoutMs;
  }

  #fail(error: Error): void {
    this.#settle()?.fail(error);
  }

  /** Stops listening; the sink, once. */
  #settle(): BodySink | null {
    const sink = this.#sink;
    this.#sink = null;
    this.#deadlines.delete(this);
    const message = this.#message;
    message.off('data', this.#onData);
    message.off('end', this.#onEnd);
    message.off('error', this.#onClose);
    message.off('close', this.#onClose);
    // Nobody may take an error of a message that nobody reads for one that was not handled.
    message.on('error', ignore);
    return sink;
  }
}

function ignore(): void {}

/** RFC 9110 section 6.5.1: no framing, routing, authentication or content fields in trailers. */
const NOT_IN_TRAILERS =
  /^(?:content-|transfer-|access-control-|proxy-|x-forwarded-|x-gatehouse-|(?:connection|host|te|trailer|upgrade|authorization|cookie|set-cookie|expect|forwarded|cache-control|max-forwards|range|if-.{1,30}|traceparent|x-request-id)$)/i;

function allowedTrailers(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!NOT_IN_TRAILERS.test(raw[i] as string)) kept.push(raw[i] as string, raw[i + 1] as string);
  }
  return kept;
}
