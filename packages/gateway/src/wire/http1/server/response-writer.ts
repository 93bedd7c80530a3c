import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Body, type BodySink, BufferedBody } from '../../../exchange/body.ts';
import type { Exchange } from '../../../exchange/exchange.ts';
import type { Fields } from '../../../exchange/fields.ts';
import type { ListenerHandler, Responder } from '../../wire.ts';
import { type PendingWrite, writeSoon } from '../write-batch.ts';
import { AS_ANNOUNCED, CHUNKED, latin1Of, NO_BODY, UNTIL_CLOSE, writeLastChunk, writeResponseHead } from './response-head.ts';

/** Up to this size, copying a piece into the text is cheaper than handing the kernel two pieces. */
const TEXT_BYTES_MAX = 16 * 1024;
/** Text that waits for the end of the turn is written at the latest when it is this long. */
const PENDING_TEXT_MAX = 64 * 1024;

/** What a writer asks and tells of its connection. */
export interface AnswerOwner {
  /** The client speaks HTTP/1.1: it can be sent chunks. */
  readonly http11: boolean;
  /** The Connection line of the head, or empty. Asked once for each answer. `untilClose`: only the end of the connection ends it. */
  connectionLine(exchange: Exchange, untilClose: boolean): string;
  /** More requests of the same packet follow: the answer may wait to leave together with theirs. */
  readonly batching: boolean;
  /** The answer is written. */
  answered(): void;
  /** The client has to read before more can be written; and it has. `bytes` were written. */
  blocked(bytes: number): void;
  unblocked(): void;
  /** The connection leaves HTTP; from here on the exchange is the owner's to end. */
  join(exchange: Exchange, backend: Duplex, head: string): void;
}

/**
 * Writes the answers of one connection, one after the other. What comes within one turn of the event loop leaves in one write: the
 * head with a small body, the chunks of a small body with its end.
 */
export class ResponseWriter implements Responder, BodySink, PendingWrite {
  readonly #socket: Socket;
  readonly #handler: ListenerHandler;
  readonly #owner: AnswerOwner;
  /** With TLS a write is never done at once, and to wait for it with another one costs as much as the answer. */
  readonly #deferred: boolean;
  #exchange: Exchange | null = null;
  #body: Body | null = null;
  #expected = false;
  #gone = false;
  #framing = NO_BODY;
  #bodyBytes = 0;
  /** What waits to be written, as latin1 text. */
  #text = '';
  #scheduled = false;
  /** Its last byte is among what waits. */
  #whole = false;
  #blocked = false;

  constructor(socket: Socket, handler: ListenerHandler, owner: AnswerOwner) {
    this.#socket = socket;
    this.#handler = handler;
    this.#owner = owner;
    this.#deferred = 'encrypted' in socket;
  }

  /** An answer is due, or on its way. */
  get busy(): boolean {
    return this.#expected || this.#exchange !== null;
  }

  /** Bytes of the answer have been written, or wait to be. */
  get begun(): boolean {
    return !this.#expected;
  }

  /** Before the handler gets a request: its answer may come within that call. */
  expect(): void {
    this.#expected = true;
  }

