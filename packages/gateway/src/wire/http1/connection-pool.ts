import { BackendTlsConnector, isElsewhere, type TargetAddress } from '../tls/connect-backend.ts';
import { type BackendCall, BackendError, type BackendRequest, type BackendResponseHandler, type Connector } from '../wire.ts';
import { ClientConnection, type ConnectionOwner, type PendingCall } from './client-connection.ts';

export interface PoolOptions {
  /** Largest number of open connections. */
  connectionsMax: number;
  /** Largest number of requests that wait for one; more fail at once with `queue-full`. */
  queueMax: number;
  /** How long an idle connection is kept; a backend's `Keep-Alive: timeout` shortens it. */
  idleMs: number;
}

/** Idle connections are dropped this long before the backend would, so that few requests meet a closing connection. */
const KEEP_ALIVE_MARGIN_MS = 1000;
const SWEEP_INTERVAL_MS = 500;
/** Every so many sweeps it is looked whether the host is still where the connections go. */
const SWEEPS_PER_LOOK = 10;

/** The connections of one thread to one target: kept alive, last used first, bounded, with a bounded queue. */
export class ConnectionPool implements Connector, ConnectionOwner {
  readonly #address: TargetAddress;
  readonly #tls: BackendTlsConnector | null;
  readonly #options: PoolOptions;
  readonly #idle: ClientConnection[] = [];
  readonly #open = new Set<ClientConnection>();
  #queue: PendingCall[] = [];
  #retired = false;
  #sweeper: NodeJS.Timeout | null = null;
  #sweeps = 0;

  constructor(address: TargetAddress, options: PoolOptions) {
    this.#address = address;
    this.#tls = address.protocol === 'https:' ? new BackendTlsConnector(address, ['http/1.1']) : null;
    this.#options = options;
  }

  send(request: BackendRequest, handler: BackendResponseHandler): BackendCall {
    const call = new Call(request, handler, this);
    if (request.upgrade !== '') this.#connect(call, true);
    else this.#dispatch(call);
    return call;
  }

  retire(): void {
    this.#retired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  connected(connection: ClientConnection): void {
    this.idle(connection, -1);
  }

  idle(connection: ClientConnection, keepAliveSeconds: number): void {
    const next = this.#nextWaiting();
    if (next !== undefined) return connection.assign(next);
    if (this.#retired) return connection.destroy();
    const keptMs =
      keepAliveSeconds < 0 ? this.#options.idleMs : Math.min(this.#options.idleMs, keepAliveSeconds * 1000 - KEEP_ALIVE_MARGIN_MS);
    if (keptMs <= 0) return connection.destroy();
    connection.idleUntilMs = performance.now() + keptMs;
    this.#idle.push(connection);
    if (this.#sweeper === null) {
      this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
      this.#sweeper.unref();
    }
  }

  closed(connection: ClientConnection): void {
    if (!this.#open.delete(connection)) return;
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
    if (this.#open.size < this.#options.connectionsMax) {
      const next = this.#nextWaiting();
      if (next !== undefined) this.#connect(next, false);
    }
  }

  /** For `Call`: the caller does not want the answer. */
  cancel(call: PendingCall): void {
    call.cancelled = true;
    const { connection } = call;
    if (connection === null) return;
    call.connection = null;
    connection.abandon();
  }

  #dispatch(call: PendingCall): void {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) break;
      if (connection.usable) return connection.assign(call);
    }
    if (this.#open.size < this.#options.connectionsMax) return this.#connect(call, false);
    if (this.#queue.length >= this.#options.queueMax) {
      // Cancelled calls leave the queue lazily; before refusing, they go.
      this.#queue = this.#queue.filter((waiting) => !waiting.cancelled);
      if (this.#queue.length >= this.#options.queueMax) {
        queueMicrotask(() => call.handler.failed(new BackendError('queue-full', 'Too many requests wait for a connection')));
        return;
      }
    }
    this.#queue.push(call);
  }

  #connect(call: PendingCall, dedicated: boolean): void {
    const connection = new ClientConnection(this.#address, this.#tls, this, dedicated);
    this.#open.add(connection);
    connection.assign(call);
  }

  #nextWaiting(): PendingCall | undefined {
    for (;;) {
      const call = this.#queue.shift();
      if (call === undefined || !call.cancelled) return call;
    }
  }

  #sweep(): void {
    const nowMs = performance.now();
    // Last used first: the front of the stack is the oldest.
    let expired = 0;
    while (expired < this.#idle.length && (this.#idle[expired] as ClientConnection).idleUntilMs <= nowMs) expired++;
    for (const connection of this.#idle.splice(0, expired)) connection.destroy();
    if (++this.#sweeps % SWEEPS_PER_LOOK === 0) this.#leaveOldAddresses();
    if (this.#idle.length === 0 && this.#sweeper !== null) {
      clearInterval(this.#sweeper);
      this.#sweeper = null;
    }
  }

  #leaveOldAddresses(): void {
    for (const connection of this.#open) connection.leaving ||= isElsewhere(this.#address, connection.socket);
    for (const connection of this.#idle.filter(({ leaving }) => leaving)) connection.destroy();
  }
}

class Call implements PendingCall, BackendCall {
  readonly request: BackendRequest;
  readonly handler: BackendResponseHandler;
  readonly #pool: ConnectionPool;
  cancelled = false;
  connection: ClientConnection | null = null;

  constructor(request: BackendRequest, handler: BackendResponseHandler, pool: ConnectionPool) {
    this.request = request;
    this.handler = handler;
    this.#pool = pool;
  }

  cancel(): void {
    if (!this.cancelled) this.#pool.cancel(this);
  }
}
