import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Body, BodySink } from '../../packages/gateway/src/exchange/body.ts';
import type { Exchange, RequestBody } from '../../packages/gateway/src/exchange/exchange.ts';
import { Fields } from '../../packages/gateway/src/exchange/fields.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../../packages/gateway/src/wire/wire.ts';

/**
 * node:http in its strict mode and nothing else: the reference. It hands over whatever llhttp takes for a request, and what llhttp
 * refuses is answered as node:http does by itself.
 */
export class PlainNodeListener implements Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;

  /**
   * `patient`: what came before a message that is refused is still read to its end, which node:http by itself does not wait for.
   * `lenient`: llhttp as it must never be used.
   */
  constructor(options: ListenerOptions, handler: ListenerHandler, { patient = false, lenient = false } = {}) {
    this.#options = options;
    this.#server = createServer({
      insecureHTTPParser: lenient,
      maxHeaderSize: options.headerBytes,
      headersTimeout: options.headersTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.idleTimeoutMs,
      noDelay: true,
    });
    // 0: keep them all; Node would drop those beyond 2000 silently.
    this.#server.maxHeadersCount = 0;
    // A client may end its side behind its last request and still read the answers (RFC 9112 section 9.6).
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    if (patient) {
      this.#server.on('clientError', (_error, socket) => {
        setImmediate(() => setImmediate(() => socket.destroy()));
      });
    }
    this.#server.on('request', (message, response) => serve(message, response, handler));
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.#options.host, port: this.#options.port }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function serve(message: IncomingMessage, response: ServerResponse, handler: ListenerHandler): void {
  message.on('error', ignore);
  response.on('error', ignore);
  let ended = false;
  const exchange: Exchange = handler.handle(
    {
      method: message.method ?? '',
      target: message.url ?? '',
      protocol: `HTTP/${message.httpVersion}`,
      fields: new Fields([...message.rawHeaders]),
      body: new PlainBody(message),
      peerAddress: message.socket.remoteAddress ?? '',
      encrypted: false,
      upgrade: '',
    },
    {
      send({ status, response: fields, responseBody }) {
        if (response.destroyed) return;
        response.writeHead(status, fields.list);
        response.end(typeof responseBody === 'string' ? responseBody : undefined);
      },
    },
  );
  response.on('close', () => {
    if (ended) return;
    ended = true;
    if (!response.writableFinished) handler.aborted(exchange);
    handler.ended(exchange);
  });
}

/** Every message has one here, if an empty one: whether there is a body at all is not told apart by node:http. */
class PlainBody implements RequestBody, Body {
  readonly length = -1;
  readonly borrowed = false;
  readonly broken = false;
  exchange: Exchange | null = null;
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  start(sink: BodySink): void {
    let settled = false;
    const settle = (act: () => void) => {
      if (!settled) act();
      settled = true;
    };
    this.#message.on('data', (piece: Buffer) => sink.data(piece));
    this.#message.on('end', () => {
      const { rawTrailers } = this.#message;
      settle(() => sink.end(rawTrailers.length > 0 ? new Fields([...rawTrailers]) : undefined));
    });
    this.#message.on('error', (error) => settle(() => sink.fail(error)));
    this.#message.on('close', () => settle(() => sink.fail(new Error('The body broke off'))));
  }

  pause(): void {
    this.#message.pause();
  }

  resume(): void {
    this.#message.resume();
  }

  cancel(): void {}
}

function ignore(): void {}
