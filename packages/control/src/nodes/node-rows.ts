import type { Database, Kysely } from '@gatehouse/database';
import { sql } from 'kysely';
import type { ControlTables, NodesTable } from '../schema/tables.ts';

/** What is to be written of one node. */
export interface NodeWrite {
  id: string;
  /** All columns, for a node that has just connected; the row is made when there is none. */
  connect?: Omit<NodesTable, 'id' | 'first_seen_at'>;
  /** Changes of an existing row. */
  update: Partial<Omit<NodesTable, 'id'>>;
  /** Only while this control node holds the stream; null: in any case. */
  heldBy: string | null;
}

/** Writes what has changed of several nodes, in one transaction. */
export async function writeNodes(database: Database<ControlTables>, writes: readonly NodeWrite[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { id, connect, update, heldBy } of writes) {
      if (connect !== undefined) {
        const values = { ...connect, ...update };
        await tx
          .insertInto('nodes')
          .values({ ...values, id, first_seen_at: values.last_seen_at })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...values, applied_at: appliedAt(values) }))
          .execute();
        continue;
      }
      let statement = tx.updateTable('nodes').set(update).where('id', '=', id);
      if (heldBy !== null) statement = statement.where('connected_to', '=', heldBy);
      await statement.execute();
    }
  });
}

/** A node that comes back with the snapshot that it had applied has applied it when it did, not now. */
function appliedAt({ applied_number, applied_at }: Pick<NodesTable, 'applied_number' | 'applied_at'>) {
  return sql<number | null>`case when nodes.applied_number = ${applied_number} then nodes.applied_at else ${applied_at} end`;
}

/** Nodes that were seen since then. */
export function nodesSeenSince(read: Kysely<ControlTables>, sinceMs: number): Promise<NodesTable[]> {
  return read.selectFrom('nodes').selectAll().where('last_seen_at', '>=', sinceMs).orderBy('id').execute();
}

/** A row says that the node has a stream, and was written lately: the control node that holds it lives. */
export function isConnected(row: Pick<NodesTable, 'connected_to' | 'last_seen_at'>, nowMs: number, staleMs: number): boolean {
  return row.connected_to !== null && row.last_seen_at >= nowMs - staleMs;
}
