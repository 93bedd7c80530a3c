import { system } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type NodesSeen, toNodeView } from './node-view.ts';

const keys = z.tuple([z.string(), z.string()]);

export function listNodes(database: Database<ControlTables>, hub: NodesSeen): Implementation {
  return implement(system.listNodes, async ({ query: { limit, cursor }, caller }) => {
    const after = fromCursor(cursor, keys);
    let select = database.read.selectFrom('nodes').selectAll();
    if (after !== undefined) {
      const [name, id] = after;
      select = select.where((is) => is.or([is('name', '>', name), is.and([is('name', '=', name), is('id', '>', id)])]));
    }
    const rows = await select
      .orderBy('name')
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    return {
      body: toPage(
        rows,
        limit,
        (row) => toNodeView(row, hub, caller),
        ({ name, id }) => [name, id],
      ),
    };
  });
}
