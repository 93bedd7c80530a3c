import type { Transaction } from '@gatehouse/database';
import type { CatalogTables } from './tables.ts';

/**
 * Forgets entities that were removed before `before` (ms since 1970) and returns how many. A node that has not read that far in
 * the change feed is told to begin anew; an entity that comes back later gets another uid. A day or more is a good distance.
 */
export async function purgeTombstones(tx: Transaction<CatalogTables>, before: number): Promise<number> {
  const old = tx.selectFrom('catalog_entities').where('deleted_at', '<', before);
  const { number, count } = await old
    .select(({ fn }) => [fn.max('number').as('number'), fn.countAll<number>().as('count')])
    .executeTakeFirstOrThrow();
  if (number === null) return 0;
  await tx
    .insertInto('catalog_horizon')
    .values({ id: 1, number })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ number }))
    .execute();
  await tx.deleteFrom('catalog_entities').where('deleted_at', '<', before).execute();
  return count;
}
