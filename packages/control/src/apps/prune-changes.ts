import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import { readCursor } from './credentials-state.ts';

/** A node that was away for longer than these many changes gets everything anew. */
const CHANGES_KEPT = 200_000;

/**
 * Cuts the change log; returns how many entries went. The newest change of an app stays however old it is: it is the cursor of the
 * credentials, which must not go back.
 */
export async function pruneChanges(database: Database<ControlTables>, kept: number = CHANGES_KEPT): Promise<number> {
  return database.transaction(async (tx) => {
    const newest = await tx.selectFrom('changes').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
    if (newest === undefined) return 0;
    const cursor = await readCursor(tx);
    const { numDeletedRows } = await tx
      .deleteFrom('changes')
      .where('number', '<=', newest.number - kept)
      .where('number', '!=', cursor)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
}
