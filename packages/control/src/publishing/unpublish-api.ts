import { apis } from '@gatehouse/contract/management';
import { newestChange } from '../changes/newest-change.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { type ApiHead, acceptFor, findApi } from './api-rows.ts';
import { type Change, changeBy } from './change.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { removePublication } from './remove-publication.ts';
import { visibleAnswers } from './visible-answers.ts';

export function unpublishApi(dependencies: PublishingDependencies): Implementation {
  return implement(apis.unpublishApi, async (call) => {
    const { caller, params, query } = call;
    const accept = acceptFor(caller, params.name, call.ifMatch);
    const work = async (change: Change) => {
      const find = async () => {
        const api = await findApi(change.tx, caller, params.name);
        accept(api);
        return api;
      };
      return unpublish(change, find, params.environment);
    };
    const { result, number } = await changeBy(dependencies, call, work);
    if (result === null) throw new Refusal('api.not-published', `The API "${params.name}" is not published in ${params.environment}`);
    const snapshot = number ?? (await newestChange(dependencies.database.read, 'snapshot'));
    const waitMs = query.wait === undefined ? dependencies.publishTimeoutMs() : query.wait * 1000;
    return {
      body: {
        api: params.name,
        environment: params.environment,
        revision: result.revision,
        snapshot,
        nodes: visibleAnswers(caller, await dependencies.live.settled(snapshot, waitMs)),
      },
      version: result.version,
    };
  });
}

/** Takes an API out of an environment; null: it was not live there. `find` refuses what may not be done. Throws `managed.by-file`. */
async function unpublish(
  change: Change,
  find: () => Promise<ApiHead>,
  environment: string,
): Promise<{ revision: number; version: number } | null> {
  const read = async () => {
    const api = await find();
    const live = await change.tx
      .selectFrom('publications')
      .select(['revision', 'managed_by'])
      .where('api_id', '=', api.id)
      .where('environment', '=', environment)
      .executeTakeFirst();
    return { api, live };
  };
  const early = await read();
  if (early.live === undefined) return null;
  await change.beginLive(`apis/${early.api.name}`);
  // Again: only now nobody else publishes, and the API may have become somebody else's meanwhile.
  const { api, live } = await read();
  if (live === undefined) return null;
  const { revision, managed_by } = live;
  await removePublication(change, { apiId: api.id, api: api.name, owner: api.owner, environment, revision, managedBy: managed_by });
  return { revision, version: api.version };
}
