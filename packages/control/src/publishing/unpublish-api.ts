import { apis } from '@gatehouse/contract/management';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { findApi, refuseForeign } from './api-rows.ts';
import { type Change, changeResources } from './change.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { newestSnapshot } from './newest-snapshot.ts';
import { removePublication } from './remove-publication.ts';

export function unpublishApi(dependencies: PublishingDependencies): Implementation {
  return implement(apis.unpublishApi, async (call) => {
    const { caller, params, query } = call;
    const work = async (change: Change) => {
      const api = await findApi(change.tx, caller, params.name);
      refuseForeign(caller, api);
      return unpublish(change, { id: api.id, name: api.name, owner: api.owner }, params.environment);
    };
    const options = { actor: toActor(call), managedBy: null, atMs: Date.now() };
    const { result, number } = await changeResources(dependencies, options, work);
    if (result === null) throw new Refusal('api.not-published', `The API "${params.name}" is not published in ${params.environment}`);
    const snapshot = number ?? (await newestSnapshot(dependencies.database.read));
    const waitMs = query.wait === undefined ? dependencies.publishTimeoutMs() : query.wait * 1000;
    return {
      body: {
        api: params.name,
        environment: params.environment,
        revision: result,
        snapshot,
        nodes: await dependencies.live.settled(snapshot, waitMs),
      },
    };
  });
}

/** Takes an API out of an environment and returns the revision that was live there; null: none was. Throws `managed.by-file`. */
export async function unpublish(
  change: Change,
  api: { id: string; name: string; owner: string | null },
  environment: string,
): Promise<number | null> {
  const read = () =>
    change.tx
      .selectFrom('publications')
      .select(['revision', 'managed_by'])
      .where('api_id', '=', api.id)
      .where('environment', '=', environment)
      .executeTakeFirst();
  if ((await read()) === undefined) return null;
  await change.beginLive(`apis/${api.name}`);
  // Again: only now nobody else publishes.
  const live = await read();
  if (live === undefined) return null;
  const { revision, managed_by } = live;
  await removePublication(change, { apiId: api.id, api: api.name, owner: api.owner, environment, revision, managedBy: managed_by });
  return revision;
}
