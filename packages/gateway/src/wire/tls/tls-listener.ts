import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Deadlines } from '../../upstream/deadlines.ts';
import { Http1Listener } from '../http1/server/http1-listener.ts';
import { Http2Sessions } from '../http2/server/http2-sessions.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../wire.ts';
import { SecureContexts, type TlsIdentity } from './secure-contexts.ts';

export interface TlsListenerOptions extends ListenerOptions {
  tls: TlsIdentity & { http2: boolean };
  /** 48 bytes, the same in every thread: a session begun in one is resumed in another. */
  ticketKeys: Buffer;
}

const KEEP_ALIVE_DELAY_MS = 60_000;

/** HTTPS: makes the handshake, then hands the connection to HTTP/2 or to our own HTTP/1.1, as ALPN says (RFC 7301). */
export class TlsListener implements Listener {
  readonly #options: TlsListenerOptions;
  readonly #handler: ListenerHandler;
  readonly #server: Server;
  readonly #http1: Http1Listener;
  readonly #http2: Http2Sessions;
  /** Every connection, those in their handshake included. */
  readonly #sockets = new Set<Socket>();
  #contexts: SecureContexts;
  #draining = false;

  /** Throws when a certificate cannot be used. */
  constructor(options: TlsListenerOptions, handler: ListenerHandler, deadlines: Deadlines) {
    this.#options = options;
    this.#handler = handler;
    this.#http1 = new Http1Listener(options, handler);
    this.#http2 = new Http2Sessions(options, handler, deadlines);
    this.#contexts = new SecureContexts(options.tls, options.ticketKeys);
    this.#server = createServer({
      ...this.#contexts.fallback,
      ALPNProtocols: options.tls.http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      SNICallback: (serverName, done) => done(null, this.#contexts.find(serverName)),
      handshakeTimeout: options.headersTimeoutMs,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
    });
    this.#server.maxConnections = options.connectionsMax;
    this.#server.on('connection', this.#onConnection);
    this.#server.on('secureConnection', this.#onSecure);
    this.#server.on('tlsClientError', this.#onHandshakeFailed);
  }

  /** New handshakes use these. Throws when they cannot be used; then nothing has changed. */
  setCertificates(identity: TlsIdentity, ticketKeys: Buffer): void {
    const contexts = new SecureContexts(identity, ticketKeys);
    this.#server.setSecureContext(contexts.fallback);
    this.#contexts = contexts;
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
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#http1.release();
    this.#http2.release();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(cut);
    this.#http2.stop();
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  };

  readonly #onSecure = (socket: TLSSocket): void => {
    // From here on a client that has sent all it will still gets its answer; before, it has only left.
    socket.allowHalfOpen = true;
    // Nothing was asked yet: the client may ask elsewhere.
    if (this.#draining) socket.destroy();
    else if (socket.alpnProtocol === 'h2') this.#http2.accept(socket);
    else this.#http1.accept(socket);
  };

  /** Scanners, old clients, and such that do not like the certificate: counted, as there is nobody left to answer. */
  readonly #onHandshakeFailed = (error: NodeJS.ErrnoException, socket: TLSSocket): void => {
    socket.destroy();
    if (error.code === 'ECONNRESET') return;
    this.#handler.refuse('request.malformed', error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? HANDSHAKE_TIMEOUT : HANDSHAKE_FAILED);
  };
}

const HANDSHAKE_TIMEOUT = 'The TLS handshake took too long';
const HANDSHAKE_FAILED = 'The TLS handshake failed';
