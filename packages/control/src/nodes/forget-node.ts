import { system } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { NodesSeen } from './node-view.ts';

export function forgetNode(database: Database<ControlTables>, hub: NodesSeen): Implementation {
  return implement(system.deleteNode, async (call) => {
    const { id } = call.params;
    await database.transaction(async (tx) => {
      const row = await tx.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw notFound('node', id);
      if (hub.isConnected(row)) throw new Refusal('resource.in-use', `Node "${row.name}" is connected: stop it first`);
      await tx.deleteFrom('nodes').where('id', '=', id).execute();
      const entry = {
        action: system.deleteNode.id,
        resource: `nodes/${id}`,
        owner: null,
        before: { name: row.name, kind: row.kind, address: row.address },
      };
      await recordAudit(tx, toActor(call), entry, Date.now());
    });
    return { body: { forgotten: id } };
  });
}
