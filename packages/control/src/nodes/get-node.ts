import { system } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type NodesSeen, toNodeView } from './node-view.ts';

export function getNode(database: Database<ControlTables>, hub: NodesSeen): Implementation {
  return implement(system.getNode, async ({ params: { id }, caller }) => {
    const row = await database.read.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound('node', id);
    return { body: toNodeView(row, hub, caller) };
  });
}
