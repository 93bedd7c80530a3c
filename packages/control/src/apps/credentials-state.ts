import type { CredentialsState } from '@gatehouse/contract';
import type { Transaction } from '@gatehouse/database';
import type { Kysely } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';

/** The sums over all apps as they are now. To be read in one snapshot with the cursor. */
export async function readSums(db: Kysely<ControlTables>): Promise<Pick<CredentialsState, 'count' | 'sums'>> {
  const { count, sum_a, sum_b } = await db.selectFrom('app_sums').select(['count', 'sum_a', 'sum_b']).executeTakeFirstOrThrow();
  return { count, sums: [sum_a, sum_b] };
}

/** Keeps the sums right when apps came, went (`count` below 0) or changed. A number of the change log must have been taken before. */
export async function addToSums(tx: Transaction<ControlTables>, count: number, [a, b]: readonly [number, number]): Promise<void> {
  if (count === 0 && a === 0 && b === 0) return;
  await tx
    .updateTable('app_sums')
    .set((column) => ({
      count: column('count', '+', count),
      sum_a: column('sum_a', '+', a),
      sum_b: column('sum_b', '+', b),
    }))
    .execute();
}
