import type { Kysely } from '@gatehouse/database';
import { sql } from 'kysely';
import type { SourceDocument } from './catalog-store.ts';
import type { CatalogTables } from './tables.ts';

/*
 * What is wrong, page by page, each in the order of its key. The conditions stand as they are in the indexes of what is wrong
 * (migration 2): a database finds those by their text.
 */

type Reader = Kysely<CatalogTables>;

/** A source that could not be read, or that has documents which are wrong. */
export interface WrongSource {
  id: string;
  type: string;
  target: string;
  error: string | null;
  since: number;
  documents: SourceDocument[];
}

/** Sources behind `after`. `ref`: only those with a document that is this entity's. */
export async function readWrongSources(
  db: Reader,
  { after, limit, ref }: { after: string; limit: number; ref?: string | undefined },
): Promise<WrongSource[]> {
  let query = db
    .selectFrom('catalog_sources')
    .select(['id', 'type', 'target', 'error', 'error_since', 'documents'])
    .where('error_since', 'is not', null)
    .where('id', '>=', after)
    .orderBy('id')
    .limit(limit);
  if (ref !== undefined) {
    const pattern = `%${JSON.stringify({ ref })
      .slice(1, -1)
      .replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(sql<boolean>`cast(documents as text) like ${pattern} escape '\\'`);
  }
  return (await query.execute()).map(({ error_since, documents, ...row }) => ({
    ...row,
    since: error_since ?? 0,
    documents: JSON.parse(documents) as SourceDocument[],
  }));
}

export interface MarkedEntity {
  ref: string;
  source: string;
  /** Of the source; null: it is not known any more. */
  type: string | null;
  target: string | null;
  /** When the source became wrong. */
  since: number | null;
  /** StatusItem[] as JSON. */
  status: string;
}

/** Entities that carry remarks, behind `after`: all of them, or one. */
export async function readMarkedEntities(
  db: Reader,
  { after, limit, ref }: { after: string; limit: number; ref?: string | undefined },
): Promise<MarkedEntity[]> {
  let query = db
    .selectFrom('catalog_entities as entities')
    .leftJoin('catalog_sources as sources', 'sources.id', 'entities.source')
    .select(['entities.ref', 'entities.source', 'entities.status', 'sources.type', 'sources.target', 'sources.error_since as since'])
    .where('entities.status', 'is not', null)
    .where('entities.deleted_at', 'is', null)
    .where('entities.ref', '>', after)
    .orderBy('entities.ref')
    .limit(limit);
  if (ref !== undefined) query = query.where('entities.ref', '=', ref);
  return (await query.execute()).map((row) => ({ ...row, status: row.status ?? '[]' }));
}

export interface Claim {
  ref: string;
  source: string;
  /** Where the source is that was refused. */
  type: string | null;
  target: string | null;
  /** The source that has the entity now, and where that is. */
  holder: string;
  holderType: string | null;
  holderTarget: string | null;
  since: number;
}

/** Claims that were refused, behind `after`. */
export async function readClaims(
  db: Reader,
  { after, limit, ref }: { after: readonly [ref: string, source: string]; limit: number; ref?: string | undefined },
): Promise<Claim[]> {
  let query = db
    .selectFrom('catalog_conflicts as claims')
    .leftJoin('catalog_sources as sources', 'sources.id', 'claims.source')
    // Who had it then may have let go of it to somebody else since.
    .leftJoin('catalog_entities as entities', (join) => join.onRef('entities.ref', '=', 'claims.ref').on('entities.deleted_at', 'is', null))
    .leftJoin('catalog_sources as holders', (join) =>
      join.on('holders.id', '=', (eb) => eb.fn.coalesce('entities.source', 'claims.held_by')),
    )
    .select(({ fn }) => [
      'claims.ref',
      'claims.source',
      'claims.since',
      'sources.type',
      'sources.target',
      fn.coalesce('entities.source', 'claims.held_by').as('holder'),
      'holders.type as holderType',
      'holders.target as holderTarget',
    ])
    .where((eb) => eb(eb.refTuple('claims.ref', 'claims.source'), '>', eb.tuple(after[0], after[1])))
    .orderBy('claims.ref')
    .orderBy('claims.source')
    .limit(limit);
  if (ref !== undefined) query = query.where('claims.ref', '=', ref);
  return query.execute();
}

export interface Orphan {
  ref: string;
  /** Where it came from. */
  type: string | null;
  target: string | null;
  /** When it is removed; null: never. */
  removeAt: number | null;
}

/** Entities that no source has any more, behind `after`. */
export async function readOrphans(
  db: Reader,
  { after, limit, ref }: { after: string; limit: number; ref?: string | undefined },
): Promise<Orphan[]> {
  let query = db
    .selectFrom('catalog_entities as entities')
    .leftJoin('catalog_sources as sources', 'sources.id', 'entities.source')
    .select(['entities.ref', 'entities.remove_at as removeAt', 'sources.type', 'sources.target'])
    .where('entities.orphan', '=', sql.lit(1))
    .where('entities.deleted_at', 'is', null)
    .where('entities.ref', '>', after)
    .orderBy('entities.ref')
    .limit(limit);
  if (ref !== undefined) query = query.where('entities.ref', '=', ref);
  return query.execute();
}
