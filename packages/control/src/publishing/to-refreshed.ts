import type { NodeAnswer } from './live.ts';

export interface Refreshed {
  status: 'applied' | 'pending' | 'rejected' | 'unreachable';
  error?: string;
}

/** Whether a change is served everywhere: the worst of what the nodes answered, and which of them it was. */
export function toRefreshed(nodes: readonly NodeAnswer[]): Refreshed {
  const rejected = nodes.find((node) => node.state === 'rejected');
  if (rejected !== undefined) return { status: 'rejected', error: `${rejected.name}: ${rejected.reason ?? 'rejected'}` };
  const pending = nodes.filter((node) => node.state === 'pending');
  if (pending.length > 0) return { status: 'pending', error: `No answer yet from ${namesOf(pending)}` };
  const unreachable = nodes.filter((node) => node.state === 'unreachable');
  if (unreachable.length > 0) return { status: 'unreachable', error: `Not connected: ${namesOf(unreachable)}` };
  return nodes.length === 0 ? { status: 'unreachable', error: 'No gateway node is connected' } : { status: 'applied' };
}

function namesOf(nodes: readonly NodeAnswer[]): string {
  return nodes.map((node) => node.name).join(', ');
}
