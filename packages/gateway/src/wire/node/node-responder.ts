import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayErrorCode } from '@gatehouse/contract';
import type { Body, BodySink } from '../../exchange/body.ts';
import type { Exchange, RequestHead } from '../../exchange/exchange.ts';
import type { Fields } from '../../exchange/fields.ts';
import type { ListenerHandler, Responder } from '../wire.ts';
import { lingerBeforeClose } from './linger.ts';
import type { NodeRequestBody } from './request-body.ts';

/** An unread request body up to this size is read to its end so that the connection can be kept; beyond it, the connection closes. */
const DISCARD_BYTES_MAX = 64 * 1024;

/** Refusals of a message that cannot be trusted, or did not come whole: what follows it on the connection is not served. */
const CLOSING_ERRORS: ReadonlySet<GatewayErrorCode> = new Set(['request.malformed', 'request.invalid-path', 'request.timeout']);

/** Up to this size, copying a body into the head's text is cheaper than handing the kernel two pieces. */
const TEXT_BYTES_MAX = 16 * 1024;

/** The way back to the client through node:http. */
export class NodeResponder implements Responder, BodySink {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #handler: ListenerHandler;
  readonly #requestBody: NodeRequestBody | null;
  readonly #listener: { readonly draining: boolean; answered(socket: Socket): void };
  #exchange: Exchange | null = null;
  #body: Body | null = null;
  #sent = false;
  #ended = false;
  #closed = false;
  #draining = false;

  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    handler: ListenerHandler,
    requestBody: NodeRequestBody | null,
    listener: { readonly draining: boolean; answered(socket: Socket): void },
  ) {
    this.#listener = listener;
    this.#message = message;
    this.#response = response;
    this.#handler = handler;
    this.#requestBody = requestBody;
  }

  run(head: RequestHead): void {
    this.#response.on('close', this.#onClose);
    this.#response.on('error', this.#onError);
    this.#exchange = this.#handler.handle(head, this);
  }

  send(exchange: Exchange): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#exchange ??= exchange;
    try {
      this.#write(exchange);
    } catch (error) {
      // One answer that node:http will not write must not take the thread down.
      this.#handler.failed(exchange, error);
      if (isStream(exchange.responseBody)) exchange.responseBody.cancel(new Error('The answer could not be written'));
      this.#response.destroy();
    }
  }

  #write(exchange: Exchange): void {
    const response = this.#response;
    const { responseBody } = exchange;
    if (this.#closed) {
      if (isStream(responseBody)) responseBody.cancel(new Error('The client went away'));
      exchange.tunnel?.destroy();
      this.#end();
      return;
    }
    if (exchange.tunnel !== null) {
      this.#join(exchange, exchange.tunnel);
      return;
    }
    const fields = exchange.response.list;
    fields.push('X-Request-Id', exchange.requestId);
    if (this.#mustClose(exchange)) {
      fields.push('Connection', 'close');
      lingerBeforeClose(this.#message.socket);
    }
    if (isStream(responseBody)) {
      this.#writeHead(exchange);
      if (exchange.method === 'HEAD') {
        responseBody.cancel(new Error('A response to HEAD has no body'));
        response.end();
        return;
      }
      this.#body = responseBody;
      responseBody.start(this);
      process.nextTick(this.#flushHead);
      return;
    }
    const text = typeof responseBody === 'string';
    if (exchange.error !== null || responseBody !== null) {
      const bytes = responseBody === null ? 0 : text ? Buffer.byteLength(responseBody as string) : (responseBody as Uint8Array).length;
      if (mayHaveBody(exchange.status)) fields.push('Content-Length', String(bytes));
    } else if (exchange.backendStatus === 0 && mayHaveBody(exchange.status)) {
      fields.push('Content-Length', '0');
    }
    this.#writeHead(exchange);
    if (responseBody === null || exchange.method === 'HEAD' || !mayHaveBody(exchange.status)) {
      response.end();
    } else {
      exchange.responseBytes += text ? Buffer.byteLength(responseBody as string) : (responseBody as Uint8Array).length;
      response.end(responseBody);
    }
  }

  data(chunk: Uint8Array): void {
    const exchange = this.#exchange as Exchange;
    const body = this.#body as Body;
    exchange.responseBytes += chunk.length;
    if (exchange.responseBytes === body.length) {
      // The last piece and the end leave together; a small one as text, which node:http joins with the head into one write.
      if (chunk.length <= TEXT_BYTES_MAX) this.#response.end(textOf(chunk), 'latin1');
      else this.#response.end(body.borrowed ? Buffer.from(chunk) : chunk);
      return;
    }
    if (!this.#response.write(body.borrowed ? Buffer.from(chunk) : chunk) && !this.#draining) {
      this.#draining = true;
      body.pause();
      this.#response.once('drain', this.#onDrain);
    }
  }

  end(trailers: Fields | undefined): void {
    if (trailers !== undefined && !this.#response.writableEnded && acceptsTrailers(this.#exchange)) {
      const pairs: [string, string][] = [];
      trailers.forEach((name, value) => {
        pairs.push([name, value]);
      });
      this.#response.addTrailers(pairs);
    }
    if (!this.#response.writableEnded) this.#response.end();
  }

  /** The rest of the response will not come: the client must not take what it has for the whole. */
  fail(): void {
    this.#response.destroy();
  }

  /** The head must not wait for a body that takes its time; what came at once has left with it already. */
  readonly #flushHead = (): void => {
    if (this.#exchange?.responseBytes === 0 && !this.#response.writableEnded && !this.#response.destroyed) this.#response.flushHeaders();
  };

  readonly #onDrain = (): void => {
    this.#draining = false;
    this.#body?.resume();
  };

  readonly #onError = (): void => {
    this.#response.destroy();
  };

  readonly #onClose = (): void => {
    this.#closed = true;
    this.#listener.answered(this.#message.socket);
    const exchange = this.#exchange;
    if (this.#response.writableFinished) this.#end();
    else if (exchange !== null) this.#abort(exchange);
  };

  #abort(exchange: Exchange): void {
    if (this.#ended) return;
    this.#handler.aborted(exchange);
    this.#body?.cancel(new Error('The client went away'));
    // Without an answer yet, `send` is still to come and ends it: the error that it brings belongs into the log.
    if (this.#sent || exchange.backendCall === null) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#exchange !== null) this.#handler.ended(this.#exchange);
  }

  #writeHead(exchange: Exchange): void {
    if (exchange.reason === '') this.#response.writeHead(exchange.status, exchange.response.list);
    else this.#response.writeHead(exchange.status, exchange.reason, exchange.response.list);
  }

  #mustClose({ error }: Exchange): boolean {
    return this.#listener.draining || (error !== null && CLOSING_ERRORS.has(error.code)) || this.#leavesBodyUnread();
  }

  /** Whether more of the request body may come than we want to read only to keep the connection. */
  #leavesBodyUnread(): boolean {
    const body = this.#requestBody;
    if (body === null || body.done || this.#message.complete) return false;
    if (body.expectsContinue && !body.started) return true;
    return body.length < 0 || body.length - (this.#exchange?.requestBytes ?? 0) > DISCARD_BYTES_MAX;
  }

  /** 101: from here on the two connections are one, and HTTP is over. */
  #join(exchange: Exchange, backend: Duplex): void {
    const { socket } = this.#message;
    const response = this.#response;
    let head = `HTTP/1.1 101 ${exchange.reason === '' ? 'Switching Protocols' : exchange.reason}\r\n`;
    exchange.response.forEach((name, value) => {
      head += `${name}: ${value}\r\n`;
    });
    head += `Connection: Upgrade\r\nUpgrade: ${exchange.upgrade}\r\nX-Request-Id: ${exchange.requestId}\r\n\r\n`;
    response.off('close', this.#onClose);
    response.detachSocket(socket);
    socket.write(head, 'latin1');
    const close = () => {
      socket.destroy();
      backend.destroy();
      this.#end();
    };
    socket.on('data', (piece: Buffer) => {
      exchange.requestBytes += piece.length;
    });
    backend.on('data', (piece: Buffer) => {
      exchange.responseBytes += piece.length;
    });
    backend.on('error', close);
    backend.on('close', close);
    socket.on('error', close);
    socket.on('close', close);
    socket.pipe(backend);
    backend.pipe(socket);
  }
}

/** The bytes as latin1 text: each byte is one character, and the same byte again when it is written. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('latin1');
}

function isStream(body: Exchange['responseBody']): body is Body {
  return body !== null && typeof body === 'object' && 'start' in body;
}

/** RFC 9110 section 6.4.1. */
function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/** RFC 9110 section 6.5.1: trailers go to clients that said they take them. */
function acceptsTrailers(exchange: Exchange | null): boolean {
  return /(?:^|,)\s*trailers\s*(?:[,;]|$)/i.test(exchange?.request.joined('te') ?? '');
}
