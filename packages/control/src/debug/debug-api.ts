import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { apis } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { findApi } from '../publishing/api-rows.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import type { ControlTables } from '../schema/tables.ts';

export interface DebugDependencies {
  database: Database<ControlTables>;
  /** Sends a request through a gateway node. Throws `Refusal` `debug.unavailable`. */
  debug(call: DebugCall): Promise<DebugResult>;
}

/**
 * B23: a request through the real way of requests, as an app or as nobody. As which app decides what the app is authorized for, exactly
 * as for its own calls; one's own or one's team's apps only, because the answer shows what that app would get. Who sent it is in the
 * audit before it is sent: at the backend it is a call like any other, and the app's credentials were not needed for it.
 */
export function debugApi({ database, debug }: DebugDependencies): Implementation {
  return implement(apis.debugApi, async (call) => {
    const { params, body, caller } = call;
    const { environment, request } = body;
    const api = await findApi(database.read, caller, params.name);
    await refuseUnknownEnvironments(database.read, [environment]);
    let app: string | null = null;
    if (body.app !== undefined) {
      const row = await database.read.selectFrom('apps').select(['id', 'owner']).where('name', '=', body.app).executeTakeFirst();
      if (row === undefined || !caller.canSee(row.owner)) throw notFound('app', body.app);
      app = row.id;
    }
    await database.transaction((tx) => {
      const entry = {
        action: apis.debugApi.id,
        resource: `apis/${api.name}`,
        owner: api.owner,
        environment,
        after: { app: body.app ?? null, method: request.method, path: toPath(request.path) },
      };
      return recordAudit(tx, toActor(call), entry, Date.now());
    });
    return { body: await debug({ api: api.name, environment, app, request }) };
  });
}

/** Without the query, which may hold credentials. */
function toPath(path: string): string {
  return path.split(/[?#]/, 1)[0] ?? '';
}
