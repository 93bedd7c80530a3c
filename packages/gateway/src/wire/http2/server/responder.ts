import { constants, type ServerHttp2Stream } from 'node:http2';
import { type Body, type BodySink, BufferedBody } from '../../../exchange/body.ts';
import type { Exchange, RequestHead } from '../../../exchange/exchange.ts';
import type { Fields } from '../../../exchange/fields.ts';
import { type Deadlines, Timed } from '../../../upstream/deadlines.ts';
import { joinTunnel } from '../../http1/server/tunnel.ts';
import type { ListenerHandler, Responder } from '../../wire.ts';
import { toTrailerObject } from '../trailer-fields.ts';
import type { Http2RequestBody } from './request-body.ts';
import { AS_ANNOUNCED, NO_LENGTH, writeResponseHead } from './response-head.ts';

/** What a client has to read in the time that an idle connection has, and for each millisecond more. */
const READ_BYTES_PER_MS_MIN = 32;

export interface ResponderContext {
  handler: ListenerHandler;
  deadlines: Deadlines;
  idleTimeoutMs: number;
}

/** The way back to the client for the exchange of one stream. */
export class Http2Responder extends Timed implements Responder, BodySink {
  readonly #stream: ServerHttp2Stream;
  readonly #context: ResponderContext;
  readonly #requestBody: Http2RequestBody | null;
  #exchange: Exchange | null = null;
  #body: Body | null = null;
  #trailers: Fields | undefined = undefined;
  #length = NO_LENGTH;
  #bodyBytes = 0;
  #sent = false;
  #whole = false;
  #joined = false;
  #gone = false;
  #ended = false;
  #blocked = false;
  #readDeadlineMs = Number.POSITIVE_INFINITY;
  /** Nothing is left to do but to wait until the end of the answer is out. */
  #lingering = false;

  constructor(stream: ServerHttp2Stream, context: ResponderContext, requestBody: Http2RequestBody | null) {
    super();
    this.#stream = stream;
    this.#context = context;
    this.#requestBody = requestBody;
  }

