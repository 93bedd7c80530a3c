import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayErrorCode } from '@gatehouse/contract';
import { BodyTimeoutError } from '../../../exchange/body.ts';
import type { TlsClient } from '../../../exchange/client-certificate.ts';
import type { Exchange } from '../../../exchange/exchange.ts';
import { Fields } from '../../../exchange/fields.ts';
import { MessageSyntaxError } from '../message-syntax-error.ts';
import { hasToken } from '../response-parser.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import { type BodySource, ServerRequestBody } from './request-body.ts';
import { COMPLETE, INCOMPLETE, RequestParser } from './request-parser.ts';
import { writeRefusal } from './response-head.ts';
import { type AnswerOwner, ResponseWriter } from './response-writer.ts';
import type { ServerContext } from './server-context.ts';
import { isTunnelRequest, joinTunnel } from './tunnel.ts';

/** Between requests; nothing of the next one has come. */
const IDLE = 0;
/** Part of a head has come. */
const HEAD = 1;
/** A request is being answered; its body may still be coming. */
const ACTIVE = 2;
/** Answered; the rest of the request body is read so that the connection can be kept. */
const DISCARD = 3;
/** The last answer is out: what still comes is read and thrown away until the client has read it. */
const CLOSING = 4;
/** HTTP is over here. */
const TUNNEL = 5;

/** An unread request body up to this size is read to its end so that the connection can be kept; beyond it, the connection closes. */
const DISCARD_BYTES_MAX = 64 * 1024;
/** What a client may send ahead of the answers that it waits for. */
const AHEAD_BYTES_MAX = 64 * 1024;
/** How long, and for how many bytes, we read on after the last answer: a close with bytes unread is a reset, which overtakes it. */
const LINGER_MS = 1000;
const LINGER_BYTES_MAX = 1024 * 1024;
/** A client that has said that it sends no more may have left: how long it is silently taken for one that only waits. */
const HALF_CLOSED_MS = 1000;
/** What a client has to read in the time that an idle connection has, and for each millisecond more. */
const READ_BYTES_PER_MS_MIN = 32;

/** Refusals of a message that cannot be trusted, or was not taken whole: what follows it on the connection is not served. */
const CLOSING_ERRORS: ReadonlySet<GatewayErrorCode> = new Set([
  'request.malformed',
  'request.invalid-path',
  'request.timeout',
  'request.body-too-large',
  // The client asks again, on a connection that is for this host.
  'request.misdirected',
]);

const NEVER = Number.POSITIVE_INFINITY;

/** What an HTTP/2 client begins with (RFC 9113 section 3.4), made so that HTTP/1.1 servers refuse it. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/**
 * One connection of a client. Requests are answered one after the other: what comes ahead waits, up to a bound, so that answers are in
 * order and a connection never has more than one exchange.
 */
export class ServerConnection implements BodySource, AnswerOwner {
  /** For the list of the listener. */
  previous: ServerConnection | null = null;
  next: ServerConnection | null = null;
  readonly #socket: Socket;
  readonly #context: ServerContext;
  readonly #parser: RequestParser;
  readonly #writer: ResponseWriter;
  readonly #encrypted: boolean;
  readonly #tlsClient: TlsClient | null;
  #peerAddress = '';
  #state = IDLE;
  #http11 = true;
  #keepAlive = true;
  #body: ServerRequestBody | null = null;
  #expectsContinue = false;
  #batching = false;
  #consuming = false;
  #halfClosed = false;
  #held = false;
  #ahead: Buffer[] | null = null;
  #aheadBytes = 0;
  #lingerBytes = 0;
  #writtenBytes = 0;
  /** On the clock of `performance.now()`: for what the state waits for; for the whole request to come; for the client to read. */
  #deadlineMs: number;
  #requestDeadlineMs = NEVER;
  #readDeadlineMs = NEVER;

