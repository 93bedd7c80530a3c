import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayErrorCode } from '@gatehouse/contract';
import { BodyTimeoutError } from '../../exchange/body.ts';
import type { RequestHead } from '../../exchange/exchange.ts';
import { Fields, isName } from '../../exchange/fields.ts';
import { parseHost } from '../../exchange/host.ts';
import type { Reply } from '../../exchange/reply.ts';
import type { Deadlines } from '../../upstream/deadlines.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../wire.ts';
import { isClosing, lingerBeforeClose } from './linger.ts';
import { NodeResponder } from './node-responder.ts';
import { NodeRequestBody } from './request-body.ts';
import { createUpgradeResponse } from './upgrade-response.ts';

/** Longest token list of an Upgrade field that is passed on. */
const UPGRADE_TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}(?:\/[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32})?$/;

/** HTTP/1.1 from clients through node:http (llhttp in its strict mode), with the checks that a gateway needs on top. */
export class NodeListener implements Listener {
  readonly #options: ListenerOptions;
  readonly #handler: ListenerHandler;
  readonly #deadlines: Deadlines;
  readonly #server: Server;
  /** Connections that left HTTP: they are no longer the server's to close. */
  readonly #tunnels = new Set<Duplex>();
  /** What responders see of the listener. */
  readonly #state = { draining: false, answered: (socket: Socket) => this.#answered(socket) };
  /** Requests of a connection that are not answered yet, and the error that waits behind them. */
  readonly #pending = new WeakMap<Socket, number>();
  readonly #deferred = new WeakMap<Socket, ClientError>();
  readonly #last = new WeakMap<Socket, { message: IncomingMessage; response: ServerResponse; body: NodeRequestBody | null }>();

