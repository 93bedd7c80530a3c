import type { publications } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { notFound, type Refusal } from '../operation/refusal.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import { jsonText } from '../schema/json-text.ts';
import type { ControlTables } from '../schema/tables.ts';

/*
 * What everybody may see of an API: its settings that are for people (owner, group, description, title), and what its live revisions
 * say. Not the title of the draft, which stands in the same column as the one that was given.
 */

/** An API that may be live somewhere. */
export function selectApis(db: Kysely<ControlTables>) {
  return db
    .selectFrom('apis')
    .select(['apis.id', 'apis.name', 'apis.description', 'apis.owner', 'apis.api_group'])
    .select([jsonText(db, 'apis.draft', 'title').as('title'), jsonText(db, 'apis.draft', 'approval').as('approval')]);
}

export type PublicApi = Awaited<ReturnType<ReturnType<typeof selectApis>['executeTakeFirstOrThrow']>>;

/** Where APIs are live and what is. */
export function selectLive(db: Kysely<ControlTables>) {
  return db
    .selectFrom('publications')
    .innerJoin('revisions', (join) =>
      join.onRef('revisions.api_id', '=', 'publications.api_id').onRef('revisions.number', '=', 'publications.revision'),
    )
    .select([
      'publications.api_id',
      'publications.environment',
      'publications.revision',
      'publications.base_path',
      'publications.published_at',
      'publications.published_by',
      'publications.title',
      'publications.description',
      'publications.document_version',
      'publications.auth',
      'publications.domains_only',
      'revisions.operations',
    ]);
}

export type LiveRow = Awaited<ReturnType<ReturnType<typeof selectLive>['executeTakeFirstOrThrow']>>;

/** Not there, or live nowhere: drafts are their owners' own, and are refused like what does not exist. */
export function notPublished(api: string): Refusal {
  return notFound('published API', api);
}

/** An API that is live in an environment, and what is. Throws `resource.not-found`, whichever of the two there is not. */
export async function findLive(db: Kysely<ControlTables>, name: string, environment: string): Promise<{ api: PublicApi; live: LiveRow }> {
  const api = await selectApis(db).where('apis.name', '=', name).executeTakeFirst();
  const live =
    api === undefined
      ? undefined
      : await selectLive(db)
          .where('publications.api_id', '=', api.id)
          .where('publications.environment', '=', environment)
          .executeTakeFirst();
  if (api === undefined || live === undefined) throw notFound('published API', `${name} in ${environment}`);
  return { api, live };
}

/** In the order of promotion. */
export function inOrder(live: readonly LiveRow[], environments: readonly string[]): LiveRow[] {
  return live.toSorted((a, b) => environments.indexOf(a.environment) - environments.indexOf(b.environment));
}

export function toLive(row: LiveRow) {
  return {
    environment: row.environment,
    revision: row.revision,
    publishedAt: toTimestamp(row.published_at),
    publishedBy: row.published_by,
  };
}

/** `live`: of this API, in the order of promotion; the last one is what most callers get. */
export function toSummary(api: PublicApi, live: readonly LiveRow[]): z.input<typeof publications.publishedSummary> {
  const last = live.at(-1);
  return {
    api: api.name,
    title: api.title ?? last?.title ?? null,
    description: api.description ?? last?.description ?? null,
    owner: api.owner,
    group: api.api_group,
    environments: live.map(toLive),
  };
}

/** The caller owns the API and has a role that changes anything. */
export function mayChange(caller: Caller, owner: string | null): boolean {
  return caller.hasAccess('developer') && caller.canChange(owner);
}