  /** The exchange that the answer is expected for. */
  expectFor(exchange: Exchange): void {
    if (this.#expected) this.#exchange = exchange;
  }

  send(exchange: Exchange): void {
    if (!this.#expected || (this.#exchange !== null && this.#exchange !== exchange)) return;
    this.#expected = false;
    this.#exchange = exchange;
    if (this.#gone) {
      cancelBody(exchange, 'The client went away');
      this.#end(exchange);
      return;
    }
    try {
      this.#write(exchange);
    } catch (error) {
      // One answer that cannot be written must not take the thread down.
      this.#handler.failed(exchange, error);
      cancelBody(exchange, 'The answer could not be written');
      this.#text = '';
      this.#socket.destroy();
    }
  }

  #write(exchange: Exchange): void {
    if (exchange.tunnel !== null) {
      this.#exchange = null;
      this.#owner.join(exchange, exchange.tunnel, joinHead(exchange));
      return;
    }
    const { responseBody, status } = exchange;
    const silent = exchange.method === 'HEAD' || status === 204 || status === 304;
    const whole = responseBody instanceof BufferedBody && !silent ? responseBody : null;
    if (whole === null && isStream(responseBody)) {
      this.#framing = silent ? AS_ANNOUNCED : responseBody.length >= 0 ? responseBody.length : this.#owner.http11 ? CHUNKED : UNTIL_CLOSE;
      this.#bodyBytes = 0;
      const connection = this.#owner.connectionLine(exchange, this.#framing === UNTIL_CLOSE);
      this.#append(writeResponseHead(exchange, status === 204 ? NO_BODY : this.#framing, connection));
      if (silent) {
        responseBody.cancel(new Error('The response has no body'));
        this.#finish();
        return;
      }
      this.#body = responseBody;
      responseBody.start(this);
      return;
    }
    const body = whole !== null ? whole.latin1 : responseBody === null || isStream(responseBody) ? '' : latin1Of(responseBody);
    let framing = body.length;
    if (status === 204) framing = NO_BODY;
    // What the backend says of a body that it does not send stands: only of its own answers do we know the length.
    else if (silent && responseBody === null && exchange.backendStatus !== 0) framing = AS_ANNOUNCED;
    else if (status === 304) framing = NO_BODY;
    const head = writeResponseHead(exchange, framing, this.#owner.connectionLine(exchange, false));
    if (silent) {
      this.#text += head;
    } else {
      exchange.responseBytes += body.length;
      this.#text += head + body;
    }
    this.#finish();
  }

  data(chunk: Uint8Array): void {
    const exchange = this.#exchange as Exchange;
    const bytes = chunk.length;
    if (bytes === 0) return;
    exchange.responseBytes += bytes;
    this.#bodyBytes += bytes;
    if (this.#framing >= 0 && this.#bodyBytes > this.#framing) return this.#cut(new Error('The body is longer than announced'));
    const chunked = this.#framing === CHUNKED;
    if (bytes <= TEXT_BYTES_MAX) {
      const text = latin1Of(chunk);
      this.#append(chunked ? `${bytes.toString(16)}\r\n${text}\r\n` : text);
      return;
    }
    const socket = this.#socket;
    if (chunked) this.#text += `${bytes.toString(16)}\r\n`;
    const joined = this.#text !== '';
    if (joined) {
      socket.cork();
      socket.write(this.#text, 'latin1');
      this.#text = '';
    }
    const own = (this.#body as Body).borrowed ? copyOf(chunk) : chunk;
    let more = socket.write(own);
    if (chunked) more = socket.write('\r\n', 'latin1');
    if (joined) socket.uncork();
    // Written later: the buffer is the socket's until then.
    if (socket.writableLength > 0 && own.buffer === scratch.buffer) scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    if (!more) this.#block();
  }

  end(trailers: Fields | undefined): void {
    this.#body = null;
    if (this.#framing === CHUNKED) {
      const exchange = this.#exchange as Exchange;
      try {
        this.#text += writeLastChunk(acceptsTrailers(trailers, exchange) ? trailers : undefined);
      } catch (error) {
        return this.#cut(error);
      }
    } else if (this.#framing >= 0 && this.#bodyBytes !== this.#framing) {
      return this.#cut(new Error('The body is shorter than announced'));
    }
    this.#finish();
  }

  /** The rest of the response will not come: the client must not take what it has for the whole. */
  fail(): void {
    this.#body = null;
    this.flush();
    this.#socket.destroy();
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#text === '' || this.#socket.destroyed) return;
    const text = this.#text;
    this.#text = '';
    if (!this.#socket.write(text, 'latin1')) this.#block();
  }

  /** From the connection: the client has read what was written. */
  drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#owner.unblocked();
    this.#body?.resume();
  }

  /** From the connection: the client is gone. */
  closed(): void {
    this.#gone = true;
    this.#text = '';
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#handler.aborted(exchange);
    const body = this.#body;
    this.#body = null;
    body?.cancel(new Error('The client went away'));
    // Without an answer yet, `send` is still to come and ends it: the error that it brings belongs into the log.
    if (!this.#expected || exchange.backendCall === null) this.#end(exchange);
  }

  #append(text: string): void {
    this.#text += text;
    if (this.#text.length > PENDING_TEXT_MAX) {
      this.flush();
    } else {
      // The head must not wait for a body that takes its time; what comes at once leaves with it.
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    writeSoon(this);
  }

  /** Writes what waits, and ends the answer when that was all of it. */
  writePending(): void {
    this.#scheduled = false;
    if (this.#deferred && this.#whole) return this.#writeLast();
    this.flush();
    if (!this.#whole) return;
    this.#whole = false;
    // The kernel took it all, as nearly always.
    if (this.#socket.writableLength === 0) this.#written();
    else this.#socket.write('', this.#written);
  }

  #writeLast(): void {
    this.#whole = false;
    const text = this.#text;
    this.#text = '';
    if (!this.#socket.destroyed && !this.#socket.write(text, 'latin1', this.#written)) this.#block();
  }

  #finish(): void {
    if (this.#owner.batching && this.#text.length < PENDING_TEXT_MAX && this.#socket.writableLength === 0) {
      // The next requests of the packet are looked at first; their answers leave together.
      this.#written();
    } else {
      this.#whole = true;
      this.#schedule();
    }
  }

  readonly #written = (): void => {
    const exchange = this.#exchange;
    if (exchange === null || this.#gone || this.#socket.destroyed) return;
    this.#end(exchange);
    this.#owner.answered();
  };

  /** A body that is not what its head says: our own failure, and the client must not take it for whole. */
  #cut(error: unknown): void {
    const exchange = this.#exchange as Exchange;
    this.#handler.failed(exchange, error);
    cancelBody(exchange, 'The answer could not be written');
    this.fail();
  }

  #block(): void {
    // A large piece that the kernel took at once blocks nothing.
    if (this.#blocked || this.#socket.writableLength === 0) return;
    this.#blocked = true;
    this.#owner.blocked(this.#socket.writableLength);
    this.#body?.pause();
  }

  #end(exchange: Exchange): void {
    this.#expected = false;
    this.#exchange = null;
    this.#handler.ended(exchange);
  }
}

const SCRATCH_BYTES = 64 * 1024;

/** Where pieces are copied to that the kernel takes at once, as it mostly does: without a new buffer for each. */
let scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

function copyOf(chunk: Uint8Array): Buffer {
  if (chunk.length > SCRATCH_BYTES) return Buffer.from(chunk);
  scratch.set(chunk);
  return scratch.subarray(0, chunk.length);
}

/** 101: the fields of the backend, and the protocol that was asked for. */
function joinHead(exchange: Exchange): string {
  let head = `HTTP/1.1 101 ${exchange.reason === '' ? 'Switching Protocols' : exchange.reason}\r\n`;
  exchange.response.forEach((name, value) => {
    head += `${name}: ${value}\r\n`;
  });
  return `${head}Connection: Upgrade\r\nUpgrade: ${exchange.upgrade}\r\nX-Request-Id: ${exchange.requestId}\r\n\r\n`;
}

function cancelBody(exchange: Exchange, reason: string): void {
  if (isStream(exchange.responseBody)) exchange.responseBody.cancel(new Error(reason));
  exchange.tunnel?.destroy();
}

function isStream(body: Exchange['responseBody']): body is Body {
  return body !== null && typeof body === 'object' && 'start' in body;
}

/** RFC 9110 section 6.5.1: trailers go to clients that said they take them. */
function acceptsTrailers(trailers: Fields | undefined, exchange: Exchange): boolean {
  return trailers !== undefined && /(?:^|,)\s*trailers\s*(?:[,;]|$)/i.test(exchange.request.joined('te') ?? '');
}
