import type { DefinitionDiff } from '@gatehouse/contract';
import type { apis } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { newestChange } from '../changes/newest-change.ts';
import type { RevisionTexts } from '../import/compare-revisions.ts';
import { notCompared } from '../import/definition-importer.ts';
import type { Answer, Call } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type ApiHead, acceptFor, findApi } from './api-rows.ts';
import { canSeeBackend } from './can-see-backend.ts';
import { type Change, changeResources, optionsOf, rehearseChange } from './change.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { type Published, type PublishRequest, publishRevision } from './publish-revision.ts';
import { readRevisionTexts } from './revision-texts.ts';
import { visibleAnswers } from './visible-answers.ts';

/** Of both operations. */
type PublicationAnswer = Pick<Answer<typeof apis.publishApi>, 'status' | 'body' | 'version'>;

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
    const request: PublishRequest = {
      apiId: api.id,
      environment: body.environment,
      revision: body.revision,
      comment: body.comment ?? null,
      action,
      accept: acceptFor(caller, params.name, call.ifMatch),
      mayTakePaths: caller.role === 'admin',
      isVisible: (owner) => canSeeBackend(caller, owner),
    };
    const published = await publishRevision(change, request);
    // What a rehearsal makes is gone afterwards.
    return { api, published, texts: query.dryRun ? await readPair(change.tx, caller, api, published) : undefined };
  };
  const options = optionsOf(call);
  if (query.dryRun) {
    const { api, published, texts } = await rehearseChange(dependencies, options, work);
    const changes = await compare(dependencies, caller, published, texts ?? null);
    return { status: 200, body: toBody(api, body.environment, published, changes), version: published.version };
  }
  const { result, number } = await changeResources(dependencies, options, work);
  const { api, published } = result;
  const snapshot = number ?? (await newestChange(dependencies.database.read, 'snapshot'));
  const waitMs = query.wait === undefined ? dependencies.publishTimeoutMs() : query.wait * 1000;
  const [nodes, changes] = await Promise.all([
    dependencies.live.settled(snapshot, waitMs),
    readPair(dependencies.database.read, caller, api, published).then((texts) => compare(dependencies, caller, published, texts)),
  ]);
  return {
    status: published.isChanged ? 201 : 200,
    body: { ...toBody(api, body.environment, published, changes), snapshot, nodes: visibleAnswers(caller, nodes) },
    version: published.version,
  };
}

type Publication = z.input<typeof apis.publication>;

function toBody(api: ApiHead, environment: string, { revision }: Published, changes: Publication['changes']): Publication {
  return { api: api.name, environment, revision, snapshot: null, nodes: [], changes };
}

type Pair = { before: RevisionTexts; after: RevisionTexts } | null;

/** Null: there is nothing to compare. */
async function readPair(db: Kysely<ControlTables>, caller: Caller, api: ApiHead, { before, revision }: Published): Promise<Pair> {
  if (before === null || before === revision) return null;
  return { before: await readRevisionTexts(db, caller, api, before), after: await readRevisionTexts(db, caller, api, revision) };
}

async function compare(
  { importer }: PublishingDependencies,
  caller: Caller,
  { before }: Published,
  pair: Pair,
): Promise<Publication['changes']> {
  const diff =
    pair === null ? { breaking: false, changes: [] } : await importer.compare(pair.before, pair.after, caller.subject).catch(giveUp);
  return { against: before, breaking: diff.breaking, changes: diff.changes.map((change) => ({ ...change })) };
}

/** It is live already when it is compared: a refusal would say that nothing was changed. */
function giveUp(error: unknown): DefinitionDiff {
  if (error instanceof Refusal) return notCompared(error.detail);
  throw error;
}
