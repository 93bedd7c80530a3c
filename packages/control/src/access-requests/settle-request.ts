import type { Transaction } from '@gatehouse/database';
import { notFound } from '../operation/refusal.ts';
import type { AccessRequestsTable } from '../schema/access-request-tables.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type RequestRow, refuseDecided } from './request-rows.ts';

export interface Decision extends Pick<AccessRequestsTable, 'answer'> {
  state: 'approved' | 'rejected' | 'withdrawn';
  decided_by: string;
  decided_at: number;
}

/**
 * Ends a pending request. Of two that do it at once one changes the row and the other finds none: it waits for the lock of the first,
 * and is refused (`request.decided`).
 */
export async function settleRequest(tx: Transaction<ControlTables>, row: RequestRow, decision: Decision): Promise<RequestRow> {
  const { numUpdatedRows } = await tx
    .updateTable('access_requests')
    .set(decision)
    .where('id', '=', row.id)
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) {
    const now = await tx.selectFrom('access_requests').select('state').where('id', '=', row.id).executeTakeFirst();
    // Gone with its app or its API.
    if (now === undefined) throw notFound('access request', row.id);
    refuseDecided(now);
  }
  return { ...row, ...decision };
}
