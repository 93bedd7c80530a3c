import type { apis } from '@gatehouse/contract/management';
import type { z } from 'zod';

export type NodeAnswer = z.output<typeof apis.nodeAnswer>;

/** What publishing needs to know of the nodes. */
export interface Live {
  /**
   * Waits until every node that is connected has applied or rejected the snapshot `number` or a later one, at most `waitMs`, and tells
   * what each did. `waitMs` 0: at once. Wakes the nodes first.
   */
  settled(number: number, waitMs: number): Promise<NodeAnswer[]>;
}
