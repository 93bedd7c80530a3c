import { notFound, Refusal } from '../operation/refusal.ts';
import { locksRows } from '../schema/locks-rows.ts';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import type { AcceptApi } from './api-rows.ts';
import type { Change } from './change.ts';
import { type PublicationFacts, publicationFacts } from './publication-facts.ts';
import { recordHistory } from './record-history.ts';
import { refuseClaimedPath } from './refuse-claimed-path.ts';
import { refuseUnknownEnvironments } from './refuse-unknown-environments.ts';
import { refuseManagedPublication } from './remove-publication.ts';

export interface PublishRequest {
  apiId: string;
  environment: string;
  /** Absent: the draft, as a new revision unless it is the same as the newest. */
  revision?: number | undefined;
  comment: string | null;
  action: 'apis.publish' | 'apis.rollback';
  /** Asked before anything is done, and again once nobody else changes what is live. Absent: the file, which may everything. */
  accept?: AcceptApi;
  /** May take a path that is inside of another owner's, or around it. */
  mayTakePaths: boolean;
  /** Which backend services, by owner, may be named in a refusal. */
  isVisible(owner: string | null): boolean;
}

export interface Published {
  revision: number;
  /** The revision that was live there before; null: none was. */
  before: number | null;
  /** False: it was live there already, and nothing was changed. */
  isChanged: boolean;
  /** Of the API. */
  version: number;
}

/**
 * Makes a revision live in an environment. Throws `environment.unknown`, `resource.not-found` (of the revision),
 * `backend.undefined-in-environment`, `publication.invalid` (for a path of others), `managed.by-file`, and what `accept` throws; whether
 * it compiles with everything else is checked when the change ends.
 */
export async function publishRevision(change: Change, request: PublishRequest): Promise<Published> {
  const { tx, atMs, actor, managedBy } = change;
  const { apiId, environment } = request;
  await refuseUnknownEnvironments(tx, [environment]);
  const early = await readState(change, request, false);
  if (isLive(early, managedBy)) return unchanged(early);
  await change.beginLive(`apis/${early.api.name}`);
  // Again: only now nobody else publishes, and the API may have become somebody else's meanwhile.
  const state = await readState(change, request, true);
  // Somebody else has published the same at this moment.
  if (isLive(state, managedBy)) return unchanged(state);
  const { api, live, target, newest } = state;
  if (live !== undefined) {
    refuseManagedPublication(change, { apiId, api: api.name, owner: api.owner, environment, revision: target, managedBy: live.managed_by });
  }
  if (target > newest) await addRevision(change, apiId, target, request.comment);
  await refuseUndefinedBackends(change, request, target);
  const facts = await readFacts(change, apiId, target);
  const basePath = facts.base_path;
  // A path that it has there already is its own: whoever let it have it has decided.
  if (!request.mayTakePaths && live?.base_path !== basePath) {
    await refuseClaimedPath(tx, { apiId, owner: api.owner, environment, basePath });
  }
  const row = {
    revision: target,
    published_at: atMs,
    published_by: actor.name,
    managed_by: managedBy,
    ...facts,
  };
  await tx
    .insertInto('publications')
    .values({ api_id: apiId, environment, ...row })
    .onConflict((conflict) => conflict.columns(['api_id', 'environment']).doUpdateSet(row))
    .execute();
  await recordHistory(change, { apiId, environment, revision: target, previous: live?.revision ?? null, comment: request.comment });
  const isTakenOver = live !== undefined && live.managed_by !== managedBy;
  change.audit({
    action: request.action,
    resource: `apis/${api.name}`,
    owner: api.owner,
    environment,
    ...(live === undefined ? {} : { before: { revision: live.revision, ...(isTakenOver ? { managedBy: live.managed_by } : {}) } }),
    after: {
      revision: target,
      ...(isTakenOver ? { managedBy } : {}),
      ...(request.comment === null ? {} : { comment: request.comment }),
    },
  });
  return { revision: target, before: live?.revision ?? null, isChanged: true, version: api.version };
}

async function readState({ tx }: Change, { apiId, environment, revision, accept }: PublishRequest, isLocked: boolean) {
  const api = await tx
    .selectFrom('apis')
    .select(['name', 'owner', 'version', 'content_hash'])
    .where('id', '=', apiId)
    // The draft that was accepted is the one that goes live.
    .$if(isLocked && locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (api === undefined) throw notFound('API', apiId);
  accept?.(api);
  const newest = await tx
    .selectFrom('revisions')
    .select(['number', 'content_hash'])
    .where('api_id', '=', apiId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const live = await tx
    .selectFrom('publications')
    .select(['revision', 'managed_by', 'base_path'])
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .executeTakeFirst();
  const last = newest?.number ?? 0;
  if (revision !== undefined && revision > last) throw notFound('revision', `${api.name} ${revision}`);
  const target = revision ?? (newest?.content_hash === api.content_hash ? last : last + 1);
  return { api, live, target, newest: last };
}

type State = Awaited<ReturnType<typeof readState>>;

function isLive({ live, target }: State, managedBy: string | null): boolean {
  return live?.revision === target && live.managed_by === (managedBy ?? live.managed_by);
}

function unchanged({ target, api }: State): Published {
  return { revision: target, before: target, isChanged: false, version: api.version };
}

async function addRevision({ tx, atMs, actor }: Change, apiId: string, number: number, comment: string | null): Promise<void> {
  // Its row is locked: content and the backends that it uses are of one draft.
  const draft = await tx
    .selectFrom('apis')
    .select(['content', 'content_hash', 'document', 'operations'])
    .where('id', '=', apiId)
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

async function readFacts({ tx }: Change, apiId: string, number: number): Promise<PublicationFacts & { base_path: string }> {
  const { content, document } = await tx
    .selectFrom('revisions')
    .select(['content', 'document'])
    .where('api_id', '=', apiId)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  const read = JSON.parse(content) as RevisionContent;
  return { base_path: read.revision.basePath, ...publicationFacts(read, document) };
}

/** B20: what would have no address there is not published there. */
async function refuseUndefinedBackends({ tx }: Change, { apiId, environment, isVisible }: PublishRequest, number: number): Promise<void> {
  const missing = await tx
    .selectFrom('revision_backends')
    .leftJoin('backends', 'backends.id', 'revision_backends.backend_id')
    .leftJoin('backend_definitions', (join) =>
      join
        .onRef('backend_definitions.backend_id', '=', 'revision_backends.backend_id')
        .on('backend_definitions.environment', '=', environment),
    )
    .select(['backends.name', 'backends.owner'])
    .where('revision_backends.api_id', '=', apiId)
    .where('revision_backends.number', '=', number)
    .where('backend_definitions.backend_id', 'is', null)
    .orderBy('backends.name')
    .execute();
  if (missing.length === 0) return;
  const names = missing.flatMap(({ name, owner }) => (name !== null && isVisible(owner) ? [name] : []));
  throw new Refusal('backend.undefined-in-environment', undefinedThere(names, missing.length - names.length, number, environment), {
    backends: names,
    environment,
  });
}

/** `unnamed`: those that were deleted, and those that the caller may not see. */
function undefinedThere(names: readonly string[], unnamed: number, number: number, environment: string): string {
  const others = `Revision ${number} uses ${unnamed} backend service${unnamed === 1 ? '' : 's'} that you cannot define`;
  const define = `Define ${names.map((name) => `"${name}"`).join(', ')} in ${environment} first: PUT /backends/{name}/environments/${environment}`;
  if (names.length === 0) return `${others}, deleted or of others`;
  return unnamed === 0 ? define : `${define}. ${others}, deleted or of others`;
}
