import type { apis } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ApiHead } from '../publishing/api-rows.ts';
import { canSeeBackend } from '../publishing/can-see-backend.ts';
import type { ControlTables } from '../schema/tables.ts';

type ApiSummary = z.input<typeof apis.apiSummary>;

/** Where APIs are live, by id of the API. */
export async function readPublished(
  db: Kysely<ControlTables>,
  apiIds: readonly string[],
): Promise<ReadonlyMap<string, ApiSummary['published']>> {
  if (apiIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('publications')
    .select(['api_id', 'environment', 'revision', 'published_at', 'published_by'])
    .where('api_id', 'in', [...apiIds])
    .orderBy('environment')
    .execute();
  const published = new Map<string, ApiSummary['published']>();
  for (const { api_id, environment, revision, published_at, published_by } of rows) {
    const list = published.get(api_id) ?? [];
    published.set(api_id, list);
    list.push({ environment, revision, publishedAt: toTimestamp(published_at), publishedBy: published_by });
  }
  return published;
}

/** Hash of the newest revision by id of the API, of those that have one. */
export async function readNewestHashes(db: Kysely<ControlTables>, apiIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (apiIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('revisions')
    .innerJoin(
      (by) =>
        by
          .selectFrom('revisions')
          .select((select) => ['api_id', select.fn.max('number').as('newest')])
          .where('api_id', 'in', [...apiIds])
          .groupBy('api_id')
          .as('last'),
      (join) => join.onRef('last.api_id', '=', 'revisions.api_id').onRef('last.newest', '=', 'revisions.number'),
    )
    .select(['revisions.api_id', 'revisions.content_hash'])
    .execute();
  return new Map(rows.map(({ api_id, content_hash }) => [api_id, content_hash]));
}

/** `newestHash`: of its newest revision; undefined: it has none. */
export function toApiSummary(row: ApiHead, published: ApiSummary['published'], newestHash: string | undefined): ApiSummary {
  return {
    name: row.name,
    title: row.title,
    owner: row.owner,
    group: row.api_group,
    basePath: row.base_path,
    published,
    changed: newestHash !== row.content_hash,
    version: row.version,
    managedBy: row.managed_by,
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
  };
}

/** An API with its draft; backend services that the caller may see. */
export async function readApiDetail(db: Kysely<ControlTables>, caller: Caller, row: ApiHead): Promise<z.input<typeof apis.apiDetail>> {
  const published = await readPublished(db, [row.id]);
  const { draft } = await db.selectFrom('apis').select('draft').where('id', '=', row.id).executeTakeFirstOrThrow();
  const backends = await db
    .selectFrom('api_backends')
    .innerJoin('backends', 'backends.id', 'api_backends.backend_id')
    .select(['backends.name', 'backends.owner'])
    .where('api_backends.api_id', '=', row.id)
    .orderBy('backends.name')
    .execute();
  const newest = await readNewestHashes(db, [row.id]);
  return {
    ...toApiSummary(row, published.get(row.id) ?? [], newest.get(row.id)),
    description: row.description,
    draft: JSON.parse(draft) as Record<string, unknown>,
    backends: backends.filter(({ owner }) => canSeeBackend(caller, owner)).map(({ name }) => name),
    operations: row.operations,
  };
}