  constructor(socket: Socket, context: ServerContext, tlsClient: TlsClient | null) {
    this.#socket = socket;
    this.#context = context;
    this.#parser = new RequestParser(context.options.headerBytes, context.options.uriBytes);
    this.#writer = new ResponseWriter(socket, context.handler, this);
    this.#encrypted = 'encrypted' in socket;
    this.#tlsClient = tlsClient;
    this.#deadlineMs = context.deadline(context.options.idleTimeoutMs);
    socket.on('data', context.takeHttp2 === null ? this.#onData : this.#onFirst);
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrain);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /** Nothing is asked that is not answered. */
  get idle(): boolean {
    return this.#state === IDLE;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  // What comes.

  readonly #onData = (bytes: Buffer): void => {
    if (this.#state === CLOSING) {
      this.#lingerBytes += bytes.length;
      if (this.#lingerBytes > LINGER_BYTES_MAX) this.#socket.destroy();
    } else {
      this.#consume(bytes);
    }
  };

  /** The first bytes of a connection that may be one of HTTP/2: what could still become its preface waits for the rest of it. */
  readonly #onFirst = (bytes: Buffer): void => {
    const before = this.#takeAhead();
    const seen = before === null ? bytes : Buffer.concat([before, bytes]);
    const length = Math.min(seen.length, PREFACE.length);
    const fits = PREFACE.compare(seen, 0, length, 0, length) === 0;
    if (fits && length < PREFACE.length) {
      this.#ahead = [seen];
      this.#awaitHead(true);
      return;
    }
    this.#socket.off('data', this.#onFirst);
    if (fits) {
      this.#leave(seen);
    } else {
      this.#socket.on('data', this.#onData);
      this.#state = IDLE;
      this.#consume(seen);
    }
  };

  /** HTTP/2 goes on here. */
  #leave(seen: Buffer): void {
    const socket = this.#socket;
    this.#state = TUNNEL;
    socket.off('end', this.#onEnd);
    socket.off('drain', this.#onDrain);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    this.#context.closed(this);
    // Flowing, it would hand out what is put back before anybody listens.
    socket.pause();
    socket.unshift(seen);
    this.#context.takeHttp2?.(socket);
  }

  #consume(bytes: Buffer): void {
    const end = bytes.length;
    let position = 0;
    this.#consuming = true;
    while (position < end) {
      if (this.#state <= HEAD) {
        const outcome = this.#parser.read(bytes, position);
        position = this.#parser.position;
        if (outcome === COMPLETE) {
          this.#batching = position < end;
          this.#request(position < end);
        } else {
          this.#batching = false;
          if (outcome === INCOMPLETE) this.#awaitHead(this.#parser.begun);
          else this.#refuse(this.#parser.refusal as Refusal);
          break;
        }
      } else if (this.#body !== null) {
        position = this.#readBody(this.#body, bytes, position);
      } else {
        if (this.#state === ACTIVE) this.#keepAhead(position === 0 ? bytes : bytes.subarray(position));
        else if (this.#state === TUNNEL) this.#socket.unshift(bytes.subarray(position));
        break;
      }
    }
    this.#consuming = false;
    this.#batching = false;
    this.#writer.flush();
  }

  #awaitHead(begun: boolean): void {
    if (this.#state === HEAD || !begun) return;
    this.#state = HEAD;
    const { headersTimeoutMs, requestTimeoutMs } = this.#context.options;
    this.#deadlineMs = this.#context.deadline(headersTimeoutMs);
    this.#requestDeadlineMs = this.#context.deadline(requestTimeoutMs);
  }

  /** The head of a request is complete and valid. */
  #request(bodyHasBegun: boolean): void {
    const parser = this.#parser;
    const { framing } = parser;
    const { connection, chunked, http11 } = framing;
    const length = framing.length > 0 ? framing.length : 0;
    this.#http11 = http11;
    this.#keepAlive = connection === '' ? http11 : !hasToken(connection, 'close') && (http11 || hasToken(connection, 'keep-alive'));
    let body: ServerRequestBody | null = null;
    if (chunked || length > 0) {
      body = new ServerRequestBody(chunked ? -1 : length, this);
      if (this.#state === IDLE) this.#requestDeadlineMs = this.#context.deadline(this.#context.options.requestTimeoutMs);
    } else {
      this.#requestDeadlineMs = NEVER;
    }
    this.#body = body;
    this.#expectsContinue = framing.expectsContinue && body !== null && !bodyHasBegun;
    let upgrade = '';
    if (framing.upgrade !== '' && body === null && isTunnelRequest(parser.method, framing)) {
      upgrade = framing.upgrade;
      // Unless it is granted, what follows may be meant for the other protocol.
      this.#keepAlive = false;
    }
    if (this.#peerAddress === '') this.#peerAddress = plainAddress(this.#socket.remoteAddress ?? '');
    const head = {
      method: parser.method,
      target: parser.target,
      protocol: http11 ? 'HTTP/1.1' : 'HTTP/1.0',
      fields: new Fields(parser.fields),
      body,
      peerAddress: this.#peerAddress,
      encrypted: this.#encrypted,
      tlsClient: this.#tlsClient,
      upgrade,
    };
    parser.release();
    this.#state = ACTIVE;
    this.#deadlineMs = this.#halfClosed ? this.#context.deadline(HALF_CLOSED_MS) : NEVER;
    const writer = this.#writer;
    writer.expect();
    writer.expectFor(this.#context.handler.handle(head, writer));
  }

  #readBody(body: ServerRequestBody, bytes: Buffer, start: number): number {
    let position: number;
    try {
      position = body.read(bytes, start);
    } catch (error) {
      if (!(error instanceof MessageSyntaxError)) throw error;
      this.#breakBody(body, new Error(`The body is not valid: ${error.message}`));
      return bytes.length;
    }
    if (this.#body !== body) return position;
    if (body.complete) this.#bodyComplete();
    else if (body.waiting || body.discardedBytes > DISCARD_BYTES_MAX) this.hold();
    else if (body.awaitsClient) this.#deadlineMs = this.#context.deadline(this.#context.options.bodyTimeoutMs);
    return position;
  }

  #bodyComplete(): void {
    this.#body = null;
    this.#requestDeadlineMs = NEVER;
    this.#deadlineMs = this.#halfClosed ? this.#context.deadline(HALF_CLOSED_MS) : NEVER;
    if (this.#state === DISCARD) this.#nextRequest();
  }

  /** The rest of the body will not come, or cannot be understood: neither can what follows it. */
  #breakBody(body: ServerRequestBody, error: Error): void {
    this.#keepAlive = false;
    this.#body = null;
    this.#requestDeadlineMs = NEVER;
    this.#deadlineMs = NEVER;
    if (this.#state === DISCARD) this.#socket.destroy();
    // Part of the answer is out: it cannot be taken back, and its end must not look like one.
    else if (this.#writer.begun) this.#socket.destroy();
    else body.abort(error);
  }

  #keepAhead(bytes: Buffer): void {
    if (this.#ahead === null) this.#ahead = [bytes];
    else this.#ahead.push(bytes);
    this.#aheadBytes += bytes.length;
    if (this.#aheadBytes > AHEAD_BYTES_MAX) this.hold();
  }

  #takeAhead(): Buffer | null {
    const pieces = this.#ahead;
    this.#ahead = null;
    this.#aheadBytes = 0;
    if (pieces === null) return null;
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  // The request body.

  hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#socket.pause();
  }

  release(): void {
    const body = this.#body;
    if (body?.awaitsClient === true) this.#deadlineMs = this.#context.deadline(this.#context.options.bodyTimeoutMs);
    if (!this.#held) return;
    this.#held = false;
    this.#socket.resume();
  }

  wanted(): void {
    this.release();
    if (!this.#expectsContinue) return;
    this.#expectsContinue = false;
    if (!this.#writer.begun) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  // The answer.

  get http11(): boolean {
    return this.#http11;
  }

  get batching(): boolean {
    return this.#batching;
  }

  connectionLine({ error }: Exchange, untilClose: boolean): string {
    if (
      untilClose ||
      this.#context.draining ||
      (error !== null && CLOSING_ERRORS.has(error.code)) ||
      (this.#body !== null && this.#leavesBodyUnread(this.#body))
    )
      this.#keepAlive = false;
    if (!this.#keepAlive) return 'Connection: close\r\n';
    return this.#http11 ? '' : 'Connection: keep-alive\r\n';
  }

  /** Whether more of the request body may come than we want to read only to keep the connection. */
  #leavesBodyUnread(body: ServerRequestBody): boolean {
    if (body.complete) return false;
    return (this.#expectsContinue && !body.started) || body.remaining < 0 || body.remaining > DISCARD_BYTES_MAX;
  }

  answered(): void {
    if (this.#state !== ACTIVE) return;
    this.#readDeadlineMs = NEVER;
    if (!this.#keepAlive) {
      this.#close();
      return;
    }
    const body = this.#body;
    if (body === null) {
      this.#nextRequest();
      return;
    }
    this.#state = DISCARD;
    this.#deadlineMs = this.#context.deadline(this.#context.options.bodyTimeoutMs);
    if (!body.settled) body.cancel();
    this.release();
  }

  #nextRequest(): void {
    this.#state = IDLE;
    this.#deadlineMs = this.#context.deadline(this.#context.options.idleTimeoutMs);
    // The loop that reads what came goes on by itself.
    if (this.#consuming) return;
    const ahead = this.#takeAhead();
    if (ahead !== null) this.#consume(ahead);
    if (this.#state !== IDLE) return;
    if (this.#halfClosed || this.#context.draining) this.#close();
    else this.release();
  }

  blocked(bytes: number): void {
    this.#readDeadlineMs = this.#context.deadline(this.#context.options.idleTimeoutMs) + bytes / READ_BYTES_PER_MS_MIN;
  }

  unblocked(): void {
    this.#readDeadlineMs = NEVER;
  }

  join(exchange: Exchange, backend: Duplex, head: string): void {
    const socket = this.#socket;
    this.#state = TUNNEL;
    this.#deadlineMs = NEVER;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('drain', this.#onDrain);
    socket.write(head, 'latin1');
    const early = this.#takeAhead();
    joinTunnel(exchange, socket, backend, early, () => this.#context.handler.ended(exchange));
    if (this.#halfClosed) backend.end();
  }

  /** Answers a message that became no exchange. */
  #refuse(why: Refusal): void {
    const reply = this.#context.handler.refuse(why.code, why.reason);
    this.#writer.flush();
    this.#socket.write(writeRefusal(reply, this.#parser.method === 'HEAD'), 'latin1');
    this.#close();
  }

  /** Ends our side, and waits until the client has read what it was sent. */
  #close(): void {
    this.#state = CLOSING;
    this.#body = null;
    this.#ahead = null;
    this.#requestDeadlineMs = NEVER;
    this.#deadlineMs = this.#context.deadline(LINGER_MS);
    this.#writer.flush();
    this.#socket.end();
    this.#held = true;
    this.release();
  }

  // The clock.

  /** Acts on what has taken too long. */
  check(nowMs: number): void {
    if (nowMs >= this.#readDeadlineMs) {
      this.#socket.destroy();
    } else if (nowMs >= this.#deadlineMs || nowMs >= this.#requestDeadlineMs) {
      this.#deadlineMs = NEVER;
      this.#requestDeadlineMs = NEVER;
      if (this.#state === HEAD) this.#refuse(refusal.TIMEOUT);
      else if (this.#state === ACTIVE && this.#halfClosed && this.#hasWritten()) this.#deadlineMs = this.#context.deadline(HALF_CLOSED_MS);
      else if (this.#state === ACTIVE && this.#body !== null)
        this.#breakBody(this.#body, new BodyTimeoutError('The request body did not come in time'));
      else this.#socket.destroy();
    }
  }

  /** Whether bytes have been written since the last look: a client that had left would have reset the connection. */
  #hasWritten(): boolean {
    const before = this.#writtenBytes;
    this.#writtenBytes = this.#socket.bytesWritten;
    return this.#writtenBytes !== before;
  }

  // The socket.

  readonly #onDrain = (): void => this.#writer.drained();

  readonly #onError = (): void => {
    this.#socket.destroy();
  };

  /** The client sends no more. Whether it still reads is not known: that shows when it is written to. */
  readonly #onEnd = (): void => {
    this.#halfClosed = true;
    switch (this.#state) {
      case HEAD:
        this.#refuse(refusal.CUT_OFF);
        break;
      case ACTIVE:
        if (this.#body !== null) this.#breakBody(this.#body, new Error('The client closed the connection'));
        this.#deadlineMs = this.#context.deadline(HALF_CLOSED_MS);
        this.#writtenBytes = this.#socket.bytesWritten;
        break;
      case CLOSING:
        this.#socket.destroySoon();
        break;
      default:
        this.#socket.end();
    }
  };

  readonly #onClose = (): void => {
    this.#context.closed(this);
    const body = this.#body;
    this.#body = null;
    this.#ahead = null;
    if (this.#state === TUNNEL) return;
    this.#writer.closed();
    body?.abort(new Error('The client closed the connection'));
  };
}

/** A dual-stack socket reports IPv4 clients as IPv4-mapped IPv6 addresses. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
