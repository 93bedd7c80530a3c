import {
  type CredentialsState,
  type DebugCall,
  type DebugResult,
  NODE_PROTOCOL,
  type NodeHello,
  type NodeMessage,
  type NodeReport,
  type SnapshotState,
  type TrafficReport,
} from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { CHANGES_CHANNEL } from '../changes/record-change.ts';
import { Refusal } from '../operation/refusal.ts';
import type { Live, NodeAnswer } from '../publishing/live.ts';
import type { ControlTables, NodesTable } from '../schema/tables.ts';
import { DebugCalls } from './debug-calls.ts';
import { type HubLog, toMessage } from './hub-log.ts';
import { Latest } from './latest.ts';
import { type LiveSnapshot, toLiveSnapshot } from './live-snapshot.ts';
import { NodeAdmission } from './node-admission.ts';
import { type NodeGateway, type NodeIdentity, tokenOf } from './node-gateway.ts';
import { toConnectedRow, toRowChange } from './node-record.ts';
import { NodeRowWriter } from './node-row-writer.ts';
import { deleteNodesUnseenSince, isConnected, nodesSeenSince } from './node-rows.ts';
import { NodeStream } from './node-stream.ts';
import { type ConnectedNode, Settling } from './settling.ts';
import type { CredentialsSource, SnapshotSource } from './sources.ts';

export interface NodeHubOptions {
  database: Database<ControlTables>;
  snapshots: SnapshotSource;
  credentials: CredentialsSource;
  /** Id of this control node, of its own for each start of the process. */
  instance: string;
  log: HubLog;
  /** How often each node is told what should be live, and reports that it lives. Default 5,000 ms. */
  heartbeatMs?: number;
  /** How often the change log is looked at: wake-ups may be lost. Default 1,000 ms. */
  pollMs?: number;
  /** How long a node gets for a debug call, its backend included. Default 35,000 ms, which is longer than a node takes for it. */
  debugTimeoutMs?: number;
  /** Stores what a node tells of its traffic; rejects when it cannot: the node sends it again. Default: nothing is stored. */
  takeTraffic?(sender: { nodeId: string; token: string | null; isConnected: boolean }, report: TrafficReport): Promise<unknown>;
}

const DEBUG_TIMEOUT_MS = 35_000;

/** Nodes without a disk of their own are new ones at each start, and nobody forgets those before. */
const FORGOTTEN_AFTER_MS = 7 * 86_400_000;

/** Holds the streams of the nodes that are connected here, brings them what is live, and knows what each has made of it. */
export class NodeHub implements Live, NodeGateway {
  readonly #options: NodeHubOptions;
  readonly #heartbeatMs: number;
  readonly #staleMs: number;
  readonly #snapshot: Latest<LiveSnapshot | null>;
  readonly #credentials: Latest<CredentialsState>;
  readonly #rows: NodeRowWriter;
  readonly #nodes = new Map<string, ConnectedNode>();
  readonly #debugs = new DebugCalls();
  readonly #settling: Settling;
  readonly #admission: NodeAdmission;
  #stopListening: (() => void) | undefined;
  #poller: NodeJS.Timeout | undefined;
  #polling = false;
  #lastChange = -1;
  #lastRefreshMs = 0;
  #stopped = false;

