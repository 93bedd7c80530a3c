import type { apis } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { RevisionTexts } from '../import/compare-revisions.ts';
import { toActor } from '../operation/actor.ts';
import type { Answer, Call } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type ApiHead, findApi, refuseForeign } from './api-rows.ts';
import { type Change, changeResources, rehearseChange } from './change.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { newestSnapshot } from './newest-snapshot.ts';
import { type Published, type PublishRequest, publishRevision } from './publish-revision.ts';
import { readRevisionTexts } from './revision-texts.ts';

/** Of both operations. */
type PublicationAnswer = Pick<Answer<typeof apis.publishApi>, 'status' | 'body'>;

type PublishCall = Call<typeof apis.publishApi> | Call<typeof apis.rollbackApi>;

/** What publishing and rolling back have in common: does it or rehearses it, waits for the nodes, and tells what changed. */
export async function answerPublication(
  dependencies: PublishingDependencies,
  call: PublishCall,
  action: PublishRequest['action'],
): Promise<PublicationAnswer> {
  const { caller, params, query, body } = call;
  const work = async (change: Change) => {
    const api = await findApi(change.tx, caller, params.name);
    refuseForeign(caller, api);
    const request = { apiId: api.id, environment: body.environment, revision: body.revision, comment: body.comment ?? null, action };
    const published = await publishRevision(change, request);
    // What a rehearsal makes is gone afterwards.
    return { api, published, texts: query.dryRun ? await readPair(change.tx, api, published) : undefined };
  };
  const options = { actor: toActor(call), managedBy: null, atMs: Date.now() };
  if (query.dryRun) {
    const { api, published, texts } = await rehearseChange(dependencies, options, work);
    return { status: 200, body: toBody(api, body.environment, published, await compare(dependencies, published, texts ?? null)) };
  }
  const { result, number } = await changeResources(dependencies, options, work);
  const { api, published } = result;
  const snapshot = number ?? (await newestSnapshot(dependencies.database.read));
  const waitMs = query.wait === undefined ? dependencies.publishTimeoutMs() : query.wait * 1000;
  const [nodes, changes] = await Promise.all([
    dependencies.live.settled(snapshot, waitMs),
    readPair(dependencies.database.read, api, published).then((texts) => compare(dependencies, published, texts)),
  ]);
  return {
    status: published.isChanged ? 201 : 200,
    body: { ...toBody(api, body.environment, published, changes), snapshot, nodes },
  };
}

type Publication = z.input<typeof apis.publication>;

function toBody(api: ApiHead, environment: string, { revision }: Published, changes: Publication['changes']): Publication {
  return { api: api.name, environment, revision, snapshot: null, nodes: [], changes };
}

type Pair = { before: RevisionTexts; after: RevisionTexts } | null;

/** Null: there is nothing to compare. */
async function readPair(db: Kysely<ControlTables>, api: ApiHead, { before, revision }: Published): Promise<Pair> {
  if (before === null || before === revision) return null;
  return { before: await readRevisionTexts(db, api, before), after: await readRevisionTexts(db, api, revision) };
}

async function compare({ importer }: PublishingDependencies, { before }: Published, pair: Pair): Promise<Publication['changes']> {
  const diff = pair === null ? { breaking: false, changes: [] } : await importer.compare(pair.before, pair.after);
  return { against: before, breaking: diff.breaking, changes: diff.changes.map((change) => ({ ...change })) };
}
