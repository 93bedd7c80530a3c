import { createServer, type Server, type Socket } from 'node:net';
import type { Deadlines } from '../../upstream/deadlines.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../wire.ts';
import { HANDSHAKE_TIMEOUT, RuleListener } from './rule-listener.ts';
import { SecureContexts, type TlsIdentity } from './secure-contexts.ts';
import { awaitServerName } from './server-name.ts';

export interface TlsListenerOptions extends ListenerOptions {
  tls: TlsIdentity & { http2: boolean };
  /** 48 bytes, the same in every thread: a session begun in one is resumed in another. */
  ticketKeys: Buffer;
}

const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * HTTPS. Where all names have the same rule for client certificates, it makes all handshakes; else the name that a client asks for decides
 * who makes it, before it begins: whether a certificate is asked for, whose are accepted, and which sessions are resumed cannot be
 * changed once it has.
 */
export class TlsListener implements Listener {
  readonly #options: TlsListenerOptions;
  readonly #handler: ListenerHandler;
  readonly #deadlines: Deadlines;
  readonly #server: Server;
  /** Every connection, those in their handshake included. */
  readonly #sockets = new Set<Socket>();
  readonly #retired = new Set<RuleListener>();
  #rules = new Map<string, RuleListener>();
  #contexts: SecureContexts;

  /** Throws when a certificate cannot be used. */
  constructor(options: TlsListenerOptions, handler: ListenerHandler, deadlines: Deadlines) {
    this.#options = options;
    this.#handler = handler;
    this.#deadlines = deadlines;
    this.#contexts = new SecureContexts(options.tls, options.ticketKeys);
    this.#useContexts();
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS }, this.#onConnection);
    this.#server.maxConnections = options.connectionsMax;
  }

  /**
   * New handshakes use these; connections that stand under a rule that there is no longer end behind what is in flight on them. Throws
   * when they cannot be used; then nothing has changed.
   */
  setCertificates(identity: TlsIdentity, ticketKeys: Buffer): void {
    this.#contexts = new SecureContexts(identity, ticketKeys);
    this.#useContexts();
  }

  #useContexts(): void {
    const rules = new Map<string, RuleListener>();
    for (const [key, { rule, options }] of this.#contexts.groups) {
      const known = this.#rules.get(key);
      known?.setContext(options);
      rules.set(
        key,
        known ??
          new RuleListener({
            rule,
            listener: this.#options,
            handler: this.#handler,
            deadlines: this.#deadlines,
            http2: this.#options.tls.http2,
            context: options,
            contexts: () => this.#contexts,
          }),
      );
    }
    for (const [key, listener] of this.#rules) {
      if (rules.has(key)) continue;
      listener.release();
      this.#retired.add(listener);
    }
    this.#rules = rules;
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
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const listeners = [...this.#rules.values(), ...this.#retired];
    for (const listener of listeners) listener.release();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(cut);
    for (const listener of listeners) listener.stop();
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#rules.size === 1) return this.#handOver(socket, this.#contexts.fallback.key);
    awaitServerName(
      socket,
      this.#options.headersTimeoutMs,
      (serverName) => this.#handOver(socket, this.#contexts.ruleFor(serverName).key),
      () => {
        socket.destroy();
        this.#handler.refuse('request.malformed', HANDSHAKE_TIMEOUT);
      },
    );
  };

  #handOver(socket: Socket, rule: string): void {
    const listener = this.#rules.get(rule);
    if (listener === undefined) socket.destroy();
    else listener.accept(socket);
  }
}
