import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely } from '@gatehouse/database';
import type { CatalogTables } from './tables.ts';

/** Sources that are looked at before others have their turn: a millisecond or two. */
const SOURCES_AT_ONCE = 500;

/** How many entities a provider has. */
export async function countEntities(db: Kysely<CatalogTables>, provider: string): Promise<number> {
  const sources = await db.selectFrom('catalog_sources').select('id').where('provider', '=', provider).execute();
  let entities = 0;
  for (let at = 0; at < sources.length; at += SOURCES_AT_ONCE) {
    if (at > 0) await turn();
    const { count } = await db
      .selectFrom('catalog_entities')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where(
        'source',
        'in',
        sources.slice(at, at + SOURCES_AT_ONCE).map(({ id }) => id),
      )
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow();
    entities += Number(count);
  }
  return entities;
}