  run(head: RequestHead): void {
    const stream = this.#stream;
    // At once, before the end that a reset pushes too: a request that broke off must not look whole.
    stream.on('aborted', this.#onGone);
    stream.on('close', this.#onClose);
    stream.on('drain', this.#onDrain);
    this.#exchange = this.#context.handler.handle(head, this);
  }

  send(exchange: Exchange): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#exchange ??= exchange;
    if (this.#gone || this.#stream.closed || this.#stream.destroyed) {
      cancelBody(exchange, 'The client went away');
      this.#end();
      return;
    }
    try {
      this.#write(exchange);
    } catch (error) {
      // One answer that cannot be written must not take the thread down.
      this.#fault(error);
    }
  }

  #write(exchange: Exchange): void {
    const stream = this.#stream;
    const { tunnel, responseBody, status } = exchange;
    if (tunnel !== null) {
      // RFC 8441 section 5: the tunnel stands with a 200; the key was ours, and so is the answer to it.
      exchange.response.remove('sec-websocket-accept');
      exchange.status = 200;
      stream.respond(writeResponseHead(exchange, NO_LENGTH));
      exchange.status = status;
      this.#joined = true;
      joinTunnel(exchange, stream, tunnel, null, () => this.#end());
      return;
    }
    const silent = exchange.method === 'HEAD' || status === 204 || status === 304;
    const whole = responseBody instanceof BufferedBody && !silent ? responseBody.bytes : null;
    if (whole === null && isStream(responseBody)) {
      this.#requestBody?.answered();
      const length = silent ? AS_ANNOUNCED : responseBody.length >= 0 ? responseBody.length : NO_LENGTH;
      const head = writeResponseHead(exchange, status === 204 ? NO_LENGTH : length);
      if (silent) {
        responseBody.cancel(new Error('The response has no body'));
        this.#respondWhole(head, null);
        return;
      }
      this.#length = length;
      stream.respond(head, { waitForTrailers: true });
      stream.on('wantTrailers', this.#onWantTrailers);
      this.#body = responseBody;
      responseBody.start(this);
      return;
    }
    const own = typeof responseBody === 'string' ? Buffer.from(responseBody) : isStream(responseBody) ? null : responseBody;
    const bytes = whole ?? own;
    let length = bytes === null ? 0 : bytes.length;
    if (status === 204) length = NO_LENGTH;
    // What the backend says of a body that it does not send stands: only of its own answers do we know the length.
    else if (silent && bytes === null && exchange.backendStatus !== 0) length = AS_ANNOUNCED;
    else if (status === 304) length = NO_LENGTH;
    // What ends with its head, as errors of gRPC do, says nothing of a length.
    else if (bytes === null && exchange.backendStatus !== 0) length = NO_LENGTH;
    const body = silent ? null : bytes;
    exchange.responseBytes += body?.length ?? 0;
    this.#respondWhole(writeResponseHead(exchange, length), body);
  }

  #respondWhole(head: string[], body: Uint8Array | null): void {
    const stream = this.#stream;
    this.#finishing();
    if (body === null || body.length === 0) {
      stream.respond(head, { endStream: true });
    } else {
      stream.respond(head);
      stream.end(body);
    }
  }

  data(chunk: Uint8Array): void {
    const exchange = this.#exchange as Exchange;
    const body = this.#body as Body;
    const { length } = chunk;
    if (length === 0) return;
    exchange.responseBytes += length;
    this.#bodyBytes += length;
    if (this.#length >= 0 && this.#bodyBytes > this.#length) return this.#fault(new Error('The body is longer than announced'));
    if (this.#stream.write(body.borrowed ? Buffer.from(chunk) : chunk) || this.#blocked) return;
    this.#blocked = true;
    this.#awaitReader(this.#stream.writableLength);
    body.pause();
  }

  end(trailers: Fields | undefined): void {
    this.#body = null;
    if (this.#length >= 0 && this.#bodyBytes !== this.#length) return this.#fault(new Error('The body is shorter than announced'));
    this.#trailers = trailers;
    this.#finishing();
    this.#stream.end();
  }

  /** The rest of the response will not come: the client must not take what it has for the whole. */
  fail(): void {
    this.#body = null;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** All of the answer is there; it is out when the client has made room for it. */
  #finishing(): void {
    this.#whole = true;
    this.#awaitReader(this.#stream.writableLength);
    this.#stream.on('finish', this.#onFinish);
  }

  #awaitReader(bytes: number): void {
    const { idleTimeoutMs, deadlines } = this.#context;
    if (idleTimeoutMs === 0) return;
    this.#readDeadlineMs = performance.now() + idleTimeoutMs + bytes / READ_BYTES_PER_MS_MIN;
    this.deadlineMs = this.#readDeadlineMs;
    deadlines.add(this);
  }

  override expire(): void {
    if (performance.now() >= this.#readDeadlineMs) {
      this.#stream.close(constants.NGHTTP2_CANCEL);
    } else if (this.#lingering) {
      if (this.#stream.state.localClose === 1) this.#stream.close(constants.NGHTTP2_NO_ERROR);
      else this.#linger();
    }
  }

  #linger(): void {
    this.#lingering = true;
    this.deadlineMs = performance.now();
    this.#context.deadlines.add(this);
  }

  readonly #onDrain = (): void => {
    if (!this.#blocked) return;
    this.#blocked = false;
    if (!this.#whole) {
      this.#readDeadlineMs = Number.POSITIVE_INFINITY;
      this.#context.deadlines.delete(this);
    }
    this.#body?.resume();
  };

  readonly #onWantTrailers = (): void => {
    try {
      this.#stream.sendTrailers(toTrailerObject(this.#trailers));
    } catch (error) {
      this.#fault(error);
    }
  };

  /** The answer is written: what still comes of the request is of no use, and the client is told so (RFC 9113 section 8.1). */
  readonly #onFinish = (): void => {
    if (this.#stream.readableEnded || this.#ended) return;
    if (this.#requestBody !== null) this.#stream.resume();
    this.#linger();
  };

  /** The client reset the stream, or the connection is gone. */
  readonly #onGone = (): void => {
    if (this.#gone || this.#ended || this.#joined) return;
    this.#gone = true;
    this.#context.deadlines.delete(this);
    this.#requestBody?.abort(new Error('The client reset the stream'));
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#context.handler.aborted(exchange);
    const body = this.#body;
    this.#body = null;
    body?.cancel(new Error('The client went away'));
    // Without an answer yet, `send` is still to come and ends it: the error that it brings belongs into the log.
    if (this.#sent || exchange.backendCall === null) this.#end();
  };

  readonly #onClose = (): void => {
    const { rstCode, writableFinished } = this.#stream;
    if (this.#whole && (writableFinished || rstCode === constants.NGHTTP2_NO_ERROR)) this.#end();
    else this.#onGone();
  };

  /** An answer that is not what its head says, or that cannot be written: our own failure. */
  #fault(error: unknown): void {
    const exchange = this.#exchange as Exchange;
    this.#context.handler.failed(exchange, error);
    cancelBody(exchange, 'The answer could not be written');
    this.#body = null;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.deadlines.delete(this);
    if (this.#exchange !== null) this.#context.handler.ended(this.#exchange);
  }
}

function cancelBody(exchange: Exchange, reason: string): void {
  if (isStream(exchange.responseBody)) exchange.responseBody.cancel(new Error(reason));
  exchange.tunnel?.destroy();
}

function isStream(body: Exchange['responseBody']): body is Body {
  return body !== null && typeof body === 'object' && 'start' in body;
}
