import {
  type CredentialsState,
  NODE_PROTOCOL,
  type NodeHello,
  type NodeMessage,
  type PackedSnapshot,
  type SnapshotState,
} from '@gatehouse/contract';
import { toDeltaMessages, toWholeMessages } from './credentials-messages.ts';
import { type HubLog, toMessage } from './hub-log.ts';
import type { Latest } from './latest.ts';
import type { LiveSnapshot } from './live-snapshot.ts';
import type { NodeIdentity } from './node-gateway.ts';
import { toSnapshotMessages } from './snapshot-messages.ts';
import type { CredentialsSource } from './sources.ts';

type DebugMessage = Extract<NodeMessage, { type: 'debug' }>;

/** What every stream brings to its node. */
export interface StreamSources {
  snapshot: Latest<LiveSnapshot | null>;
  credentials: Latest<CredentialsState>;
  credentialsSource: CredentialsSource;
  heartbeatMs: number;
  log: HubLog;
}

/**
 * The messages for one node. Each is made when it is asked for, out of what is newest then and what was sent before: a node that is slow
 * gets the newest when it is ready for it, and nothing queues up.
 */
export class NodeStream implements AsyncIterableIterator<NodeMessage> {
  readonly hello: NodeHello;
  readonly identity: NodeIdentity;
  readonly #sources: StreamSources;
  readonly #messages: AsyncGenerator<NodeMessage>;
  readonly #onClosed: () => void;
  #debugs: DebugMessage[] = [];
  #sent: SnapshotState | null;
  #revisions: ReadonlySet<string>;
  #credentials: CredentialsState | null;
  #credentialsCompared = false;
  #failing = false;
  #closed = false;
  #wake: (() => void) | null = null;
  #woken = false;

  constructor(hello: NodeHello, identity: NodeIdentity, sources: StreamSources, onClosed: () => void) {
    this.hello = hello;
    this.identity = identity;
    this.#sources = sources;
    this.#onClosed = onClosed;
    this.#sent = hello.snapshot;
    this.#revisions = new Set(hello.revisions);
    this.#credentials = hello.credentials;
    this.#messages = this.#run();
  }

  get closed(): boolean {
    return this.#closed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<NodeMessage>> {
    return this.#messages.next();
  }

  async return(): Promise<IteratorResult<NodeMessage>> {
    // The generator may be waiting for something to send: it must be woken to end.
    this.close();
    return this.#messages.return(undefined);
  }

  /** Something may have changed. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  debug(message: DebugMessage): void {
    this.#debugs.push(message);
    this.wake();
  }

  /** Nobody waits for it any more: if it was not sent yet, it is not. */
  withdrawDebug(id: string): void {
    this.#debugs = this.#debugs.filter((message) => message.id !== id);
  }

  /** Ends it; the consumer sees the end with its next message. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.wake();
    this.#onClosed();
  }

  async *#run(): AsyncGenerator<NodeMessage> {
    const { heartbeatMs, credentialsSource } = this.#sources;
    yield { type: 'welcome', protocol: NODE_PROTOCOL, heartbeatMs, codeKey: credentialsSource.codeKey };
    // The first heartbeat comes as soon as everything was sent, so that the node knows soon that it is up to date.
    let heartbeatAt = 0;
    while (!this.#closed) {
      this.#woken = false;
      const debug = this.#debugs.shift();
      if (debug !== undefined) {
        yield debug;
        continue;
      }
      // A node without credentials would refuse calls of every app that a snapshot lets in: they come first.
      if (this.#credentials === null) {
        if (yield* this.#sendCredentials()) continue;
      } else {
        const snapshot = this.#snapshotToSend();
        if (snapshot !== null) {
          yield* this.#sendSnapshot(snapshot);
          continue;
        }
        if (this.#credentialsAreBehind() && (yield* this.#sendCredentials())) continue;
      }
      const now = performance.now();
      // Not when something changed while credentials were asked for: that comes first.
      if (now >= heartbeatAt && !this.#woken) {
        heartbeatAt = now + heartbeatMs;
        yield this.#heartbeat();
        continue;
      }
      await this.#sleep(Math.max(0, heartbeatAt - now));
    }
  }

  #snapshotToSend(): LiveSnapshot | null {
    const live = this.#sources.snapshot.value ?? null;
    if (live === null) return null;
    const { number, hash } = live.packed.head;
    // What it was sent and rejected counts as sent: it would reject it again.
    return this.#sent?.number === number && this.#sent.hash === hash ? null : live;
  }

  *#sendSnapshot(live: LiveSnapshot): Generator<NodeMessage> {
    const { number, hash, revisions } = live.packed.head;
    for (const message of toSnapshotMessages(live, this.#revisions)) {
      if (message.type === 'snapshot') {
        this.#sent = { number, hash };
        this.#revisions = new Set(revisions.map(({ id }) => id));
      }
      yield message;
    }
  }

  #credentialsAreBehind(): boolean {
    const live = this.#sources.credentials.value;
    if (live === undefined || this.#credentials === null) return false;
    if (!this.#credentialsCompared && live.cursor === this.#credentials.cursor) {
      this.#credentialsCompared = true;
      // It has come to something else on the same way: only everything helps.
      if (!isSameSet(live, this.#credentials)) {
        this.#credentials = null;
        return true;
      }
    }
    return live.cursor !== this.#credentials.cursor;
  }

  /** False when they cannot be had now: tried again when the stream is woken, at the latest by the next poll. */
  async *#sendCredentials(): AsyncGenerator<NodeMessage, boolean> {
    const { credentials, credentialsSource, log } = this.#sources;
    let begun = false;
    try {
      const delta = this.#credentials === null ? null : await credentialsSource.since(this.#credentials.cursor);
      for await (const message of delta === null ? toWholeMessages(credentialsSource) : toDeltaMessages(delta)) {
        if (this.#closed) return false;
        if (message.state !== null) {
          this.#credentials = message.state;
          this.#credentialsCompared = true;
          const known = credentials.value;
          if (known === undefined || known.cursor < message.state.cursor) credentials.set(message.state);
        }
        begun = true;
        yield message;
      }
      // Whole sets are read while changes go on: the heartbeat must not go by what was known before it.
      if (delta === null) await credentials.refresh();
      this.#failing = false;
      return true;
    } catch (error) {
      if (!this.#failing) log.error({ node: this.hello.id, error: toMessage(error) }, 'Credentials cannot be read for a node');
      this.#failing = true;
      // A node that has got a part can only begin anew.
      if (begun) this.close();
      return false;
    }
  }

  #heartbeat(): NodeMessage {
    const snapshot = this.#sources.snapshot.value;
    const live = this.#sources.credentials.value;
    return {
      type: 'heartbeat',
      snapshot: snapshot === undefined || snapshot === null || this.#credentials === null ? null : toState(snapshot.packed),
      // As of the cursor that the node was brought to. What is read anew tells also of changes that nobody recorded.
      credentials: live !== undefined && live.cursor === this.#credentials?.cursor ? live : this.#credentials,
    };
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#woken || this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}

function toState({ head: { number, hash } }: PackedSnapshot): SnapshotState {
  return { number, hash };
}

function isSameSet(one: CredentialsState, other: CredentialsState): boolean {
  return one.count === other.count && one.sums[0] === other.sums[0] && one.sums[1] === other.sums[1];
}
