import type { Kysely } from '@gatehouse/database';
import { sql } from 'kysely';
import { ANNOTATION_ORIGIN_LOCATION, type StatusItem, stringifyEntityRef } from '../model/index.ts';
import { LOCATIONS_PROVIDER } from '../processing/catalog-processing.ts';
import { generatedLocation } from '../processing/generated-location.ts';
import { PUSH_PROVIDER } from '../processing/push.ts';
import { nameOfLocation, shownTarget } from '../processing/shown-location.ts';
import type { EntityIndex } from '../query/entity-index.ts';
import { readLocationPlaces } from '../store/locations.ts';
import { type ProviderRow, readProviders } from '../store/provider-states.ts';
import { readSourcesById } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { inChunks } from '../store/write-rows.ts';

/** What feeds the catalog and how it does. Times are ms since 1970. */
export interface ProviderView {
  /** Of a location: its place. */
  name: string;
  type: 'file' | 'url' | 'awsS3' | 'gateway' | 'push';
  /** Without credentials. */
  target: string;
  state: 'waiting' | 'scanning' | 'ok' | 'failed';
  entities: number;
  lastScan: { startedAt: number; ms: number; changed: number; removed: number } | null;
  error: string | null;
  errorSince: number | null;
  nextScanAt: number | null;
}

/** Every configured provider, and every location, configured or registered; on any node, as the node that scans has written it. */
export async function listProviders(db: Kysely<CatalogTables>, index: EntityIndex): Promise<ProviderView[]> {
  const rows = await readProviders(db);
  const views: ProviderView[] = [];
  for (const row of rows) {
    if (row.type === LOCATIONS_PROVIDER) views.push(...(await listLocations(db, index, row)));
    else if (row.type === 'awsS3' || row.type === 'gateway') views.push(toView(row, row.type, row.entities));
    else if (row.type === PUSH_PROVIDER) views.push(toView(row, PUSH_PROVIDER, countOrigins(index, `${PUSH_PROVIDER}:`)));
  }
  return views;
}

/** Locations are scanned together; what is wrong is told of each. */
async function listLocations(db: Kysely<CatalogTables>, index: EntityIndex, scan: ProviderRow): Promise<ProviderView[]> {
  const places = await readLocationPlaces(db);
  if (places.length === 0) return [];
  const known = places.map((place) => {
    const entity = generatedLocation(place);
    return { place, name: nameOfLocation(place), ref: stringifyEntityRef(entity), origin: `${place.type}:${place.target}` };
  });
  const errors = await readLocationErrors(db);
  const sources = new Map(
    (
      await readSourcesById(
        db,
        known.map(({ origin }) => origin),
      )
    ).map((source) => [source.id, source]),
  );
  const children = await countChildren(
    db,
    known.filter(({ origin }) => origin.length > INDEXED_CHARS_MAX).map(({ ref }) => ref),
  );
  return known.map(({ place, name, ref, origin }) => {
    const isThere = index.rowOf(ref) !== undefined;
    const entities = children.get(ref) ?? Math.max(0, countOrigin(index, origin) - (isThere ? 1 : 0));
    const wrong = errors.get(ref) ?? [];
    // One wrong document among good ones is a problem of that document, not of the location.
    const [first] = entities === 0 ? wrong : wrong.filter(isOfPlace);
    const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
    const error = scan.error ?? (first === undefined ? null : `${first.error?.message ?? first.message}${more}`);
    const view = toView({ ...scan, name, ...place, error }, place.type === 'url' ? 'url' : 'file', entities);
    const errorSince = error === null ? null : scan.error === null ? (sources.get(origin)?.errorSince ?? null) : scan.error_since;
    return { ...view, errorSince, state: isThere || view.state !== 'ok' ? view.state : 'waiting' };
  });
}

function toView(row: Omit<ProviderRow, 'type'>, type: ProviderView['type'], entities: number): ProviderView {
  const { name, target, scanned_at: startedAt, ms, changed, removed, error } = row;
  const state = () => {
    if (row.requested_at !== null || row.scanning_since !== null) return 'scanning';
    if (startedAt === null) return 'waiting';
    return error === null ? 'ok' : 'failed';
  };
  return {
    name,
    type,
    target: shownTarget(type, target),
    state: state(),
    entities,
    lastScan: startedAt === null ? null : { startedAt, ms: ms ?? 0, changed: changed ?? 0, removed: removed ?? 0 },
    error,
    errorSince: row.error_since,
    nextScanAt: row.next_at,
  };
}

/** The place itself could not be read or searched; else a document is wrong. */
function isOfPlace({ error }: StatusItem): boolean {
  return error?.name === 'NotFoundError' || error?.name === 'Error';
}

/** What is said on the Location entities that stand for locations, by ref. */
async function readLocationErrors(db: Kysely<CatalogTables>): Promise<Map<string, StatusItem[]>> {
  const rows = await db
    .selectFrom('catalog_entities')
    .select(['ref', 'status'])
    .where('status', 'is not', null)
    .where('ref', '>=', 'location:default/generated-')
    .where('ref', '<', 'location:default/generated.')
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map(({ ref, status }) => [ref, JSON.parse(status ?? '[]') as StatusItem[]]));
}

/** Longer values are not in the index. */
const INDEXED_CHARS_MAX = 200;
const ORIGIN = `metadata.annotations.${ANNOTATION_ORIGIN_LOCATION}`;

function countOrigin(index: EntityIndex, origin: string): number {
  const column = index.column(ORIGIN);
  let count = 0;
  for (const id of column?.values.find(origin.toLowerCase()) ?? []) count += column?.postings.count(id) ?? 0;
  return count;
}

function countOrigins(index: EntityIndex, prefix: string): number {
  const column = index.column(ORIGIN);
  let count = 0;
  column?.values.withPrefix(prefix, (id) => {
    count += column.postings.count(id);
  });
  return count;
}

/** What Locations lead to, without what further Locations do. */
async function countChildren(db: Kysely<CatalogTables>, refs: readonly string[]): Promise<Map<string, number>> {
  const rows = await inChunks(refs, (chunk) =>
    db
      .selectFrom('catalog_parents')
      .select(['parent_ref', sql<number | string>`count(*)`.as('count')])
      .where('parent_ref', 'in', chunk)
      .groupBy('parent_ref')
      .execute(),
  );
  return new Map(rows.map(({ parent_ref, count }) => [parent_ref, Number(count)]));
}
