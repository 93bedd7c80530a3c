import type { Database } from '@gatehouse/database';
import type { Implementation } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { forgetNode } from './forget-node.ts';
import { getNode } from './get-node.ts';
import { listNodes } from './list-nodes.ts';
import type { NodesSeen } from './node-view.ts';

/** What the management interface offers on nodes. */
export function nodesOperations(deps: { database: Database<ControlTables>; hub: NodesSeen }): Implementation[] {
  const { database, hub } = deps;
  return [listNodes(database, hub), getNode(database, hub), forgetNode(database, hub)];
}
