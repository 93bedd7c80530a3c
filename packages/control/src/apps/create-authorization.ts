import { apps } from '@gatehouse/contract/management';
import type { Transaction } from '@gatehouse/database';
import { toActor } from '../operation/actor.ts';
import { type Call, type Implementation, implement } from '../operation/implementation.ts';
import { notFound, Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { toExpiry } from '../operation/timestamp.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import type { ControlTables } from '../schema/tables.ts';
import { beginAppsChange } from './app-changed.ts';
import { findApp } from './apps-store.ts';
import { type AuthorizationRow, findAuthorization, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { writeGrant } from './grant-access.ts';

type AuthorizeCall = Call<typeof apps.createAuthorization>;

/**
 * The team that owns an API decides who calls it, so it authorizes any app, by its exact name, also one that it does not see otherwise:
 * whoever wants to call gives their app's name to those who publish the API.
 */
export function createAuthorization({ database, key, nowMs, granted }: AppsDependencies): Implementation {
  return implement(apps.createAuthorization, async (call) => {
    const { body } = call;
    const now = nowMs();
    const expiresAt = toExpiry(body.expiresAt, now);
    return database.transaction(async (tx) => {
      const early = await find(tx, call);
      await refuseUnknownEnvironments(tx, [body.environment]);
      if (early.existing?.expires_at === expiresAt) return answer(call, early.app.version, early.existing, 200);
      await beginAppsChange(tx, [early.app.id], now);
      // Again: the API may have become somebody else's, or gone, while we waited.
      const { app, api, existing } = await find(tx, call);
      if (app.id !== early.app.id) throw new Refusal('version.stale', `The app "${app.name}" has become another one at this moment`);
      if (existing?.expires_at === expiresAt) return answer(call, app.version, existing, 200);
      if (existing !== undefined) refuseManaged(existing, `The authorization of "${app.name}"`);
      const grant = { app, api: { ...api, name: body.api }, environment: body.environment, expiresAt };
      const by = { actor: toActor(call), nowMs: now };
      const row = await writeGrant(tx, key, grant, existing, by);
      await granted?.(tx, grant, by);
      return answer(call, app.version, row, existing === undefined ? 201 : 200);
    });
  });
}

async function find(tx: Transaction<ControlTables>, { params, body, caller, ifMatch }: AuthorizeCall) {
  const app = await findApp(tx, params.name);
  if (app === undefined) throw notFound('app', params.name);
  refuseStale(app, ifMatch);
  const api = await tx.selectFrom('apis').select(['id', 'owner']).where('name', '=', body.api).executeTakeFirst();
  if (api === undefined || !caller.canChange(api.owner)) throw new Refusal('reference.unknown', `There is no API "${body.api}"`);
  return { app, api, existing: await findAuthorization(tx, app.id, api.id, body.environment) };
}

function answer({ params, body }: AuthorizeCall, version: number, row: AuthorizationRow, status: number) {
  return { body: toAuthorization({ ...row, app: params.name, api: body.api }), status, version };
}
