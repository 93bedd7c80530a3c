import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { findApi } from '../publishing/api-rows.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { type DebugDependencies, sendRequest } from './send-request.ts';

/**
 * B23: a request through the real way of requests, as an app or as nobody. As which app decides what the app is authorized for, exactly
 * as for its own calls; one's own or one's team's apps only, because the answer shows what that app would get.
 */
export function debugApi(dependencies: DebugDependencies): Implementation {
  const { database } = dependencies;
  return implement(apis.debugApi, async (call) => {
    const { params, body, caller } = call;
    const { environment, request } = body;
    const api = await findApi(database.read, caller, params.name);
    await refuseUnknownEnvironments(database.read, [environment]);
    let app: { id: string; name: string } | null = null;
    if (body.app !== undefined) {
      const row = await database.read.selectFrom('apps').select(['id', 'name', 'owner']).where('name', '=', body.app).executeTakeFirst();
      if (row === undefined || !caller.canSee(row.owner)) throw notFound('app', body.app);
      app = row;
    }
    return { body: await sendRequest(dependencies, call, { action: apis.debugApi.id, api, environment, app, request }) };
  });
}
