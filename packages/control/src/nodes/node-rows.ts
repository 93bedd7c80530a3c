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
  /** Only when the node belongs to this token; null: when it is the embedded one. */
  token: string | null;
}

/** Writes what has changed of several nodes, in one transaction. */
export async function writeNodes(database: Database<ControlTables>, writes: readonly NodeWrite[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { id, connect, update, heldBy, token } of writes) {
      if (connect !== undefined) {
        const values = { ...connect, ...update };
        await tx
          .insertInto('nodes')
          .values({ ...values, id, first_seen_at: values.last_seen_at })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...values, applied_at: appliedAt(values) }))
          .execute();
        continue;
      }
      let statement = tx
        .updateTable('nodes')
        .set(update)
        .where('id', '=', id)
        .where('token', token === null ? 'is' : '=', token);
      if (heldBy !== null) statement = statement.where('connected_to', '=', heldBy);
      await statement.execute();
    }
  });
}

/** A node that comes back with the snapshot that it had applied has applied it when it did, not now. */
function appliedAt({ applied_number, applied_at }: Pick<NodesTable, 'applied_number' | 'applied_at'>) {
  return sql<number | null>`case when nodes.applied_number = ${applied_number} then nodes.applied_at else ${applied_at} end`;
}

/** Whose a node is: its row, and whether the token that it belongs to still counts. */
export async function findNodeHolder(read: Kysely<ControlTables>, id: string, nowMs: number) {
  const row = await read
    .selectFrom('nodes')
    .leftJoin('tokens', (join) =>
      join
        .onRef('tokens.id', '=', 'nodes.token')
        .on((is) => is.or([is('tokens.expires_at', 'is', null), is('tokens.expires_at', '>', nowMs)])),
    )
    .select(['nodes.name', 'nodes.kind', 'nodes.address', 'nodes.token', 'nodes.boot_id', 'nodes.connected_to', 'nodes.last_seen_at'])
    .select('tokens.id as counting')
    .where('nodes.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { counting, ...holder } = row;
  return { ...holder, tokenCounts: counting !== null };
}

/** Deletes nodes that were not seen since then, but for those whose stream `instance` holds; returns how many. */
export async function deleteNodesUnseenSince(database: Database<ControlTables>, sinceMs: number, instance: string): Promise<number> {
  return database.transaction(async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('nodes')
      .where('last_seen_at', '<', sinceMs)
      .where((is) => is.or([is('connected_to', 'is', null), is('connected_to', '!=', instance)]))
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
}

/** Nodes that were seen since then. */
export function nodesSeenSince(read: Kysely<ControlTables>, sinceMs: number): Promise<NodesTable[]> {
  return read.selectFrom('nodes').selectAll().where('last_seen_at', '>=', sinceMs).orderBy('id').execute();
}

/** A row says that the node has a stream, and was written lately: the control node that holds it lives. */
export function isConnected(row: Pick<NodesTable, 'connected_to' | 'last_seen_at'>, nowMs: number, staleMs: number): boolean {
  return row.connected_to !== null && row.last_seen_at >= nowMs - staleMs;
}