  constructor(options: ListenerOptions, handler: ListenerHandler, deadlines: Deadlines) {
    this.#options = options;
    this.#handler = handler;
    this.#deadlines = deadlines;
    this.#server = createServer({
      // Both checks run on the same interval; a coarse one would let slow clients hold on much longer than configured.
      connectionsCheckingInterval: Math.max(100, Math.min(1000, options.headersTimeoutMs / 4)),
      headersTimeout: options.headersTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.idleTimeoutMs,
      keepAliveTimeoutBuffer: 0,
      maxHeaderSize: options.headerBytes,
      insecureHTTPParser: false,
      requireHostHeader: false,
      joinDuplicateHeaders: false,
      noDelay: true,
      optimizeEmptyRequests: true,
      shouldUpgradeCallback: isTunnelRequest,
    });
    const server = this.#server;
    // Node drops fields beyond this count silently; the bytes are bounded, so none are dropped.
    server.maxHeadersCount = 0;
    server.maxConnections = options.connectionsMax;
    server.on('request', (message: IncomingMessage, response: ServerResponse) => this.#onRequest(message, response, false));
    server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => this.#onRequest(message, response, true));
    server.on('checkExpectation', (message: IncomingMessage, response: ServerResponse) => {
      this.#refuse(message, response, 'request.expectation-failed', 'The gateway knows no other expectation than 100-continue');
    });
    server.on('connect', (_message: IncomingMessage, socket: Duplex) =>
      this.#refuseRaw(socket, 'request.malformed', 'CONNECT is not served'),
    );
    server.on('upgrade', (message: IncomingMessage, socket: Duplex, rest: Buffer) => this.#onUpgrade(message, socket as Socket, rest));
    server.on('clientError', (error: ClientError, socket: Duplex) => this.#onClientError(error, socket as Socket));
  }

  listen(): Promise<number> {
    const { host, port, reusePort } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, reusePort, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#state.draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    // A connection that becomes idle while we wait goes too; node closes those that end a request, not those that never began one.
    const idle = setInterval(() => this.#server.closeIdleConnections(), 100);
    const cut = setTimeout(() => {
      this.#server.closeAllConnections();
      for (const tunnel of this.#tunnels) tunnel.destroy();
    }, timeoutMs);
    const tunnelsClosed = Promise.all(
      [...this.#tunnels].map((tunnel) => new Promise<void>((resolve) => tunnel.once('close', () => resolve()))),
    );
    await Promise.all([closed, tunnelsClosed]);
    clearInterval(idle);
    clearTimeout(cut);
  }

  #onRequest(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { socket } = message;
    if (isClosing(socket)) return;
    const head = this.#readHead(message, response, expectsContinue ? () => response.writeContinue() : null, '');
    if (head === null) return;
    this.#pending.set(socket, (this.#pending.get(socket) ?? 0) + 1);
    this.#last.set(socket, { message, response, body: head.body });
    new NodeResponder(message, response, this.#handler, head.body, this.#state).run(head);
  }

  /** An answer is out. What followed its request and was no valid message is refused now, so that each answer stays with its request. */
  #answered(socket: Socket): void {
    const pending = Math.max(0, (this.#pending.get(socket) ?? 0) - 1);
    this.#pending.set(socket, pending);
    if (pending > 0) return;
    const error = this.#deferred.get(socket);
    if (error === undefined) return;
    this.#deferred.delete(socket);
    this.#refuseError(error, socket);
  }

  #onUpgrade(message: IncomingMessage, socket: Socket, rest: Buffer): void {
    this.#tunnels.add(socket);
    socket.once('close', () => this.#tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    const response = createUpgradeResponse(message, socket);
    if (response === null) return;
    if (rest.length > 0) socket.unshift(rest);
    const head = this.#readHead(message, response, null, message.headers.upgrade ?? '');
    if (head === null) return;
    new NodeResponder(message, response, this.#handler, null, this.#state).run(head);
  }

  /** Checks what llhttp does not, and makes the head that the gateway works on. Answers and returns null when it is refused. */
  #readHead(
    message: IncomingMessage,
    response: ServerResponse,
    beforeBody: (() => void) | null,
    upgrade: string,
  ): (RequestHead & { body: NodeRequestBody | null }) | null {
    const target = message.url ?? '';
    const { httpVersion } = message;
    if (httpVersion !== '1.1' && httpVersion !== '1.0')
      return this.#refuse(message, response, 'request.malformed', 'The protocol is neither HTTP/1.1 nor HTTP/1.0');
    if (target.length > this.#options.uriBytes)
      return this.#refuse(message, response, 'request.uri-too-long', 'The request target is too long');
    if (target.charCodeAt(0) !== 47)
      return this.#refuse(message, response, 'request.malformed', 'The request target does not begin with a slash');
    const list = message.rawHeaders;
    const http11 = httpVersion === '1.1';
    let hosts = 0;
    let host = '';
    let length = -1;
    let chunked = false;
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i] as string;
      switch (name.length) {
        case 4:
          if (isName(name, 'host')) {
            hosts++;
            host = list[i + 1] as string;
          }
          break;
        case 14:
          if (isName(name, 'content-length')) {
            if (length !== -1) return this.#refuse(message, response, 'request.malformed', 'There is more than one Content-Length');
            length = Number(list[i + 1]);
          }
          break;
        case 17:
          if (isName(name, 'transfer-encoding')) {
            // Exactly chunked: every other coding is read differently by somebody behind us (RFC 9112 section 6.1).
            if (chunked || (list[i + 1] as string).toLowerCase() !== 'chunked')
              return this.#refuse(message, response, 'request.malformed', 'The Transfer-Encoding is not exactly chunked');
            chunked = true;
          }
          break;
      }
    }
    if (hosts > 1 || (hosts === 0 && http11)) return this.#refuse(message, response, 'request.malformed', 'There is not exactly one Host');
    if (hosts === 1 && parseHost(host) === undefined) return this.#refuse(message, response, 'request.malformed', 'The Host is not valid');
    if (chunked && (length !== -1 || !http11))
      return this.#refuse(message, response, 'request.malformed', 'There is Transfer-Encoding where it must not be');
    const body =
      chunked || length > 0
        ? new NodeRequestBody(message, chunked ? -1 : length, this.#deadlines, this.#options.bodyTimeoutMs, beforeBody)
        : null;
    const { socket } = message;
    return {
      method: message.method ?? 'GET',
      target,
      protocol: http11 ? 'HTTP/1.1' : 'HTTP/1.0',
      fields: new Fields(list),
      body,
      peerAddress: plainAddress(socket.remoteAddress ?? ''),
      encrypted: 'encrypted' in socket,
      upgrade: UPGRADE_TOKEN.test(upgrade) ? upgrade : '',
    };
  }

  #refuse(message: IncomingMessage, response: ServerResponse, code: GatewayErrorCode, reason: string): null {
    const reply = this.#handler.refuse(code, reason);
    message.on('error', () => {});
    response.on('error', () => {});
    response.shouldKeepAlive = false;
    lingerBeforeClose(message.socket);
    const body = bodyBytes(reply);
    response.writeHead(reply.status, [...reply.fields, 'Content-Length', String(body.length), 'Connection', 'close']);
    response.end(message.method === 'HEAD' ? undefined : body);
    return null;
  }

  /** Answers on a connection that node:http has given up, or handed over. */
  #refuseRaw(socket: Duplex, code: GatewayErrorCode, reason: string): void {
    socket.on('error', () => socket.destroy());
    if (!socket.writable) {
      this.#handler.refuse(code, reason);
      socket.destroy();
      return;
    }
    const reply = this.#handler.refuse(code, reason);
    const body = bodyBytes(reply);
    let head = `HTTP/1.1 ${reply.status} ${STATUS_TEXT[reply.status] ?? 'Error'}\r\nDate: ${new Date().toUTCString()}\r\n`;
    for (let i = 0; i < reply.fields.length; i += 2) head += `${reply.fields[i]}: ${reply.fields[i + 1]}\r\n`;
    head += `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    lingerBeforeClose(socket as Socket);
    socket.write(head, 'latin1');
    socket.write(body);
    (socket as Socket).destroySoon();
  }

  #onClientError(error: ClientError, socket: Socket): void {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
      socket.destroy();
      return;
    }
    if (isClosing(socket)) return;
    // Bytes behind a request that said `Connection: close`: its answer is the last one, and closes.
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    const last = this.#last.get(socket);
    if (last !== undefined && !last.message.complete) {
      // The error is in the body of a request that is on its way: it ends as a bad one, and the connection with it.
      lingerBeforeClose(socket);
      if (last.response.headersSent || last.body === null) socket.destroy();
      else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') last.body.abort(new BodyTimeoutError('The request did not arrive in time'));
      else last.body.abort(new Error(reasonOf(error)));
      return;
    }
    // Requests that came before are answered first; another answer now would be taken for theirs.
    if ((this.#pending.get(socket) ?? 0) > 0) {
      this.#deferred.set(socket, error);
      return;
    }
    this.#refuseError(error, socket);
  }

  #refuseError(error: ClientError, socket: Socket): void {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') this.#refuseRaw(socket, 'request.timeout', 'The request did not arrive in time');
    else if (error.code === 'HPE_HEADER_OVERFLOW') {
      const inTarget =
        error.rawPacket !== undefined && /^[A-Z]{1,20} /.test(error.rawPacket.toString('latin1', 0, 32)) && !error.rawPacket.includes(10);
      if (inTarget) this.#refuseRaw(socket, 'request.uri-too-long', 'The request target is too long');
      else this.#refuseRaw(socket, 'request.headers-too-large', 'The request header fields are too large');
    } else this.#refuseRaw(socket, 'request.malformed', reasonOf(error));
  }
}

type ClientError = NodeJS.ErrnoException & { rawPacket?: Buffer };

const STATUS_TEXT: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
};

function bodyBytes(reply: Reply): Buffer {
  return typeof reply.body === 'string' ? Buffer.from(reply.body) : Buffer.from(reply.body ?? '');
}

/** A short reason that holds nothing of what the client sent. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code?.startsWith('HPE_') === true
    ? `The message is not valid HTTP/1.1 (${error.code.slice(4).toLowerCase().replaceAll('_', ' ')})`
    : 'The message is not valid HTTP/1.1';
}

/**
 * Whether a request asks to leave HTTP in a way that is passed on. Not h2c: an HTTP/2 tunnel through a gateway would carry requests
 * that nobody checks ("h2c smuggling"); and only without a body, as an upgrade's body would be read differently by the two sides.
 */
function isTunnelRequest(message: IncomingMessage): boolean {
  const upgrade = message.headers.upgrade;
  if (upgrade === undefined || message.method !== 'GET' || !UPGRADE_TOKEN.test(upgrade)) return false;
  if (message.headers['transfer-encoding'] !== undefined || (message.headers['content-length'] ?? '0') !== '0') return false;
  return !/^(?:h2c?|http)(?:\/|$)/i.test(upgrade);
}

/** A dual-stack socket reports IPv4 clients as IPv4-mapped IPv6 addresses. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
