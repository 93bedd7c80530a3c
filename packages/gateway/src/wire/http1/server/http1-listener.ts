import { createServer, type Server, type Socket } from 'node:net';
import type { TlsClient } from '../../../exchange/client-certificate.ts';
import type { Http2Sessions } from '../../http2/server/http2-sessions.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../../wire.ts';
import { ServerConnection } from './server-connection.ts';
import type { ServerContext } from './server-context.ts';

/** How often the deadlines of all connections are looked at, at the most and at the least often. */
const TICK_MS_MIN = 20;
const TICK_MS_MAX = 500;
/** A part of the shortest timeout, so that none is met much later than it says. */
const TICKS_PER_TIMEOUT = 10;

/** Dead peers of connections that stay open for long, such as tunnels, are found by the kernel. */
const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * HTTP/1.1 from clients, of our own, on node:net. Deadlines cost a request nothing but an addition: connections hold the time by which
 * something is due, on a clock that is read once per tick, and one timer looks at all of them.
 */
export class Http1Listener implements Listener, ServerContext {
  readonly options: ListenerOptions;
  readonly handler: ListenerHandler;
  draining = false;
  readonly takeHttp2: ServerContext['takeHttp2'];
  readonly #http2: Http2Sessions | null;
  readonly #server: Server;
  readonly #tickMs: number;
  #first: ServerConnection | null = null;
  #nowMs = performance.now();
  #timer: NodeJS.Timeout | null = null;

  /** `http2`: where clients go on that begin with its preface; null: HTTP/1.1 only. */
  constructor(options: ListenerOptions, handler: ListenerHandler, http2: Http2Sessions | null = null) {
    this.#http2 = http2;
    this.takeHttp2 = http2 === null ? null : (socket) => this.#passOn(socket, http2);
    this.options = options;
    this.handler = handler;
    const timeouts = [options.headersTimeoutMs, options.bodyTimeoutMs, options.requestTimeoutMs, options.idleTimeoutMs].filter(
      (ms) => ms > 0,
    );
    this.#tickMs = Math.max(TICK_MS_MIN, Math.min(TICK_MS_MAX, ...timeouts.map((ms) => ms / TICKS_PER_TIMEOUT)));
    // Half-open: a client that has sent all it will still gets its answer.
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS },
      (socket) => this.accept(socket, null),
    );
    this.#server.maxConnections = options.connectionsMax;
  }

  listen(): Promise<number> {
    const { host, port, reusePort } = this.options;
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
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.release();
    const cut = setTimeout(() => {
      this.#forEach((connection) => connection.destroy());
      this.#http2?.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(cut);
    this.#http2?.stop();
  }

  /** No connection is kept any longer: those that are idle close now, others behind their answer. */
  release(): void {
    this.draining = true;
    this.#http2?.release();
    this.#forEach((connection) => {
      if (connection.idle) connection.destroy();
    });
  }

  /** Takes over a connection, such as one that has TLS on it; `tlsClient`: what its handshake said of the client. */
  accept(socket: Socket, tlsClient: TlsClient | null): void {
    if (this.#timer === null) this.#start();
    const connection = new ServerConnection(socket, this, tlsClient);
    const first = this.#first;
    connection.next = first;
    if (first !== null) first.previous = connection;
    this.#first = connection;
  }

  deadline(ms: number): number {
    // The clock may stand up to a tick behind: never too early.
    return ms === 0 ? Number.POSITIVE_INFINITY : this.#nowMs + this.#tickMs + ms;
  }

  closed(connection: ServerConnection): void {
    const { previous, next } = connection;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    connection.previous = null;
    connection.next = null;
  }

  #passOn(socket: Socket, http2: Http2Sessions): void {
    // Nothing was asked yet: the client may ask elsewhere.
    if (this.draining) socket.destroy();
    else http2.accept(socket, null);
  }

  #start(): void {
    this.#nowMs = performance.now();
    this.#timer = setInterval(this.#tick, this.#tickMs);
    this.#timer.unref();
  }

  readonly #tick = (): void => {
    const before = this.#nowMs;
    const nowMs = performance.now();
    this.#nowMs = nowMs;
    if (this.#first === null) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    // The thread was held up: what clients have sent in the meantime has not been read yet, and is not late.
    if (nowMs - before > 3 * this.#tickMs) return;
    this.#forEach((connection) => connection.check(nowMs));
  };

  #forEach(visit: (connection: ServerConnection) => void): void {
    let connection = this.#first;
    while (connection !== null) {
      const { next } = connection;
      visit(connection);
      connection = next;
    }
  }
}
