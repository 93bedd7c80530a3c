import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type CredentialsState, NODE_PROTOCOL, type NodeHello, type NodeTransport } from '@gatehouse/contract';
import { formatProblem } from '@gatehouse/contract/problem';
import { Backoff } from './backoff.ts';
import { NodeSession } from './node-session.ts';
import type { NodeState, NodeStatus } from './node-state.ts';
import { type NodeGatewayPort, type NodeLog, toMessage } from './ports.ts';
import { SnapshotAssembler } from './snapshot-assembler.ts';
import type { NodeStore } from './store/node-store.ts';
import { TrafficSender } from './traffic-sender.ts';

export interface NodeAgentOptions {
  transport: NodeTransport;
  /** Null: nothing is kept, and each start begins with nothing. */
  store: NodeStore | null;
  gateway: NodeGatewayPort;
  log: NodeLog;
  /** Of a node without a disk of its own; default: a new one at each start. */
  id?: string;
  /** For people: the node's name, where its traffic port listens, and the version of the program. */
  identity: { name: string; address: string; version: string };
  /** Shortest and longest pause before the stream is opened again. Default 100 and 5,000 ms. */
  reconnectMs?: { min: number; max: number };
  /** How long a stream may take to say the first word. Default 10,000 ms. */
  welcomeTimeoutMs?: number;
  /** How often the control plane is told of the traffic. Default 10,000 ms. */
  trafficMs?: number;
}

const TRAFFIC_MS = 10_000;

/** While the same reason holds, losing the control plane is said this seldom. */
const REPEAT_LOG_MS = 60_000;

/**
 * Keeps a gateway equal to what its control plane says is live: serves at once from its disk, then follows the stream, and opens another
 * whenever there is doubt. Without a control plane it serves what it has.
 */
