import type { Kysely } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';
import type { ChangeKind } from './record-change.ts';

/** Number of the newest change of a kind, which is never pruned; 0 before there is one. That of snapshots is the number of what is live. */
export async function newestChange(db: Kysely<ControlTables>, kind: ChangeKind): Promise<number> {
  const row = await db
    .selectFrom('changes')
    .select('number')
    .where('kind', '=', kind)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}
