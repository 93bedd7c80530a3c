import type { OperationResult, system } from '@gatehouse/contract/management';
import type { Caller } from '../access/caller.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { NodesTable } from '../schema/tables.ts';
import type { NodeHub } from './node-hub.ts';

/** What operations need of the hub. */
export type NodesSeen = Pick<NodeHub, 'current' | 'isConnected' | 'newest'>;

/** A node as the management interface shows it. Why it rejected a snapshot may name anybody's APIs: that is for those who see all. */
export function toNodeView(stored: NodesTable, hub: NodesSeen, caller: Pick<Caller, 'seesAll'>): OperationResult<typeof system.getNode> {
  const row = hub.newest(stored);
  const { snapshot, cursor } = hub.current();
  const connected = hub.isConnected(row);
  const at = (ms: number | null) => toTimestamp(ms ?? row.last_seen_at);
  return {
    id: row.id,
    name: row.name,
    kind: row.kind === 'embedded' ? 'embedded' : 'remote',
    address: row.address,
    version: row.version,
    connected,
    connectedTo: connected ? row.connected_to : null,
    applied: row.applied_number === null ? null : { snapshot: row.applied_number, hash: row.applied_hash ?? '', at: at(row.applied_at) },
    rejected:
      row.rejected_number === null
        ? null
        : {
            snapshot: row.rejected_number,
            reason: caller.seesAll ? (row.rejected_reason ?? '') : '(shown to those who see every API)',
            at: at(row.rejected_at),
          },
    credentialsCursor: row.credentials_cursor,
    behind:
      (snapshot !== null && (row.applied_number !== snapshot.number || row.applied_hash !== snapshot.hash)) ||
      (cursor !== null && (row.credentials_cursor ?? -1) < cursor),
    firstSeenAt: toTimestamp(row.first_seen_at),
    lastSeenAt: toTimestamp(row.last_seen_at),
  };
}
