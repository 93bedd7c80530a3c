import type { NodeMessage } from '@gatehouse/contract';
import type { LiveSnapshot } from './live-snapshot.ts';

/** How much text of routes one message holds, in characters. */
const PIECE_LENGTH = 1024 * 1024;

/** The messages that bring a snapshot to a node that has the routes of the revisions in `has`. */
export function* toSnapshotMessages({ packed, message }: LiveSnapshot, has: ReadonlySet<string>): Generator<NodeMessage> {
  let piece: Record<string, string[]> = {};
  let length = 0;
  for (const [index, { id }] of packed.head.revisions.entries()) {
    if (has.has(id)) continue;
    for (const text of packed.routes[index] ?? []) {
      piece[id] ??= [];
      piece[id].push(text);
      length += text.length;
      if (length < PIECE_LENGTH) continue;
      yield { type: 'routes', routes: piece };
      piece = {};
      length = 0;
    }
    // A revision without routes is told too: the node must know that it has them all.
    if ((packed.routes[index] ?? []).length === 0) piece[id] = [];
  }
  if (Object.keys(piece).length > 0) yield { type: 'routes', routes: piece };
  yield message;
}
