import { apps } from '@gatehouse/contract/management';
import { refuseForeignOwner } from '../access/owner-of-new.ts';
import { handedOver } from '../audit/handed-over.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged } from '../operation/refusal.ts';
import { writeDigests } from './app-changed.ts';
import { type AppRow, beginChange, updateAppRow } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppDetail, toAppState } from './to-app.ts';

export function updateApp({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.updateApp, async (call) => {
    const { body, caller, params, ifMatch } = call;
    const now = nowMs();
    return database.transaction(async (tx) => {
      // What a node knows of an app is its name and owner.
      const isTold = body.name !== undefined || body.owner !== undefined;
      const before = await beginChange(tx, params.name, { caller, ifMatch, nowMs: now, isTold });
      refuseManaged(before, `The app "${before.name}"`);
      if (body.owner !== undefined && body.owner !== before.owner) refuseForeignOwner(caller, body.owner);
      const change: Partial<AppRow> = {};
      if (body.name !== undefined) change.name = body.name;
      if (body.owner !== undefined) change.owner = body.owner;
      if (body.description !== undefined) change.description = body.description;
      const app = await updateAppRow(tx, before, change);
      if (isTold) await writeDigests(tx, key, [app.id]);
      const states = { before: toAppState(before), after: toAppState(app) };
      const entry = { action: apps.updateApp.id, resource: `apps/${app.name}`, owner: before.owner, ...states };
      for (const each of handedOver(entry, app.owner)) await recordAudit(tx, toActor(call), each, now);
      return { body: toAppDetail(app, await credentialsOf(tx, app.id)), version: app.version };
    });
  });
}
