import type { Kysely } from '@gatehouse/database';
import type { CatalogTables } from '../store/tables.ts';

/** What the sources of a provider were filled in from, by source. Most sources have nothing of the kind, and are missing. */
export async function readRefreshKeys(db: Kysely<CatalogTables>, provider: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('catalog_refresh_keys')
    .innerJoin('catalog_sources', 'catalog_sources.id', 'catalog_refresh_keys.source')
    .select(['catalog_refresh_keys.key', 'catalog_refresh_keys.source'])
    .where('catalog_sources.provider', '=', provider)
    .execute();
  const keys = new Map<string, string[]>();
  for (const { key, source } of rows) {
    const list = keys.get(source);
    if (list === undefined) keys.set(source, [key]);
    else list.push(key);
  }
  return keys;
}
