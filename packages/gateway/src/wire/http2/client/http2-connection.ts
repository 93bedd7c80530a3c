import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type BackendTlsConnector, connectFailure, connectPlain, isElsewhere, type TargetAddress } from '../../tls/connect-backend.ts';
import type { CallConnection, Http2Call } from './http2-call.ts';

/** What a backend has not said anything else about: how many requests go on one connection. */
const STREAMS_MAX = 100;
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;
const HEADER_LIST_BYTES_MAX = 64 * 1024;
const HEADER_PAIRS_MAX = 2000;
/** A field that comes twice is passed on as it is, as over HTTP/1.1. Known to clients too, though not to their types. */
const LENIENT = { strictSingleValueFields: false };
/** How long a backend may take to answer a PING, after a request that it did not answer, until its connection counts as dead. */
const PING_MS = 2000;

/** What a connection tells its pool. */
export interface Http2ConnectionOwner {
  /** It takes requests, or takes more than before. */
  ready(connection: Http2Connection): void;
  /** It takes no more requests; `failed` are those that it was meant to carry and never did. */
  gone(connection: Http2Connection, failed: readonly Http2Call[], reason: string): void;
  /** The backend takes no tunnels (RFC 8441) on it. */
  tunnelRefused(call: Http2Call): void;
}

/** One HTTP/2 connection to a backend. */
export class Http2Connection implements CallConnection {
  readonly scheme: 'http' | 'https';
  used = false;
  failure = '';
  lastStream = Number.POSITIVE_INFINITY;
  idleSinceMs = performance.now();
  /** Requests that are on it, or wait for it to stand. */
  open = 0;
  readonly #owner: Http2ConnectionOwner;
  readonly #address: TargetAddress;
  readonly #socket: Socket;
  #session: ClientHttp2Session | null = null;
  #streamsMax = STREAMS_MAX;
  #waiting: Http2Call[] = [];
  /** Whether the backend takes tunnels; null: it has not said yet. */
  #takesTunnels: boolean | null = null;
  #closing = false;
  #probing = false;
  #gone = false;

  /** `tls`: null for http targets, to which HTTP/2 is spoken at once (RFC 9113 section 3.3). */
  constructor(address: TargetAddress, tls: BackendTlsConnector | null, owner: Http2ConnectionOwner) {
    this.#owner = owner;
    this.#address = address;
    this.scheme = tls === null ? 'http' : 'https';
    if (tls === null) {
      this.#socket = connectPlain(address);
      this.#socket.once('connect', () => this.#begin());
    } else {
      const socket = tls.connect();
      this.#socket = socket;
      socket.once('secureConnect', () => this.#onSecure(socket));
    }
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onClose);
  }

  get session(): ClientHttp2Session {
    return this.#session as ClientHttp2Session;
  }

  /** Whether it takes one more request. */
  get free(): boolean {
    return !this.#closing && this.open < this.#streamsMax && this.#session?.closed !== true && this.#session?.destroyed !== true;
  }

  get idle(): boolean {
    return this.open === 0 && this.#session !== null;
  }

  assign(call: Http2Call): void {
    this.open++;
    this.#assign(call);
  }

  #assign(call: Http2Call): void {
    const isTunnel = call.request.upgrade !== '';
    if (this.#session === null || (isTunnel && this.#takesTunnels === null)) this.#waiting.push(call);
    else if (isTunnel && this.#takesTunnels === false) this.#owner.tunnelRefused(call);
    else call.begin(this);
  }

  #assignWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) this.#assign(call);
  }

  /** A call that it carried is over. */
  released(): void {
    if (--this.open === 0) this.idleSinceMs = performance.now();
  }

  /** A request of it was given up before its connection stood: others go elsewhere, and it ends when nobody waits for it. */
  doubt(): void {
    if (this.#session !== null) return;
    this.#closing = true;
    if (this.#waiting.every((call) => call.cancelled)) this.#socket.destroy();
  }

  /** A request on it was given up without an answer: a connection that is dead would take one after the other. */
  probe(): void {
    const session = this.#session;
    if (session === null || this.#probing || session.destroyed) return;
    this.#probing = true;
    const timer = setTimeout(() => {
      this.failure = 'The backend did not answer a PING in time';
      this.#leave(this.failure);
      session.destroy();
      // The session would wait until what it has written is taken.
      this.#socket.destroy();
    }, PING_MS);
    timer.unref();
    const done = () => {
      clearTimeout(timer);
      this.#probing = false;
    };
    if (!session.ping(done)) done();
  }

  /** Its host is elsewhere now. */
  get old(): boolean {
    return isElsewhere(this.#address, this.#socket);
  }

  /** No more requests; it closes behind those that it has. */
  close(): void {
    this.#closing = true;
    if (this.#session !== null) this.#session.close();
    else if (this.open === 0) this.#socket.destroy();
  }

  #onSecure(socket: TLSSocket): void {
    if (socket.alpnProtocol === 'h2') return this.#begin();
    this.failure = 'The backend does not speak HTTP/2 (it did not choose h2 by ALPN): see protocol in its definition';
    socket.destroy();
  }

  #begin(): void {
    const { host, port } = this.#address;
    const session = connect(`${this.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`, {
      createConnection: () => this.#socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES, maxHeaderListSize: HEADER_LIST_BYTES_MAX },
      maxHeaderListPairs: HEADER_PAIRS_MAX,
      ...LENIENT,
    });
    this.#session = session;
    session.on('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
    session.on('remoteSettings', ({ maxConcurrentStreams, enableConnectProtocol }) => {
      // 0 for a while means: not now; the requests that are there wait.
      this.#streamsMax = Math.min(STREAMS_MAX * 10, maxConcurrentStreams ?? STREAMS_MAX);
      this.#takesTunnels = enableConnectProtocol === true;
      this.#assignWaiting();
      this.#owner.ready(this);
    });
    session.on('goaway', (code, lastStream) => {
      this.lastStream = lastStream;
      if (code !== constants.NGHTTP2_NO_ERROR) this.failure = `The backend closed the connection with code ${code}`;
      this.#leave('');
    });
    session.on('error', this.#onError);
    session.on('close', this.#onClose);
    this.#assignWaiting();
    if (this.#closing) session.close();
  }

  readonly #onError = (error: Error): void => {
    if (this.failure === '') this.failure = connectFailure(error, this.#address);
  };

  readonly #onClose = (): void => {
    this.#leave(this.failure === '' ? 'The connection was closed' : this.failure);
  };

  #leave(reason: string): void {
    this.#closing = true;
    if (this.#gone) return;
    this.#gone = true;
    const failed = this.#waiting;
    this.#waiting = [];
    this.#owner.gone(this, failed, reason);
  }
}
