import type { Kysely } from '@gatehouse/database';
import type { CatalogTables } from './tables.ts';
import { inChunks } from './write-rows.ts';

/** Definitions by their hash, as JSON string literals; those that are gone are missing. */
export async function readDefinitions(db: Kysely<CatalogTables>, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await inChunks(hashes, (chunk) =>
    db.selectFrom('catalog_definitions').select(['hash', 'content']).where('hash', 'in', chunk).execute(),
  );
  return new Map(rows.map(({ hash, content }) => [hash, content]));
}

/** Texts of entities by ref, as in `EntityTable.entity`; those that are gone are missing. */
export async function readEntityTexts(db: Kysely<CatalogTables>, refs: readonly string[]): Promise<EntityText[]> {
  return inChunks(refs, (chunk) =>
    db
      .selectFrom('catalog_entities')
      .select(['ref', 'uid', 'number', 'orphan', 'definition', 'status', 'entity'])
      .where('ref', 'in', chunk)
      .where('deleted_at', 'is', null)
      .execute(),
  );
}

export interface EntityText {
  ref: string;
  uid: string;
  number: number;
  orphan: number;
  definition: string | null;
  status: string | null;
  entity: string;
}
