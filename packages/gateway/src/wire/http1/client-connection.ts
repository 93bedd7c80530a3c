import type { Socket } from 'node:net';
import { BufferedBody } from '../../exchange/body.ts';
import type { Fields } from '../../exchange/fields.ts';
import { type BackendTlsConnector, connectFailure, connectPlain, type TargetAddress } from '../tls/connect-backend.ts';
import { BackendError, type BackendRequest, type BackendResponseHandler } from '../wire.ts';
import { ChunkedDecoder } from './chunked-decoder.ts';
import { MessageSyntaxError } from './message-syntax-error.ts';
import { writeRequestHead } from './request-writer.ts';
import { type BodySource, ResponseBody } from './response-body.ts';
import { FRAMING_CHUNKED, FRAMING_CLOSE, FRAMING_LENGTH, FRAMING_NONE, parseResponseHead } from './response-parser.ts';
import { type PendingWrite, writeSoon } from './write-batch.ts';

/** A request that waits for, or is on, a connection. */
export interface PendingCall {
  readonly request: BackendRequest;
  readonly handler: BackendResponseHandler;
  cancelled: boolean;
  connection: ClientConnection | null;
}

/** What a connection tells its pool. */
export interface ConnectionOwner {
  connected(connection: ClientConnection): void;
  /** The connection has answered and can take another request. */
  idle(connection: ClientConnection, keepAliveSeconds: number): void;
  closed(connection: ClientConnection): void;
}

const HEAD_BYTES_MAX = 64 * 1024;
/** How much is turned into text at first: a head and a small body, not all of a large one. */
const TEXT_BYTES_USUAL = 8192;
/** A body up to this size that came whole with its head is handed on in one piece, as the text that it will leave in. */
const WHOLE_BODY_BYTES_MAX = 16 * 1024;
const INTERIM_RESPONSES_MAX = 16;

/** One buffer for the reads of every connection of this thread: what is read is used up, or copied, before the next read. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** One HTTP/1.1 connection to a backend. Carries one request at a time. */
export class ClientConnection implements BodySource, PendingWrite {
  readonly socket: Socket;
  /** Milliseconds of `performance.now()` when it became idle; used by the pool. */
  idleSinceMs = 0;
  idleUntilMs = 0;
  /** It takes no request behind the one that is on it. */
  leaving = false;
  readonly #owner: ConnectionOwner;
  readonly #address: TargetAddress;
  #call: PendingCall | null = null;
  #connected = false;
  #used = false;
  #destroyed = false;
  #partial: Buffer | null = null;
  #interim = 0;
  #headDone = false;
  #framing = FRAMING_NONE;
  #remaining = 0;
  #chunked: ChunkedDecoder | null = null;
  #keepAlive = false;
  #keepAliveSeconds = -1;
  #body: ResponseBody | null = null;
  #requestDone = true;
  #held = false;
  /** The head of a request, to be written with the next batch. */
  #head = '';

