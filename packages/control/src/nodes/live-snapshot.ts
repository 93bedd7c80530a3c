import type { PackedSnapshot, SnapshotMessage } from '@gatehouse/contract';
import { digestOfPacked } from '@gatehouse/contract/packed-snapshot';

/** What is live, with its last message: the same object for every node, so that a transport has to serialize it once. */
export interface LiveSnapshot {
  packed: PackedSnapshot;
  message: SnapshotMessage;
}

/** Reads all of it once, for its digest. */
export function toLiveSnapshot(packed: PackedSnapshot): LiveSnapshot {
  const { head, routeCount, targets } = packed;
  return { packed, message: { type: 'snapshot', head, routeCount, targets, digest: digestOfPacked(packed) } };
}
