import type { Caller } from '../access/caller.ts';
import type { NodeAnswer } from './live.ts';

/** A node rejects a snapshot as a whole, with the names of whatever it is about. */
const UNTOLD = 'It rejected the snapshot; admins are told why';

/** What nodes answered, with their reasons for those only who see everything. */
export function visibleAnswers(caller: Caller, nodes: readonly NodeAnswer[]): NodeAnswer[] {
  return nodes.map((node) => (node.state !== 'rejected' || caller.seesAll ? node : { ...node, reason: UNTOLD }));
}
