import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged } from '../operation/refusal.ts';
import { beginChange, deleteAppRow } from './apps-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppState } from './to-app.ts';

export function deleteApp({ database, nowMs }: AppsDependencies): Implementation {
  return implement(apps.deleteApp, async (call) => {
    const now = nowMs();
    await database.transaction(async (tx) => {
      const app = await beginChange(tx, call.params.name, { caller: call.caller, ifMatch: call.ifMatch, nowMs: now, isTold: true });
      refuseManaged(app, `The app "${app.name}"`);
      await deleteAppRow(tx, app.id);
      const entry = { action: apps.deleteApp.id, resource: `apps/${app.name}`, owner: app.owner, before: toAppState(app) };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { deleted: call.params.name } };
  });
}
