import type { Kysely } from '@gatehouse/database';
import type { Entity } from '../model/index.ts';
import { inlineOperations, type OperationText } from '../search/extract-operations.ts';
import { readEntityTexts } from './definitions.ts';
import type { CatalogTables } from './tables.ts';
import { inChunks } from './write-rows.ts';

/** The operations in the definitions of the entities `refs`; entities without any are missing. */
export async function readOperations(db: Kysely<CatalogTables>, refs: readonly string[]): Promise<Map<string, OperationText[]>> {
  const rows = await inChunks(refs, (chunk) =>
    db
      .selectFrom('catalog_entities as entities')
      .innerJoin('catalog_definitions as definitions', 'definitions.hash', 'entities.definition')
      .select(['entities.ref', 'definitions.operations'])
      .where('entities.ref', 'in', chunk)
      .execute(),
  );
  const found = new Map(rows.map(({ ref, operations }) => [ref, JSON.parse(operations) as OperationText[]]));
  const others = refs.filter((ref) => ref.startsWith('api:') && !found.has(ref));
  for (const { ref, entity } of await readEntityTexts(db, others)) {
    const operations = inlineOperations(JSON.parse(entity) as Entity);
    if (operations !== undefined) found.set(ref, operations);
  }
  return found;
}
