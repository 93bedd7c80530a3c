import type { Kysely, Transaction } from '@gatehouse/database';
import type { SourceDocument, SourceRecord } from './catalog-store.ts';
import type { CatalogTables, SourceTable } from './tables.ts';
import { inChunks, insertRows } from './write-rows.ts';

type Tx = Transaction<CatalogTables>;
type Reader = Kysely<CatalogTables>;

const COLUMNS = [
  'id',
  'provider',
  'type',
  'target',
  'location_key',
  'version',
  'content_hash',
  'read_at',
  'good_at',
  'error',
  'error_since',
  'documents',
] as const satisfies readonly (keyof SourceTable)[];
const REPLACED = COLUMNS.slice(1).filter((column) => column !== 'error_since');
/** What stays wrong has been so since it became wrong. */
const ERROR_SINCE =
  'error_since = case when excluded.error_since is null then null else coalesce(catalog_sources.error_since, excluded.error_since) end';
const ON_SOURCE = `on conflict (id) do update set ${REPLACED.map((column) => `${column} = excluded.${column}`).join(', ')}, ${ERROR_SINCE}`;

/** What is said of a source that its provider no longer has, while its entities are kept for the grace period. */
export const GONE = 'its provider no longer has it';

/** The sources of a provider, or all, sorted by id. */
export async function readSources(db: Reader, provider?: string): Promise<SourceRecord[]> {
  const query = db.selectFrom('catalog_sources').selectAll().orderBy('id');
  const rows = await (provider === undefined ? query : query.where('provider', '=', provider)).execute();
  return rows.map(toRecord);
}

/** The sources `ids`; those that are not known are missing. */
export async function readSourcesById(db: Reader, ids: readonly string[]): Promise<SourceRecord[]> {
  const rows = await inChunks(ids, (chunk) => db.selectFrom('catalog_sources').selectAll().where('id', 'in', chunk).execute());
  return rows.map(toRecord);
}

/** Writes sources whole, in batches. */
export async function saveSources(tx: Tx, records: readonly SourceRecord[]): Promise<void> {
  const rows = [...new Map(records.map((record) => [record.id, record])).values()].map(toRow);
  await insertRows(tx, 'catalog_sources', COLUMNS, rows, ON_SOURCE);
  const withKeys = records.filter((record) => record.refreshKeys !== undefined);
  await inChunks(withKeys, (chunk) =>
    tx
      .deleteFrom('catalog_refresh_keys')
      .where(
        'source',
        'in',
        chunk.map(({ id }) => id),
      )
      .execute(),
  );
  const keys = withKeys.flatMap(({ id, refreshKeys }) => [...new Set(refreshKeys)].map((key) => [key, id]));
  await insertRows(tx, 'catalog_refresh_keys', ['key', 'source'], keys, 'on conflict (key, source) do nothing');
}

/** Forgets sources, with their refresh keys and conflicts; their entities are the caller's to remove. */
export async function removeSources(tx: Tx, ids: readonly string[]): Promise<void> {
  await inChunks(ids, async (chunk) => {
    await tx.deleteFrom('catalog_refresh_keys').where('source', 'in', chunk).execute();
    await tx.deleteFrom('catalog_conflicts').where('source', 'in', chunk).execute();
    return tx.deleteFrom('catalog_sources').where('id', 'in', chunk).execute();
  });
}

/** Ids of the sources that are to be read again when one of `keys` is refreshed. */
export async function sourcesByRefreshKeys(db: Reader, keys: readonly string[]): Promise<string[]> {
  const rows = await inChunks(keys, (chunk) =>
    db.selectFrom('catalog_refresh_keys').select('source').distinct().where('key', 'in', chunk).orderBy('source').execute(),
  );
  return [...new Set(rows.map(({ source }) => source))];
}

function toRow(record: SourceRecord): (string | number | null)[] {
  const row: SourceTable = {
    id: record.id,
    provider: record.provider,
    type: record.type,
    target: record.target,
    location_key: record.locationKey ?? null,
    version: record.version ?? null,
    content_hash: record.contentHash ?? null,
    read_at: record.readAt ?? null,
    good_at: record.goodAt ?? null,
    error: record.error ?? null,
    error_since: isWrong(record) ? (record.readAt ?? 0) : null,
    documents: JSON.stringify(record.documents),
  };
  return COLUMNS.map((column) => row[column]);
}

function isWrong({ error, documents }: SourceRecord): boolean {
  return error === undefined ? documents.some(({ problems }) => problems !== undefined) : error !== GONE;
}

function toRecord(row: SourceTable): SourceRecord {
  const { id, provider, type, target } = row;
  return {
    id,
    provider,
    type,
    target,
    locationKey: row.location_key ?? undefined,
    version: row.version ?? undefined,
    contentHash: row.content_hash ?? undefined,
    readAt: row.read_at ?? undefined,
    goodAt: row.good_at ?? undefined,
    error: row.error ?? undefined,
    errorSince: row.error_since ?? undefined,
    documents: JSON.parse(row.documents) as SourceDocument[],
  };
}
