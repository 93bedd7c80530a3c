import { apps } from '@gatehouse/contract/management';
import { refuseForeignOwner } from '../access/owner-of-new.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged, refuseStale } from '../operation/refusal.ts';
import { appsChanged } from './app-changed.ts';
import { type AppRow, beginChange, updateAppRow } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppDetail, toAppState } from './to-app.ts';

export function updateApp({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.updateApp, async (call) => {
    const { body, caller, params, ifMatch } = call;
    const now = nowMs();
    return database.transaction(async (tx) => {
      const before = await beginChange(tx, params.name, caller, now);
      refuseManaged(before, `The app "${before.name}"`);
      refuseStale({ version: before.version - 1 }, ifMatch);
      if (body.owner !== undefined && body.owner !== before.owner) refuseForeignOwner(caller, body.owner);
      const change: Partial<AppRow> = {};
      if (body.name !== undefined) change.name = body.name;
      if (body.owner !== undefined) change.owner = body.owner;
      if (body.description !== undefined) change.description = body.description;
      const app = await updateAppRow(tx, before, change);
      // What a node knows of an app is its name and owner.
      if (app.name !== before.name || app.owner !== before.owner) await appsChanged(tx, key, [app.id], now);
      const entry = { resource: `apps/${app.name}`, owner: before.owner, before: toAppState(before), after: toAppState(app) };
      await recordAudit(tx, toActor(call), { action: apps.updateApp.id, ...entry }, now);
      return { body: toAppDetail(app, await credentialsOf(tx, app.id)), version: app.version };
    });
  });
}
