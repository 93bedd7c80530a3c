import type { NodeAnswer } from '../publishing/live.ts';
import type { NodesTable } from '../schema/tables.ts';

type Progress = Pick<NodesTable, 'name' | 'applied_number' | 'rejected_number' | 'rejected_reason'>;

/** What a connected node made of the snapshot `number`, or of one that came after it. `newest`: the newest that there is. */
export function toAnswer(id: string, row: Progress, number: number, newest: number): NodeAnswer {
  const { name, applied_number: applied, rejected_number: rejected, rejected_reason: reason } = row;
  // A number beyond the newest is from another life of the database, before it was restored from a backup.
  if (applied !== null && applied >= number && applied <= newest) return { id, name, state: 'applied' };
  if (rejected !== null && rejected >= number) return { id, name, state: 'rejected', ...(reason === null ? {} : { reason }) };
  return { id, name, state: 'pending' };
}
