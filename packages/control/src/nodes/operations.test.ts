import type { system } from '@gatehouse/contract/management';
import { type Database, migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { Refusal } from '../operation/refusal.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables, NodesTable } from '../schema/tables.ts';
import { isConnected } from './node-rows.ts';
import { nodesOperations } from './operations.ts';

const row: NodesTable = {
  id: 'n1',
  name: 'edge',
  kind: 'remote',
  address: '10.0.0.1:8000',
  version: '1',
  token: 'token-1',
  boot_id: 'boot-1',
  connected_to: 'control-1',
  applied_number: 7,
  applied_hash: 'abc',
  applied_at: 1_000,
  rejected_number: null,
  rejected_reason: null,
  rejected_at: null,
  credentials_cursor: 5,
  first_seen_at: 500,
  last_seen_at: 2_000,
};

/** As the hub of a control node sees it at the time 3,000. */
const hub = {
  current: () => ({ snapshot: { number: 7, hash: 'abc' }, cursor: 5 }),
  isConnected: (node: Pick<NodesTable, 'connected_to' | 'last_seen_at'>) => isConnected(node, 3_000, 1_500),
  newest: (node: NodesTable) => node,
};

async function call(database: Database<ControlTables>, id: string, input: { params?: object; query?: object }) {
  const implementation = nodesOperations({ database, hub }).find(({ operation }) => operation.id === id);
  if (implementation === undefined) throw new Error(`No operation ${id}`);
  const { operation, handle } = implementation;
  const { body } = await handle({
    params: operation.params.parse(input.params),
    query: operation.query.parse(input.query),
    body: undefined,
    caller: new Caller({ name: 'root', role: 'admin', teams: [] }),
    ifMatch: undefined,
    address: '127.0.0.1',
    requestId: 'r',
  } as never);
  return operation.result.parse(body);
}

const insert = (database: Database<ControlTables>, rows: NodesTable[]) =>
  database.transaction((tx) => tx.insertInto('nodes').values(rows).execute());

describeDatabases<ControlTables>(
  'operations on nodes',
  (open) => {
    test('200: nodes are listed page by page, with what each has and whether that is the newest', async () => {
      const database = await open();
      const lost = {
        ...row,
        id: 'n2',
        last_seen_at: 1_000,
        applied_number: 6,
        rejected_number: 7,
        rejected_reason: 'too large',
        rejected_at: 900,
      };
      await insert(database, [row, lost, { ...row, id: 'n3', name: 'aside', connected_to: null, credentials_cursor: 4 }]);
      type Page = { items: (typeof system.getNode)['result']['_output'][]; nextCursor?: string };
      const first = (await call(database, 'nodes.list', { query: { limit: '2' } })) as Page;
      const second = (await call(database, 'nodes.list', { query: { limit: '2', cursor: first.nextCursor } })) as Page;
      expect(second.nextCursor).toBeUndefined();
      expect([...first.items, ...second.items]).toMatchObject([
        { id: 'n3', connected: false, connectedTo: null, behind: true },
        { id: 'n1', connected: true, connectedTo: 'control-1', behind: false, applied: { snapshot: 7, hash: 'abc' }, rejected: null },
        // The control node that held its stream died: nobody wrote that down.
        { id: 'n2', connected: false, connectedTo: null, behind: true, rejected: { snapshot: 7, reason: 'too large' } },
      ]);
      expect(await call(database, 'nodes.get', { params: { id: 'n1' } })).toEqual(first.items[1]);
    });

    test('404: a node that there is not', async () => {
      const database = await open();
      for (const id of ['nodes.get', 'nodes.forget'])
        await expect(call(database, id, { params: { id: 'n9' } })).rejects.toMatchObject({ code: 'resource.not-found' });
    });

    test('409: a node that is connected is not forgotten', async () => {
      const database = await open();
      await insert(database, [row]);
      await expect(call(database, 'nodes.forget', { params: { id: 'n1' } })).rejects.toThrow(Refusal);
      expect(await database.read.selectFrom('audit').selectAll().execute()).toEqual([]);
    });

    test('200: a node that is gone is forgotten, and the audit says by whom', async () => {
      const database = await open();
      await insert(database, [{ ...row, last_seen_at: 1_000 }]);
      expect(await call(database, 'nodes.forget', { params: { id: 'n1' } })).toEqual({ forgotten: 'n1' });
      expect(await database.read.selectFrom('nodes').selectAll().execute()).toEqual([]);
      expect(await database.read.selectFrom('audit').selectAll().execute()).toMatchObject([
        { actor: 'root', action: 'nodes.forget', resource: 'nodes/n1' },
      ]);
    });
  },
  async (database) => {
    await migrate(database, MIGRATIONS);
  },
);
