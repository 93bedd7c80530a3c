import type { Node } from './server/nodes.ts';

export interface NodeState {
  label: string;
  color: 'teal' | 'yellow' | 'red' | 'gray';
  /** What it means for traffic, in one sentence. */
  meaning: string;
}

/** How a node is, the worst thing first. */
export function stateOfNode({
  connected,
  rejected,
  applied,
  behind,
}: Pick<Node, 'connected' | 'rejected' | 'applied' | 'behind'>): NodeState {
  if (!connected) {
    return {
      label: 'Not connected',
      color: 'gray',
      meaning: 'It serves its last good snapshot if it runs; changes reach it when it is back.',
    };
  }
  if (rejected !== null && rejected.snapshot > (applied?.snapshot ?? 0)) {
    return { label: 'Rejected', color: 'red', meaning: `It refused snapshot ${rejected.snapshot} and goes on with the one before.` };
  }
  if (applied === null) return { label: 'Starting', color: 'yellow', meaning: 'It has no snapshot yet and serves nothing.' };
  if (behind) return { label: 'Behind', color: 'yellow', meaning: 'The newest changes are on their way to it.' };
  return { label: 'Up to date', color: 'teal', meaning: 'It serves what is published.' };
}
