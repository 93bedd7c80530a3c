import type { CredentialsMessage, NodeHello, NodeMessage, NodeTransport, SnapshotMessage } from '@gatehouse/contract';
import { NODE_PROTOCOL } from '@gatehouse/contract';
import { formatProblem } from '@gatehouse/contract/problem';
import { Doubt } from './doubt.ts';
import type { NodeState } from './node-state.ts';
import { type NodeGatewayPort, type NodeLog, toMessage } from './ports.ts';
import { CredentialsMismatch, receiveChange, receiveWhole } from './receive-credentials.ts';
import { ReportQueue } from './report-queue.ts';
import type { NodeStore } from './store/node-store.ts';
import { StreamReader } from './stream-reader.ts';

export interface NodeSessionOptions {
  id: string;
  transport: NodeTransport;
  store: NodeStore | null;
  gateway: NodeGatewayPort;
  log: NodeLog;
  state: NodeState;
  welcomeTimeoutMs?: number;
  onWelcome(): void;
  /** A snapshot or credentials went live. */
  onApplied(): void;
  /** The control plane said that what the node has is the newest. */
  onVerified(): void;
  /** The gateway cannot work at all. */
  onBroken(error: unknown): void;
}

const WELCOME_TIMEOUT_MS = 10_000;
const MISSED_HEARTBEATS_MAX = 3;
const DEBUGS_MAX = 8;
/** The result of a debug call needs so long to arrive. */
const DEBUG_ANSWER_MS = 2_000;

/** One stream, from its hello to its end: puts into use what it brings, in its order, and reports. */
export class NodeSession {
  readonly #options: NodeSessionOptions;
  readonly #broken = Promise.withResolvers<never>();
  readonly #reports: ReportQueue;
  #codeKey = '';
  #debugs = 0;

  constructor(options: NodeSessionOptions) {
    this.#options = options;
    this.#reports = new ReportQueue(options.transport, options.id, (reason) => this.#broken.reject(new Doubt(reason)));
    // It is waited for only together with messages.
    this.#broken.promise.catch(() => undefined);
  }

  /** Resolves with why it ended, when it has. Aborting the signal ends it. */
  async run(hello: NodeHello, stop: AbortSignal): Promise<string> {
    const { transport, state, welcomeTimeoutMs = WELCOME_TIMEOUT_MS } = this.#options;
    const closing = new AbortController();
    const onStop = () => this.#broken.reject(new Doubt('the node stops'));
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    let alive: NodeJS.Timeout | undefined;
    let reader: StreamReader | undefined;
    state.assembler.begin();
    state.rejected = null;
    try {
      reader = new StreamReader(transport.open(hello, closing.signal), welcomeTimeoutMs, this.#broken.promise);
      const heartbeatMs = this.#welcome(await reader.next());
      reader.silenceMs = heartbeatMs * MISSED_HEARTBEATS_MAX;
      alive = setInterval(() => this.#reportAlive(), heartbeatMs);
      for (;;) await this.#take(await reader.next(), reader);
    } catch (error) {
      return toMessage(error);
    } finally {
      clearInterval(alive);
      stop.removeEventListener('abort', onStop);
      this.#reports.close();
      closing.abort();
      reader?.close();
    }
  }

  /** Returns the interval of heartbeats. */
  #welcome(message: NodeMessage): number {
    if (message.type !== 'welcome') throw new Doubt(`the stream began with ${JSON.stringify(message.type)}`);
    if (message.protocol !== NODE_PROTOCOL)
      throw new Doubt(`the control plane speaks version ${message.protocol} of the node protocol, this node ${NODE_PROTOCOL}`);
    const { state, onWelcome } = this.#options;
    this.#codeKey = message.codeKey;
    onWelcome();
    if (state.credentials !== null && state.credentials.codeKey !== message.codeKey) {
      // Every hash of an AppCode was made with the old key: they mean nothing under the new one.
      state.credentials.sound = false;
      throw new Doubt('the key of AppCodes is another one, all credentials are needed');
    }
    return message.heartbeatMs;
  }

  async #take(message: NodeMessage, reader: StreamReader): Promise<void> {
    switch (message.type) {
      case 'routes':
        this.#options.state.assembler.addRoutes(message);
        return;
      case 'snapshot':
        return this.#takeSnapshot(message);
      case 'credentials':
        return this.#takeCredentials(message, reader);
      case 'heartbeat':
        return this.#compare(message);
      case 'debug':
        void this.#debug(message);
        return;
      default:
        throw new Doubt(`unknown message ${JSON.stringify((message as { type?: unknown }).type)}`);
    }
  }

