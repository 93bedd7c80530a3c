import type { CredentialsState } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';

/** The newest change of an app; 0: there was none. Never goes back: see `pruneChanges`. */
export async function readCursor(db: Kysely<ControlTables>): Promise<number> {
  const row = await db
    .selectFrom('changes')
    .select('number')
    .where('kind', '=', 'app')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** The sums over all apps as they are now. To be read in one snapshot with the cursor. */
export async function readSums(db: Kysely<ControlTables>): Promise<Pick<CredentialsState, 'count' | 'sums'>> {
  const { count, a, b } = await db
    .selectFrom('apps')
    .select([
      sql<number>`count(*)`.as('count'),
      // PostgreSQL sums to numeric, which would come as text.
      sql<number>`cast(coalesce(sum(digest_a), 0) as bigint)`.as('a'),
      sql<number>`cast(coalesce(sum(digest_b), 0) as bigint)`.as('b'),
    ])
    .executeTakeFirstOrThrow();
  return { count, sums: [a, b] };
}
