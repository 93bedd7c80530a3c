import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';

/** A node that was away for longer than these many changes gets everything anew. */
const CHANGES_KEPT = 200_000;

/**
 * Cuts the change log; returns how many entries went. The newest change of each kind stays however old it is: that of apps is the cursor
 * of the credentials, that of snapshots the number of what is live, and neither must go back.
 */
export async function pruneChanges(database: Database<ControlTables>, kept: number = CHANGES_KEPT): Promise<number> {
  return database.transaction(async (tx) => {
    const newest = await tx.selectFrom('changes').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
    if (newest === undefined) return 0;
    const { numDeletedRows } = await tx
      .deleteFrom('changes')
      .where('number', '<=', newest.number - kept)
      .where('number', 'not in', (changes) =>
        changes
          .selectFrom('changes')
          .select((each) => each.fn.max('number').as('number'))
          .groupBy('kind'),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
}
