import { ConnectionPool } from '../../http1/connection-pool.ts';
import { BackendTlsConnector, type TargetAddress } from '../../tls/connect-backend.ts';
import type { BackendCall, BackendRequest, BackendResponseHandler, Connector } from '../../wire.ts';
import { type CallOwner, Http2Call } from './http2-call.ts';
import { Http2Connection, type Http2ConnectionOwner } from './http2-connection.ts';

export interface Http2PoolOptions {
  /** Largest number of open connections. */
  connectionsMax: number;
  /** Largest number of requests that wait for one; more fail at once with `queue-full`. */
  queueMax: number;
  /** How long an idle connection is kept. */
  idleMs: number;
}

const SWEEP_INTERVAL_MS = 500;
/** Every so many sweeps it is looked whether the host is still where the connections go. */
const SWEEPS_PER_LOOK = 10;

/** The HTTP/2 connections of one thread to one target: as few as the backend's limit of streams allows. */
export class Http2Pool implements Connector, CallOwner, Http2ConnectionOwner {
  readonly #address: TargetAddress;
  readonly #options: Http2PoolOptions;
  readonly #tls: BackendTlsConnector | null;
  readonly #connections = new Set<Http2Connection>();
  readonly #carriers = new Map<Http2Call, Http2Connection>();
  #queue: Http2Call[] = [];
  #retired = false;
  /** For upgrades that go over HTTP/1.1, each on a connection of its own. */
  #http1: ConnectionPool | null = null;
  #sweeper: NodeJS.Timeout | null = null;
  #sweeps = 0;

  constructor(address: TargetAddress, options: Http2PoolOptions) {
    this.#address = address;
    this.#options = options;
    this.#tls = address.protocol === 'https:' ? new BackendTlsConnector(address, ['h2']) : null;
  }

  send(request: BackendRequest, handler: BackendResponseHandler): BackendCall {
    const call = new Http2Call(request, handler, this);
    // RFC 8441 knows no other tunnels.
    if (request.upgrade !== '' && !/^websocket$/i.test(request.upgrade)) this.#sendOverHttp1(call);
    else this.#dispatch(call);
    return call;
  }

  retire(): void {
    this.#retired = true;
    for (const connection of this.#connections) connection.close();
    this.#http1?.retire();
  }

  tunnelRefused(call: Http2Call): void {
    this.ended(call);
    this.#sendOverHttp1(call);
  }

  #sendOverHttp1(call: Http2Call): void {
    if (call.cancelled) return;
    this.#http1 ??= new ConnectionPool(this.#address, this.#options);
    call.replaceBy(this.#http1.send(call.request, call.handler));
  }

  resend(call: Http2Call): void {
    if (!call.cancelled) this.#dispatch(call);
  }

  ended(call: Http2Call): void {
    const connection = this.#carriers.get(call);
    this.#carriers.delete(call);
    connection?.released();
    if (connection !== undefined) this.ready(connection);
  }

  givenUp(call: Http2Call): void {
    const connection = this.#carriers.get(call);
    connection?.doubt();
    connection?.probe();
  }

  ready(connection: Http2Connection): void {
    while (this.#queue.length > 0 && connection.free) {
      const call = this.#queue.shift();
      if (call !== undefined && !call.cancelled) this.#assign(connection, call);
    }
  }

  gone(connection: Http2Connection, failed: readonly Http2Call[], reason: string): void {
    this.#connections.delete(connection);
    for (const call of failed) {
      this.#carriers.delete(call);
      call.failBefore('connect', reason);
    }
    // Those that wait for a free stream wait for another connection now.
    const waiting = this.#queue;
    this.#queue = [];
    for (const call of waiting) if (!call.cancelled) this.#dispatch(call);
  }

  #dispatch(call: Http2Call): void {
    for (const connection of this.#connections) if (connection.free) return this.#assign(connection, call);
    const { connectionsMax, queueMax } = this.#options;
    if (this.#connections.size < connectionsMax) {
      const connection = this.#connect();
      this.#assign(connection, call);
      if (this.#retired) connection.close();
      return;
    }
    if (this.#queue.length >= queueMax) {
      // Cancelled calls leave the queue lazily; before refusing, they go.
      this.#queue = this.#queue.filter((waiting) => !waiting.cancelled);
      if (this.#queue.length >= queueMax) {
        queueMicrotask(() => call.failBefore('queue-full', 'Too many requests wait for a connection'));
        return;
      }
    }
    this.#queue.push(call);
  }

  #assign(connection: Http2Connection, call: Http2Call): void {
    this.#carriers.set(call, connection);
    connection.assign(call);
  }

  #connect(): Http2Connection {
    const connection = new Http2Connection(this.#address, this.#tls, this);
    this.#connections.add(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
    return connection;
  }

  #sweep(): void {
    const before = performance.now() - this.#options.idleMs;
    const looks = ++this.#sweeps % SWEEPS_PER_LOOK === 0;
    for (const connection of this.#connections)
      if ((connection.idle && connection.idleSinceMs < before) || (looks && connection.old)) connection.close();
    if (this.#connections.size === 0 && this.#sweeper !== null) {
      clearInterval(this.#sweeper);
      this.#sweeper = null;
    }
  }
}
