import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';
import type { NodeAnswer } from '../publishing/live.ts';
import type { ControlTables, NodesTable } from '../schema/tables.ts';
import { type HubLog, toMessage } from './hub-log.ts';
import type { Latest } from './latest.ts';
import type { LiveSnapshot } from './live-snapshot.ts';
import { toAnswer } from './node-answer.ts';
import { nodesSeenSince } from './node-rows.ts';
import type { NodeStream } from './node-stream.ts';

/** A node whose stream this control node holds. */
export interface ConnectedNode {
  stream: NodeStream;
  row: Omit<NodesTable, 'id' | 'first_seen_at'>;
}

export interface SettlingOptions {
  snapshot: Latest<LiveSnapshot | null>;
  /** Those that are connected here, by id. */
  nodes: ReadonlyMap<string, ConnectedNode>;
  /** Whether the node of a row has a stream, here or at another control node that lives. */
  isConnected(row: NodesTable): boolean;
  database: Database<ControlTables>;
  log: HubLog;
}

/** A node that was seen within this time and has no stream is told as unreachable; one that is longer gone is not waited for. */
const LOST_MS = 60_000;

/** A node that lost its stream so lately is likely to be back at once: it is waited for. */
const BACK_SOON_MS = 1_500;

/** How often a publisher looks for what nodes of other control nodes have reported. */
const SETTLE_POLL_MS = 100;

/** Tells who publishes what the nodes make of it, those of other control nodes too. */
export class Settling {
  readonly #options: SettlingOptions;
  /** Nodes that lost their stream here lately. */
  readonly #lost = new Map<string, { name: string; atMs: number }>();
  #reported = Promise.withResolvers<void>();

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** A node has reported, or is gone: who waits looks again. */
  wake(): void {
    this.#reported.resolve();
    this.#reported = Promise.withResolvers<void>();
  }

  noteLost(id: string, name: string): void {
    this.#lost.set(id, { name, atMs: Date.now() });
  }

  noteBack(id: string): void {
    this.#lost.delete(id);
  }

  /** See `Live`. */
  async settled(number: number, waitMs: number): Promise<NodeAnswer[]> {
    const deadline = performance.now() + waitMs;
    const left = () => Math.max(0, deadline - performance.now());
    const { snapshot } = this.#options;
    const refreshed = snapshot.refresh();
    if (waitMs > 0) await Promise.race([refreshed, delay(waitMs, undefined, { ref: false })]);
    for (;;) {
      const reported = this.#reported.promise;
      const answers = await this.#answers(number);
      if (left() === 0 || answers.every(({ state }) => state !== 'pending')) return answers;
      if ((snapshot.value?.packed.head.number ?? 0) < number) void snapshot.refresh();
      await Promise.race([reported, delay(Math.min(SETTLE_POLL_MS, left()))]);
    }
  }

  async #answers(number: number): Promise<NodeAnswer[]> {
    const newest = Math.max(number, this.#options.snapshot.value?.packed.head.number ?? 0);
    const answers = new Map<string, NodeAnswer>();
    const nowMs = Date.now();
    for (const row of await this.#recentRows(nowMs - LOST_MS)) {
      const { id, name } = row;
      const node = this.#options.nodes.get(id);
      // A report may have come to another control node, which wrote it down.
      const seen = [node?.row, ...(node === undefined && !this.#options.isConnected(row) ? [] : [row])].filter(
        (each) => each !== undefined,
      );
      const answer = seen.map((each) => toAnswer(id, each, number, newest)).sort(byState)[0];
      answers.set(
        id,
        answer ?? { id, name, state: 'unreachable', reason: `not connected since ${new Date(row.last_seen_at).toISOString()}` },
      );
    }
    for (const [id, { row }] of this.#options.nodes) if (!answers.has(id)) answers.set(id, toAnswer(id, row, number, newest));
    for (const [id, { name, atMs }] of this.#lost) {
      if (nowMs - atMs > BACK_SOON_MS) this.#lost.delete(id);
      else if ((answers.get(id)?.state ?? 'unreachable') === 'unreachable') answers.set(id, { id, name, state: 'pending' });
    }
    return [...answers.values()].sort((one, other) =>
      one.name === other.name ? compare(one.id, other.id) : compare(one.name, other.name),
    );
  }

  /** Without the database, what is known of the own nodes must do: the change that is asked for has been made already. */
  async #recentRows(sinceMs: number): Promise<NodesTable[]> {
    try {
      return await nodesSeenSince(this.#options.database.read, sinceMs);
    } catch (error) {
      this.#options.log.warn({ error: toMessage(error) }, 'Nodes of other control nodes are not known at the moment');
      return [];
    }
  }
}

const STATES = ['applied', 'rejected', 'pending', 'unreachable'];

function byState(one: NodeAnswer, other: NodeAnswer): number {
  return STATES.indexOf(one.state) - STATES.indexOf(other.state);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
