import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { apis } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
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
 * as for its own calls; one's own or one's team's apps only, because the answer shows what that app would get.
 */
export function debugApi({ database, debug }: DebugDependencies): Implementation {
  return implement(apis.debugApi, async ({ params, body, caller }) => {
    const api = await findApi(database.read, caller, params.name);
    await refuseUnknownEnvironments(database.read, [body.environment]);
    let app: string | null = null;
    if (body.app !== undefined) {
      const row = await database.read.selectFrom('apps').select(['id', 'owner']).where('name', '=', body.app).executeTakeFirst();
      if (row === undefined || !caller.canSee(row.owner)) throw notFound('app', body.app);
      app = row.id;
    }
    return { body: await debug({ api: api.name, environment: body.environment, app, request: body.request }) };
  });
}