  /** `tls`: null for http targets. `dedicated`: for an upgrade; the socket is then handed over and must not read into the shared buffer. */
  constructor(address: TargetAddress, tls: BackendTlsConnector | null, owner: ConnectionOwner, dedicated: boolean) {
    this.#owner = owner;
    this.#address = address;
    if (tls !== null) {
      this.socket = tls.connect();
      this.socket.once('secureConnect', this.#onConnect);
      this.socket.on('data', this.#onData);
    } else if (dedicated) {
      this.socket = connectPlain(address);
      this.socket.once('connect', this.#onConnect);
      this.socket.on('data', this.#onData);
    } else {
      this.socket = connectPlain(address, {
        buffer: READ_BUFFER,
        callback: (bytes: number) => {
          this.#receive(READ_BUFFER.subarray(0, bytes));
          return true;
        },
      });
      this.socket.once('connect', this.#onConnect);
    }
    this.socket.on('error', this.#onError);
    this.socket.on('end', this.#onEnd);
    this.socket.on('close', this.#onClose);
  }

  get usable(): boolean {
    return !this.#destroyed && this.#call === null && this.#connected;
  }

  /** Takes a request: written now when the connection stands, else as soon as it does. */
  assign(call: PendingCall): void {
    this.#call = call;
    call.connection = this;
    if (this.#connected) this.#begin(call);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.socket.destroy();
  }

  hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.socket.pause();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.socket.resume();
  }

  /** The reader does not want the rest of the response: the connection cannot be used again. */
  abandon(): void {
    this.#cancelRequestBody(new Error('The response was abandoned'));
    this.#call = null;
    this.#body = null;
    this.destroy();
  }

  readonly #onConnect = (): void => {
    this.#connected = true;
    const call = this.#call;
    if (call === null) this.#owner.connected(this);
    else this.#begin(call);
  };

  readonly #onData = (bytes: Buffer): void => this.#receive(bytes);

  writePending(): void {
    const head = this.#head;
    this.#head = '';
    if (head !== '' && !this.#destroyed) this.socket.write(head, 'latin1');
  }

  #begin(call: PendingCall): void {
    const { request, handler } = call;
    const { socket } = this;
    this.#headDone = false;
    this.#partial = null;
    this.#interim = 0;
    this.#body = null;
    handler.sent(request.body === null);
    const { body } = request;
    let head: string;
    try {
      head = writeRequestHead(request);
    } catch (error) {
      return this.#fail(new BackendError('request', error instanceof Error ? error.message : String(error)));
    }
    if (body === null) {
      this.#requestDone = true;
      this.#head = head;
      writeSoon(this);
      return;
    }
    this.#requestDone = false;
    const chunked = body.length < 0;
    // Head and a small body leave in one packet.
    socket.cork();
    socket.write(head, 'latin1');
    process.nextTick(() => socket.uncork());
    let sent = 0;
    const onDrain = () => {
      handler.sent(false);
      body.resume();
    };
    socket.on('drain', onDrain);
    body.start({
      data: (piece) => {
        if (this.#call !== call) return body.cancel(new Error('The backend call is over'));
        sent += piece.length;
        if (!chunked && sent > body.length)
          return this.#fail(new BackendError('request', 'The request body is longer than its Content-Length'));
        let more: boolean;
        if (chunked) {
          socket.cork();
          socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
          socket.write(body.borrowed ? Buffer.from(piece) : piece);
          more = socket.write('\r\n', 'latin1');
          process.nextTick(() => socket.uncork());
        } else {
          more = socket.write(body.borrowed ? Buffer.from(piece) : piece);
        }
        handler.sent(!more);
        if (!more) body.pause();
      },
      end: (trailers) => {
        socket.off('drain', onDrain);
        if (this.#call !== call) return;
        if (!chunked && sent !== body.length)
          return this.#fail(new BackendError('request', 'The request body is shorter than its Content-Length'));
        if (chunked) socket.write(writeLastChunk(trailers), 'latin1');
        this.#requestDone = true;
        handler.sent(true);
      },
      fail: (error) => {
        socket.off('drain', onDrain);
        if (this.#call !== call) return;
        this.#requestDone = true;
        this.#fail(new BackendError('request', `The request body broke off: ${error.message}`, error));
      },
    });
  }

  #cancelRequestBody(error: Error): void {
    if (this.#requestDone) return;
    this.#requestDone = true;
    this.#call?.request.body?.cancel(error);
  }

  /** The bytes may stand in the shared read buffer: what is kept of them is copied. */
  #receive(bytes: Buffer): void {
    try {
      this.#parse(bytes);
    } catch (error) {
      if (!(error instanceof MessageSyntaxError)) throw error;
      this.#fail(new BackendError('response', `The backend's response is not valid HTTP/1.1: ${error.message}`));
    }
  }

  #parse(bytes: Buffer): void {
    if (this.#destroyed) return;
    const call = this.#call;
    // Bytes that nobody asked for: the connection is poisoned, a later request would get them as its answer.
    if (call === null) return this.destroy();
    let position = 0;
    while (!this.#headDone) {
      if (this.#partial !== null) {
        bytes = Buffer.concat([this.#partial, position === 0 ? bytes : bytes.subarray(position)]);
        position = 0;
        this.#partial = null;
      }
      const textStart = position;
      let text = bytes.toString('latin1', position, Math.min(bytes.length, position + TEXT_BYTES_USUAL));
      let found = text.indexOf('\r\n\r\n');
      if (found === -1 && bytes.length - position > TEXT_BYTES_USUAL) {
        text = bytes.toString('latin1', position, Math.min(bytes.length, position + HEAD_BYTES_MAX));
        found = text.indexOf('\r\n\r\n');
      }
      if (found === -1) {
        if (bytes.length - position >= HEAD_BYTES_MAX) throw new MessageSyntaxError('the head is too large');
        this.#partial = Buffer.from(bytes.subarray(position));
        return;
      }
      const head = parseResponseHead(bytes, position, found + 4, text, call.request.method);
      position += found + 4;
      if (head.status >= 200) {
        this.#headDone = true;
        this.#framing = head.framing;
        this.#remaining = head.length;
        this.#keepAlive = head.keepAlive;
        this.#keepAliveSeconds = head.keepAliveSeconds;
        if (head.framing === FRAMING_NONE) {
          if (position < bytes.length) this.#keepAlive = false;
          this.#complete(call);
          call.handler.head(head.status, head.reason, head.fields, null);
          return;
        }
        const bodyEnd = position + head.length;
        if (head.framing === FRAMING_LENGTH && head.length <= WHOLE_BODY_BYTES_MAX && bodyEnd <= bytes.length) {
          // More bytes than announced: they belong to no answer, so the connection goes.
          if (bodyEnd < bytes.length) this.#keepAlive = false;
          const inText = bodyEnd - textStart <= text.length;
          const body = inText ? text.slice(position - textStart, bodyEnd - textStart) : bytes.toString('latin1', position, bodyEnd);
          this.#complete(call);
          call.handler.head(head.status, head.reason, head.fields, new BufferedBody(body));
          return;
        }
        this.#chunked = head.framing === FRAMING_CHUNKED ? new ChunkedDecoder() : null;
        const body = new ResponseBody(head.framing === FRAMING_LENGTH ? head.length : -1, this);
        this.#body = body;
        call.handler.head(head.status, head.reason, head.fields, body);
        if (this.#body !== body) return;
      } else if (head.status === 101) {
        return this.#upgrade(call, head.status, head.reason, head.fields, bytes.subarray(position));
      } else if (++this.#interim > INTERIM_RESPONSES_MAX) {
        throw new MessageSyntaxError('there are too many interim responses');
      }
    }
    if (position < bytes.length) this.#parseBody(call, bytes, position);
    // Not for a body that came whole: to stop and start reading again costs the kernel two calls.
    if (this.#body?.waiting === true) this.hold();
  }

  #parseBody(call: PendingCall, bytes: Buffer, start: number): void {
    const body = this.#body;
    if (body === null) return;
    switch (this.#framing) {
      case FRAMING_LENGTH: {
        const end = Math.min(bytes.length, start + this.#remaining);
        this.#remaining -= end - start;
        const piece = bytes.subarray(start, end);
        const finished = this.#remaining === 0;
        body.push(piece);
        if (!finished || this.#body !== body) return;
        // More bytes than announced: they belong to no answer, so the connection goes.
        if (end < bytes.length) this.#keepAlive = false;
        this.#body = null;
        this.#complete(call);
        body.finish(undefined);
        return;
      }
      case FRAMING_CHUNKED: {
        const decoder = this.#chunked as ChunkedDecoder;
        const end = decoder.decode(bytes, start, bytes.length, (piece) => body.push(piece));
        if (!decoder.done || this.#body !== body) return;
        if (end < bytes.length) this.#keepAlive = false;
        this.#body = null;
        this.#complete(call);
        body.finish(decoder.trailers);
        return;
      }
      default:
        body.push(bytes.subarray(start));
    }
  }

  /** The response has come whole: the connection is free, or goes when it cannot be kept. */
  #complete(call: PendingCall): void {
    const requestDone = this.#requestDone;
    if (!requestDone) this.#cancelRequestBody(new Error('The backend answered before the request body was sent'));
    this.#call = null;
    call.connection = null;
    this.#used = true;
    this.release();
    if (this.#keepAlive && requestDone && !this.#destroyed && !this.leaving) this.#owner.idle(this, this.#keepAliveSeconds);
    else this.destroy();
  }

  #upgrade(call: PendingCall, status: number, reason: string, fields: Fields, rest: Buffer): void {
    if (call.request.upgrade === '') throw new MessageSyntaxError('the response changes the protocol unasked');
    const { socket } = this;
    this.#call = null;
    call.connection = null;
    this.#destroyed = true;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.pause();
    if (rest.length > 0) socket.unshift(Buffer.from(rest));
    this.#owner.closed(this);
    call.handler.upgraded(status, reason, fields, socket);
  }

  readonly #onEnd = (): void => {
    const call = this.#call;
    const body = this.#body;
    if (call !== null && body !== null && this.#framing === FRAMING_CLOSE) {
      this.#body = null;
      this.#keepAlive = false;
      this.#complete(call);
      body.finish(undefined);
    } else {
      this.#fail(this.#closedError());
    }
  };

  readonly #onError = (error: Error): void => {
    const message = connectFailure(error, this.#address);
    this.#fail(this.#connected ? this.#closedError(message) : new BackendError('connect', message));
  };

  readonly #onClose = (): void => {
    this.#fail(this.#connected ? this.#closedError() : new BackendError('connect', 'The connection was closed'));
    this.#owner.closed(this);
  };

  #closedError(message = 'The backend closed the connection'): BackendError {
    const untouched = !this.#headDone && this.#partial === null && this.#interim === 0;
    return new BackendError(this.#used && untouched ? 'stale' : 'response', message);
  }

  /** Ends the current call with an error, once, and the connection with it. */
  #fail(error: BackendError): void {
    const call = this.#call;
    const body = this.#body;
    this.#cancelRequestBody(error);
    this.#call = null;
    this.#body = null;
    this.destroy();
    if (call === null) return;
    call.connection = null;
    if (body !== null) body.fail(error);
    else call.handler.failed(error);
  }
}

function writeLastChunk(trailers: Fields | undefined): string {
  let text = '0\r\n';
  trailers?.forEach((name, value) => {
    text += `${name}: ${value}\r\n`;
  });
  return `${text}\r\n`;
}