  async #takeSnapshot(message: SnapshotMessage): Promise<void> {
    const { state, gateway, store, log, onApplied, onBroken } = this.#options;
    const packed = state.assembler.assemble(message);
    const { number, hash } = packed.head;
    const startMs = performance.now();
    const { applied, problems } = await gateway.apply(packed).catch((error: unknown) => {
      onBroken(error);
      const message = `The gateway cannot take it into use: ${toMessage(error)}`;
      return { applied: false, problems: [{ severity: 'error' as const, code: 'node.failed', message }] };
    });
    if (applied) {
      state.live = packed;
      state.liveSince = { appliedAtMs: Date.now(), from: 'control' };
      state.rejected = null;
      this.#reports.send({ type: 'applied', number, hash });
      store?.saveSnapshot(packed);
      log.info({ snapshot: number, apis: packed.head.revisions.length, ms: Math.round(performance.now() - startMs) }, 'Snapshot applied');
      onApplied();
    } else {
      state.rejected = { number, hash, reason: problems.map(formatProblem).join('; ') };
      this.#reports.send({ type: 'rejected', number, problems: problems.slice(0, PROBLEMS_MAX) });
      log.error(
        { snapshot: number, problems: problems.slice(0, PROBLEMS_MAX).map(formatProblem) },
        'Snapshot rejected; the last good one stays live',
      );
    }
    state.assembler.keep(state.live, packed);
  }

  async #takeCredentials(message: CredentialsMessage, reader: StreamReader): Promise<void> {
    const { gateway, store, state, log, onApplied } = this.#options;
    try {
      if (message.reset) {
        const { cursor } = await receiveWhole(message, reader, gateway.credentials, this.#codeKey, store);
        state.credentials = { cursor, codeKey: this.#codeKey, sound: true };
        log.info({ apps: gateway.credentials.state().count, cursor }, 'All credentials received');
      } else {
        if (state.credentials === null) throw new Doubt('a change of credentials came before the credentials');
        state.credentials.cursor = (await receiveChange(message, reader, gateway.credentials, store)).cursor;
      }
    } catch (error) {
      if (error instanceof CredentialsMismatch && state.credentials !== null) state.credentials.sound = false;
      throw error;
    }
    this.#reports.send({ type: 'credentials', cursor: state.credentials.cursor });
    onApplied();
  }

  /** Everything that was sent before has been applied or rejected by now: what differs has been lost. */
  #compare({ snapshot, credentials }: Extract<NodeMessage, { type: 'heartbeat' }>): void {
    const { state, gateway, onVerified } = this.#options;
    if (snapshot !== null) {
      const has = (known: { number: number; hash: string } | null | undefined) =>
        known !== null && known !== undefined && known.number === snapshot.number && known.hash === snapshot.hash;
      if (!has(state.live?.head) && !has(state.rejected))
        throw new Doubt(`snapshot ${snapshot.number} should be live, it is ${state.live?.head.number ?? 'none'}`);
    }
    if (credentials !== null) {
      const known = gateway.credentials.state();
      const same = known.count === credentials.count && known.sums[0] === credentials.sums[0] && known.sums[1] === credentials.sums[1];
      if (state.credentials?.cursor !== credentials.cursor || !same) throw new Doubt('the credentials are not those of the control plane');
    }
    if (snapshot === null || credentials === null) return;
    if (state.rejected === null) state.confirmedAtMs = Date.now();
    onVerified();
  }

  #reportAlive(): void {
    const { live, credentials } = this.#options.state;
    const snapshot = live === null ? null : { number: live.head.number, hash: live.head.hash };
    this.#reports.send({ type: 'alive', snapshot, cursor: credentials?.cursor ?? null });
  }

  /** Beside the stream: a backend may take long. */
  async #debug({ id, call, untilMs }: Extract<NodeMessage, { type: 'debug' }>): Promise<void> {
    const timeoutMs = untilMs - Date.now() - DEBUG_ANSWER_MS;
    if (timeoutMs <= 0) {
      const message = 'It came too late to be run: the node was held up, or its clock is ahead of that of the control plane';
      this.#reports.send({ type: 'debug-failed', id, message });
      return;
    }
    if (this.#debugs >= DEBUGS_MAX) {
      this.#reports.send({ type: 'debug-failed', id, message: `${DEBUGS_MAX} debug calls are running already` });
      return;
    }
    this.#debugs++;
    try {
      this.#reports.send({ type: 'debugged', id, result: await this.#options.gateway.debug({ ...call, timeoutMs }) });
    } catch (error) {
      this.#reports.send({ type: 'debug-failed', id, message: toMessage(error).slice(0, 1000) });
    } finally {
      this.#debugs--;
    }
  }
}

const PROBLEMS_MAX = 100;
