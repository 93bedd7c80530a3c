import { notFound, Refusal } from '../operation/refusal.ts';
import { locksRows } from '../schema/locks-rows.ts';
import type { Change } from './change.ts';
import { refuseUnknownEnvironments } from './refuse-unknown-environments.ts';
import { refuseManagedPublication } from './remove-publication.ts';

export interface PublishRequest {
  apiId: string;
  environment: string;
  /** Absent: the draft, as a new revision unless it is the same as the newest. */
  revision?: number | undefined;
  comment: string | null;
  action: 'apis.publish' | 'apis.rollback';
}

export interface Published {
  revision: number;
  /** The revision that was live there before; null: none was. */
  before: number | null;
  /** False: it was live there already, and nothing was changed. */
  isChanged: boolean;
}

/**
 * Makes a revision live in an environment. Throws `environment.unknown`, `resource.not-found` (of the revision),
 * `backend.undefined-in-environment` and `managed.by-file`; whether it compiles with everything else is checked when the change ends.
 */
export async function publishRevision(change: Change, request: PublishRequest): Promise<Published> {
  const { tx, atMs, actor, managedBy } = change;
  const { apiId, environment } = request;
  await refuseUnknownEnvironments(tx, [environment]);
  const early = await readState(change, request);
  if (early.live?.revision === early.target && early.live.managed_by === (managedBy ?? early.live.managed_by)) {
    return { revision: early.target, before: early.target, isChanged: false };
  }
  await change.beginLive(`apis/${early.api.name}`);
  // Again: only now nobody else publishes.
  const { api, live, target, newest } = await readState(change, request);
  if (live !== undefined) {
    refuseManagedPublication(change, { apiId, api: api.name, owner: api.owner, environment, revision: target, managedBy: live.managed_by });
  }
  if (target > newest) await addRevision(change, apiId, target, request.comment);
  await refuseUndefinedBackends(change, apiId, target, environment);
  const row = {
    revision: target,
    published_at: atMs,
    published_by: actor.name,
    managed_by: managedBy,
  };
  await tx
    .insertInto('publications')
    .values({ api_id: apiId, environment, ...row })
    .onConflict((conflict) => conflict.columns(['api_id', 'environment']).doUpdateSet(row))
    .execute();
  change.audit({
    action: request.action,
    resource: `apis/${api.name}`,
    owner: api.owner,
    environment,
    ...(live === undefined ? {} : { before: { revision: live.revision } }),
    after: { revision: target, ...(request.comment === null ? {} : { comment: request.comment }) },
  });
  return { revision: target, before: live?.revision ?? null, isChanged: true };
}

async function readState({ tx }: Change, { apiId, environment, revision }: PublishRequest) {
  const api = await tx.selectFrom('apis').select(['name', 'owner', 'content_hash']).where('id', '=', apiId).executeTakeFirst();
  if (api === undefined) throw notFound('API', apiId);
  const newest = await tx
    .selectFrom('revisions')
    .select(['number', 'content_hash'])
    .where('api_id', '=', apiId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const live = await tx
    .selectFrom('publications')
    .select(['revision', 'managed_by'])
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .executeTakeFirst();
  const last = newest?.number ?? 0;
  if (revision !== undefined && revision > last) throw notFound('revision', `${api.name} ${revision}`);
  const target = revision ?? (newest?.content_hash === api.content_hash ? last : last + 1);
  return { api, live, target, newest: last };
}

async function addRevision({ tx, atMs, actor }: Change, apiId: string, number: number, comment: string | null): Promise<void> {
  // Locked: the draft's content and the backends that it uses are read apart, and must be of one draft.
  const draft = await tx
    .selectFrom('apis')
    .select(['content', 'content_hash', 'document', 'operations'])
    .where('id', '=', apiId)
    .$if(locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirstOrThrow();
  const used = await tx.selectFrom('api_backends').select('backend_id').where('api_id', '=', apiId).execute();
  await tx
    .insertInto('revisions')
    .values({ api_id: apiId, number, ...draft, comment, created_at: atMs, created_by: actor.name })
    .execute();
  if (used.length > 0) {
    await tx
      .insertInto('revision_backends')
      .values(used.map(({ backend_id }) => ({ api_id: apiId, number, backend_id })))
      .execute();
  }
}

/** B20: what would have no address there is not published there. */
async function refuseUndefinedBackends({ tx }: Change, apiId: string, number: number, environment: string): Promise<void> {
  const missing = await tx
    .selectFrom('revision_backends')
    .leftJoin('backends', 'backends.id', 'revision_backends.backend_id')
    .leftJoin('backend_definitions', (join) =>
      join
        .onRef('backend_definitions.backend_id', '=', 'revision_backends.backend_id')
        .on('backend_definitions.environment', '=', environment),
    )
    .select('backends.name')
    .where('revision_backends.api_id', '=', apiId)
    .where('revision_backends.number', '=', number)
    .where('backend_definitions.backend_id', 'is', null)
    .orderBy('backends.name')
    .execute();
  if (missing.length === 0) return;
  const names = missing.flatMap(({ name }) => name ?? []);
  const detail =
    names.length === 0
      ? `Revision ${number} uses a backend service that was deleted`
      : `Define ${names.map((name) => `"${name}"`).join(', ')} in ${environment} first: PUT /backends/{name}/environments/${environment}`;
  throw new Refusal('backend.undefined-in-environment', detail, { backends: names, environment });
}
