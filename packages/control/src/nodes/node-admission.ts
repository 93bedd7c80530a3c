import type { NodeHello } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type NodeIdentity, tokenOf } from './node-gateway.ts';
import { findNodeHolder, isConnected } from './node-rows.ts';
import type { ConnectedNode } from './settling.ts';

export interface NodeAdmissionOptions {
  database: Database<ControlTables>;
  /** Those that are connected here, by id. */
  nodes: ReadonlyMap<string, ConnectedNode>;
  instance: string;
  /** A node that has said nothing for so long may have been lost without a word. */
  quietMs: number;
  /** A control node that has written nothing for so long is gone. */
  staleMs: number;
}

/**
 * Decides whether a node is who it says. What nodes report is the proof that something is published, so an id belongs to the token that
 * opened its first stream, and to one process at a time.
 */
export class NodeAdmission {
  readonly #options: NodeAdmissionOptions;

  constructor(options: NodeAdmissionOptions) {
    this.#options = options;
  }

  /** Rejects with `Refusal` (`resource.in-use`), and with `DatabaseUnavailableError`. */
  async check(hello: NodeHello, identity: NodeIdentity): Promise<void> {
    // The embedded node is this process itself: nobody else can come by its way.
    if (identity.kind === 'embedded') return;
    const { database, nodes, instance, quietMs, staleMs } = this.#options;
    const here = nodes.get(hello.id);
    if (here === undefined) {
      const nowMs = Date.now();
      const row = await findNodeHolder(database.read, hello.id, nowMs);
      if (row === undefined) return;
      if (row.kind === 'embedded' || (row.token !== tokenOf(identity) && row.tokenCounts)) throw foreign(hello);
      // On SQLite there is one control node: what another one held was held by this one before its restart.
      const elsewhere = database.dialect !== 'sqlite' && row.connected_to !== instance && isConnected(row, nowMs, staleMs);
      if (elsewhere && row.boot_id !== hello.bootId) throw copied(row);
    }
    // It may have come while the table was read.
    const now = nodes.get(hello.id);
    if (now === undefined) return;
    if (now.row.kind === 'embedded' || now.row.token !== tokenOf(identity)) throw foreign(hello);
    const alive = Date.now() - now.row.last_seen_at <= quietMs;
    if (alive && now.row.boot_id !== hello.bootId) throw copied(now.row);
  }
}

function foreign({ id }: NodeHello): Refusal {
  return new Refusal(
    'resource.in-use',
    `The node ${id} belongs to another token: use that one, or end that token, or forget the node when it is stopped`,
  );
}

function copied({ name, address }: { name: string; address: string }): Refusal {
  return new Refusal(
    'resource.in-use',
    `A node of the same id is connected: ${name}, ${address}. When that is another machine, the data directory of one is a copy of the ` +
      "other's: delete `node` in it, and it begins as a node of its own. When it is this node before its restart, this ends by itself",
  );
}
