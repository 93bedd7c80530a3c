import type { Kysely } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';

/** Number of the newest snapshot; 0 before there is one. */
export async function newestSnapshot(db: Kysely<ControlTables>): Promise<number> {
  const row = await db
    .selectFrom('changes')
    .select('number')
    .where('kind', '=', 'snapshot')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}
