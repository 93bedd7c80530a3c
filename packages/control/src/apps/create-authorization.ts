import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, Refusal, refuseManaged } from '../operation/refusal.ts';
import { toExpiry, toTimestampOrNull } from '../operation/timestamp.ts';
import { newId } from '../schema/new-id.ts';
import { appsChanged } from './app-changed.ts';
import { findApp } from './apps-store.ts';
import { insertAuthorization, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';

/**
 * The team that owns an API decides who calls it, so it authorizes any app, by its exact name, also one that it does not see otherwise:
 * whoever wants to call gives their app's name to those who publish the API.
 */
export function createAuthorization({ database, key, environments, nowMs }: AppsDependencies): Implementation {
  return implement(apps.createAuthorization, async (call) => {
    const { body, params, caller } = call;
    const now = nowMs();
    const expiresAt = toExpiry(body.expiresAt, now);
    return database.transaction(async (tx) => {
      const app = await findApp(tx, params.name);
      if (app === undefined) throw notFound('app', params.name);
      const api = await tx.selectFrom('apis').select(['id', 'owner']).where('name', '=', body.api).executeTakeFirst();
      if (api === undefined || !caller.canChange(api.owner)) throw new Refusal('reference.unknown', `There is no API "${body.api}"`);
      if (!environments().includes(body.environment)) {
        throw new Refusal('environment.unknown', `There is no environment "${body.environment}": ${environments().join(', ')}`);
      }
      const { row, inserted } = await insertAuthorization(tx, {
        id: newId(),
        app_id: app.id,
        api_id: api.id,
        environment: body.environment,
        expires_at: expiresAt,
        created_at: now,
        created_by: caller.name,
        managed_by: null,
      });
      const shown = toAuthorization({ ...row, expires_at: expiresAt, app: app.name, api: body.api });
      if (!inserted) {
        if (row.expires_at === expiresAt) return { body: shown, status: 200 };
        refuseManaged(row, `The authorization of "${app.name}"`);
        await tx.updateTable('authorizations').set({ expires_at: expiresAt }).where('id', '=', row.id).execute();
      }
      await appsChanged(tx, key, [app.id], now);
      // An entry of the API's: who may call it is what its owners are asked about.
      const entry = { action: apps.createAuthorization.id, resource: `apis/${body.api}`, owner: api.owner, environment: body.environment };
      const before = inserted ? {} : { before: { app: app.name, expiresAt: toTimestampOrNull(row.expires_at) } };
      const after = { app: app.name, expiresAt: toTimestampOrNull(expiresAt) };
      await recordAudit(tx, toActor(call), { ...entry, ...before, after }, now);
      return { body: shown, status: inserted ? 201 : 200 };
    });
  });
}