export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #id: string;
  readonly #bootId = randomUUID();
  readonly #stopping = new AbortController();
  readonly #backoff: Backoff;
  readonly #ready = Promise.withResolvers<void>();
  readonly #state: NodeState = {
    live: null,
    liveSince: null,
    rejected: null,
    credentials: null,
    confirmedAtMs: null,
    connected: false,
    assembler: new SnapshotAssembler(),
  };
  readonly #traffic: TrafficSender | null;
  #running: Promise<void> = Promise.resolve();
  #lost: { reason: string; saidAtMs: number } | null = null;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    this.#id = options.store?.nodeId ?? options.id ?? randomUUID();
    const { min = 100, max = 5_000 } = options.reconnectMs ?? {};
    this.#backoff = new Backoff(min, max);
    this.#traffic = this.#createTraffic();
    // Who does not ask when it is ready need not hear that it never will be: `start` and the log tell.
    this.#ready.promise.catch(() => undefined);
  }

  /** Id of the node. */
  get id(): string {
    return this.#id;
  }

  get status(): NodeStatus {
    const { live, liveSince, rejected, credentials, confirmedAtMs, connected } = this.#state;
    return {
      ready: live !== null && credentials !== null,
      controlConnected: connected,
      snapshot: live === null || liveSince === null ? null : { number: live.head.number, hash: live.head.hash, ...liveSince },
      confirmedAtMs,
      rejected: rejected === null ? null : { number: rejected.number, reason: rejected.reason },
      credentialsCursor: credentials?.cursor ?? null,
    };
  }

  /** Resolves when a snapshot is served and credentials are known; rejects when the gateway cannot work at all. */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Puts what the disk has into use, then connects and goes on by itself. Rejects when the gateway cannot work at all. `fromDisk` false:
   * the control plane is there, so the gateway begins with what that says, and the disk is only written to.
   */
  async start({ fromDisk = true }: { fromDisk?: boolean } = {}): Promise<void> {
    const { store } = this.#options;
    if (store !== null && fromDisk) {
      // Credentials first: with the snapshot the gateway begins to listen.
      await this.#restoreCredentials(store);
      await this.#restoreSnapshot(store);
    }
    this.#traffic?.start();
    this.#running = this.#run();
  }

  /** Leaves the control plane and writes out what is not on the disk yet. The gateway goes on with what it has. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#traffic?.stop();
    await this.#running;
    await this.#options.store?.close();
  }

  /**
   * Tells the control plane of the traffic that it was not told of. For the very end: after `stop`, and after the gateway has handed
   * over what its last requests were. Never rejects.
   */
  async reportTraffic(): Promise<void> {
    const requests = (await this.#traffic?.sendRest()) ?? 0;
    if (requests > 0) this.#options.log.warn({ requests }, 'The figures of the last requests could not be told to the control plane');
  }

  #createTraffic(): TrafficSender | null {
    const { transport, gateway, log, trafficMs: everyMs = TRAFFIC_MS } = this.#options;
    const source = gateway.recordTraffic?.();
    if (source === undefined) return null;
    const isConnected = () => this.#state.connected;
    return new TrafficSender({ transport, nodeId: this.#id, bootId: this.#bootId, source, log, everyMs, isConnected });
  }

  async #restoreCredentials(store: NodeStore): Promise<void> {
    const { gateway, log } = this.#options;
    const stored = await store.loadCredentials();
    if (stored === null) return;
    const staged = gateway.credentials.stage(stored.codeKey);
    try {
      for await (const apps of stored.pieces()) for (const app of apps) staged.put(app);
      staged.commit(stored.state.cursor);
      this.#state.credentials = { cursor: stored.state.cursor, codeKey: stored.codeKey, sound: true };
      log.info({ cursor: stored.state.cursor, apps: gateway.credentials.state().count }, 'Credentials taken from the disk');
    } catch (error) {
      staged.discard();
      log.error({ error: toMessage(error) }, 'The credentials on the disk cannot be used; they are fetched again');
    }
  }

  async #restoreSnapshot(store: NodeStore): Promise<void> {
    const { gateway, log } = this.#options;
    const stored = await store.loadSnapshot();
    if (stored === null) return;
    const { packed, storedAtMs } = stored;
    const { applied, problems } = await gateway.apply(packed);
    if (!applied) {
      log.error(
        { snapshot: packed.head.number, problems: problems.map(formatProblem) },
        'The snapshot on the disk does not compile with this version; it is fetched again',
      );
      return;
    }
    this.#state.live = packed;
    this.#state.liveSince = { appliedAtMs: Date.now(), from: 'disk' };
    this.#state.assembler.keep(packed, null);
    log.info(
      { snapshot: packed.head.number, ageSeconds: Math.round((Date.now() - storedAtMs) / 1000) },
      'Serving the snapshot from the disk',
    );
    this.#checkReady();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const session = new NodeSession({
        ...this.#options,
        id: this.#id,
        state: this.#state,
        onWelcome: () => this.#noteConnected(),
        onApplied: () => this.#checkReady(),
        onVerified: () => this.#backoff.reset(),
        onBroken: (error) => this.#ready.reject(error),
      });
      const reason = await session.run(this.#hello(), signal);
      this.#state.connected = false;
      if (signal.aborted) return;
      this.#noteLost(reason);
      // Only stopping ends the pause early.
      await delay(this.#backoff.nextMs(), undefined, { signal }).catch(() => undefined);
    }
  }

  #hello(): NodeHello {
    const { live, assembler } = this.#state;
    return {
      protocol: NODE_PROTOCOL,
      id: this.#id,
      bootId: this.#bootId,
      ...this.#options.identity,
      snapshot: live === null ? null : { number: live.head.number, hash: live.head.hash },
      revisions: assembler.revisions,
      credentials: this.#credentialsState(),
    };
  }

  #credentialsState(): CredentialsState | null {
    const { credentials } = this.#state;
    // What could not be written to the disk is asked for as a whole, so that the disk gets it.
    if (credentials === null || !credentials.sound || this.#options.store?.credentialsComplete === false) return null;
    const { count, sums } = this.#options.gateway.credentials.state();
    return { cursor: credentials.cursor, count, sums };
  }

  #checkReady(): void {
    if (this.#state.live !== null && this.#state.credentials !== null) this.#ready.resolve();
  }

  #noteConnected(): void {
    this.#state.connected = true;
    this.#options.log.info({ node: this.#id }, 'Connected to the control plane');
  }

  /** Said when it is news, not with every try. */
  #noteLost(reason: string): void {
    const nowMs = Date.now();
    if (this.#lost?.reason === reason && nowMs - this.#lost.saidAtMs < REPEAT_LOG_MS) return;
    this.#lost = { reason, saidAtMs: nowMs };
    this.#options.log.warn({ node: this.#id, reason }, 'Not connected to the control plane; trying again');
  }
}
