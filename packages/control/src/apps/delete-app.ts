import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged, refuseStale } from '../operation/refusal.ts';
import { appsChanged } from './app-changed.ts';
import { beginChange, deleteAppRow } from './apps-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppState } from './to-app.ts';

export function deleteApp({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.deleteApp, async (call) => {
    const now = nowMs();
    await database.transaction(async (tx) => {
      const app = await beginChange(tx, call.params.name, call.caller, now);
      refuseManaged(app, `The app "${app.name}"`);
      refuseStale({ version: app.version - 1 }, call.ifMatch);
      await deleteAppRow(tx, app.id);
      await appsChanged(tx, key, [app.id], now);
      const entry = { action: apps.deleteApp.id, resource: `apps/${app.name}`, owner: app.owner, before: toAppState(app) };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { deleted: call.params.name } };
  });
}