  constructor(options: NodeHubOptions) {
    this.#options = options;
    this.#heartbeatMs = options.heartbeatMs ?? 5_000;
    this.#staleMs = this.#heartbeatMs * 4;
    const wakeAll = () => {
      for (const { stream } of this.#nodes.values()) stream.wake();
    };
    this.#snapshot = new Latest('What is live', () => this.#readSnapshot(), wakeAll, options.log);
    this.#credentials = new Latest('The state of credentials', () => options.credentials.state(), wakeAll, options.log);
    this.#rows = new NodeRowWriter(options.database, options.log);
    this.#settling = new Settling({
      snapshot: this.#snapshot,
      nodes: this.#nodes,
      isConnected: (row) => this.isConnected(row),
      database: options.database,
      log: options.log,
    });
    this.#admission = new NodeAdmission({
      database: options.database,
      nodes: this.#nodes,
      instance: options.instance,
      quietMs: this.#heartbeatMs * 2,
      staleMs: this.#staleMs,
    });
  }

  /** Begins to follow the change log. Does not wait for the database. */
  start(): void {
    this.#stopListening = this.#options.database.notifier.listen(CHANGES_CHANNEL, () => this.wake());
    this.#poller = setInterval(() => void this.#poll(), this.#options.pollMs ?? 1_000);
  }

  /** Ends the streams and writes down that the nodes have none here any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening?.();
    clearInterval(this.#poller);
    for (const { stream } of [...this.#nodes.values()]) stream.close();
    await this.#rows.flush();
  }

  /** Forgets nodes that were not heard of for seven days; returns how many. Rejects with what the database rejects with. */
  sweep(nowMs: number): Promise<number> {
    return deleteNodesUnseenSince(this.#options.database, nowMs - FORGOTTEN_AFTER_MS, this.#options.instance);
  }

  /** Something was changed: nodes get it now. */
  wake(): void {
    void this.#refresh();
  }

  /** What is live, as far as it is known here. */
  current(): { snapshot: SnapshotState | null; cursor: number | null } {
    const head = this.#snapshot.value?.packed.head;
    return {
      snapshot: head === undefined ? null : { number: head.number, hash: head.hash },
      cursor: this.#credentials.value?.cursor ?? null,
    };
  }

  /** A row says that its node has a stream here or at another control node that lives. */
  isConnected(row: Pick<NodesTable, 'id' | 'connected_to' | 'last_seen_at'>): boolean {
    if (this.#nodes.has(row.id)) return true;
    return row.connected_to !== this.#options.instance && isConnected(row, Date.now(), this.#staleMs);
  }

  /** The row of a node with what is known of it here already: the table follows some milliseconds later. */
  newest(row: NodesTable): NodesTable {
    const node = this.#nodes.get(row.id);
    // Reports may reach another control node, which writes what is not known here.
    return node === undefined || node.row.last_seen_at < row.last_seen_at ? row : { ...row, ...node.row };
  }

  async *open(hello: NodeHello, identity: NodeIdentity, signal: AbortSignal): AsyncGenerator<NodeMessage> {
    if (hello.protocol !== NODE_PROTOCOL) {
      throw new Refusal(
        'request.invalid',
        `The node speaks version ${hello.protocol} of the node protocol, this control plane ${NODE_PROTOCOL}`,
      );
    }
    await this.#admission.check(hello, identity);
    if (this.#stopped) throw new Refusal('service.unavailable', 'This control node is shutting down');
    if (signal.aborted) return;
    yield* this.#connect(hello, identity, signal);
  }

  #connect(hello: NodeHello, identity: NodeIdentity, signal: AbortSignal): NodeStream {
    const { log, instance, credentials } = this.#options;
    const before = this.#nodes.get(hello.id);
    if (before !== undefined) {
      log.info({ node: hello.id, name: hello.name }, 'A gateway node opened another stream: the one that it had is ended');
      before.stream.close();
    }
    const sources = {
      snapshot: this.#snapshot,
      credentials: this.#credentials,
      credentialsSource: credentials,
      heartbeatMs: this.#heartbeatMs,
      log,
    };
    const close = () => stream.close();
    const stream = new NodeStream(hello, identity, sources, () => {
      signal.removeEventListener('abort', close);
      this.#ended(stream);
    });
    const row = toConnectedRow(hello, identity, instance, Date.now());
    this.#nodes.set(hello.id, { stream, row });
    this.#settling.noteBack(hello.id);
    this.#rows.write({ id: hello.id, connect: row, update: {}, heldBy: instance, token: row.token }, true);
    log.info(
      { node: hello.id, name: hello.name, address: hello.address, snapshot: hello.snapshot?.number ?? null },
      'A gateway node connected',
    );
    signal.addEventListener('abort', close, { once: true });
    this.wake();
    return stream;
  }

  async report(nodeId: string, reports: readonly NodeReport[], identity: NodeIdentity): Promise<void> {
    const node = this.#nodes.get(nodeId);
    if (node !== undefined && (node.stream.identity.caller !== identity.caller || node.stream.identity.kind !== identity.kind))
      throw new Refusal('access.denied', 'The stream of this node was opened with another token');
    const nowMs = Date.now();
    const heldBy = node === undefined ? null : this.#options.instance;
    for (const report of reports) {
      const update = toRowChange(report, nowMs);
      if (node !== undefined) Object.assign(node.row, update);
      // Kept also without a stream here: a load balancer may bring reports to another control node than the one that holds it.
      const soon = report.type === 'applied' || report.type === 'rejected' || node === undefined;
      this.#rows.write({ id: nodeId, update, heldBy, token: tokenOf(identity) }, soon);
      if (report.type === 'traffic')
        await this.#options.takeTraffic?.({ nodeId, token: tokenOf(identity), isConnected: node !== undefined }, report.report);
      if (report.type === 'debugged' || report.type === 'debug-failed') this.#debugs.answer(nodeId, report);
      if (report.type === 'rejected')
        this.#options.log.warn(
          { node: nodeId, snapshot: report.number, reason: update.rejected_reason },
          'A gateway node rejected a snapshot',
        );
    }
    this.#settling.wake();
  }

  settled(number: number, waitMs: number): Promise<NodeAnswer[]> {
    return this.#settling.settled(number, waitMs);
  }

  /** Runs a request on a node that is connected here, the embedded one if there is one. Rejects with `Refusal` (`debug.unavailable`). */
  debug(call: DebugCall): Promise<DebugResult> {
    const nodes = [...this.#nodes.values()];
    const newest = this.#snapshot.value?.packed.head.number;
    const node =
      nodes.find(({ stream }) => stream.identity.kind === 'embedded') ?? nodes.find(({ row }) => row.applied_number === newest) ?? nodes[0];
    if (node === undefined) return Promise.reject(new Refusal('debug.unavailable', 'No gateway node is connected to this control node'));
    return this.#debugs.run(node.stream, call, this.#options.debugTimeoutMs ?? DEBUG_TIMEOUT_MS);
  }

  async #readSnapshot(): Promise<LiveSnapshot | null> {
    const packed = await this.#options.snapshots.newest();
    if (packed === null) return null;
    const known = this.#snapshot.value;
    return known?.packed === packed ? known : toLiveSnapshot(packed);
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#snapshot.refresh(), this.#credentials.refresh()]);
  }

  #ended(stream: NodeStream): void {
    const { id, name } = stream.hello;
    this.#debugs.streamEnded(stream);
    if (this.#nodes.get(id)?.stream !== stream) return;
    this.#nodes.delete(id);
    this.#settling.noteLost(id, name);
    const { instance } = this.#options;
    this.#rows.write({ id, update: { connected_to: null }, heldBy: instance, token: tokenOf(stream.identity) }, true);
    this.#options.log.info({ node: id, name }, 'A gateway node is not connected any more');
    this.#settling.wake();
  }

  async #poll(): Promise<void> {
    if (this.#polling || this.#stopped) return;
    this.#polling = true;
    try {
      const row = await this.#options.database.read
        .selectFrom('changes')
        .select((select) => select.fn.max('number').as('number'))
        .executeTakeFirst();
      const last = row?.number ?? 0;
      const now = performance.now();
      if (last !== this.#lastChange || now - this.#lastRefreshMs >= this.#heartbeatMs) {
        this.#lastChange = last;
        this.#lastRefreshMs = now;
        await this.#refresh();
        await this.#endStreamsOfDeadNodes();
        await this.#rows.flush();
      }
    } catch (error) {
      if (this.#lastChange !== -1) this.#options.log.warn({ error: toMessage(error) }, 'The change log cannot be read');
      this.#lastChange = -1;
    } finally {
      this.#polling = false;
      // What failed is tried again, too.
      for (const { stream } of this.#nodes.values()) stream.wake();
    }
  }

  /** A stream whose node says nothing any more is dead, though no error ever comes; and a node has one stream, the newest. */
  async #endStreamsOfDeadNodes(): Promise<void> {
    const nowMs = Date.now();
    const quiet = [...this.#nodes].filter(([, { row }]) => nowMs - row.last_seen_at > this.#heartbeatMs * 2);
    if (quiet.length === 0) return;
    const rows = new Map((await nodesSeenSince(this.#options.database.read, nowMs - this.#staleMs)).map((row) => [row.id, row]));
    for (const [id, { stream, row }] of quiet) {
      const written = rows.get(id);
      if (written !== undefined && written.connected_to !== this.#options.instance && written.connected_to !== null) stream.close();
      else if (written !== undefined && written.last_seen_at > row.last_seen_at) row.last_seen_at = written.last_seen_at;
      else if (nowMs - row.last_seen_at > this.#staleMs) {
        this.#options.log.warn({ node: id }, 'A gateway node says nothing any more: its stream is ended');
        stream.close();
      }
    }
  }
}
