import { apps } from '@gatehouse/contract/management';
import { ownerOfNew } from '../access/owner-of-new.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { appsChanged } from './app-changed.ts';
import { insertApp } from './apps-store.ts';
import { hashCode, insertCredential, newAppSecrets } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppState } from './to-app.ts';

export function createApp({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.createApp, async (call) => {
    const { name, description = null } = call.body;
    const owner = ownerOfNew(call.caller, call.body.owner);
    const secrets = newAppSecrets();
    const now = nowMs();
    await database.transaction(async (tx) => {
      const app = await insertApp(tx, { name, owner, description, managedBy: null }, now);
      const { appKey, appSecret } = secrets;
      const codeHash = hashCode(key, secrets.appCode);
      await insertCredential(tx, key, { appId: app.id, appKey, appSecret, codeHash, managedBy: null }, now);
      await appsChanged(tx, key, [app.id], now);
      const entry = { action: apps.createApp.id, resource: `apps/${name}`, owner, after: { ...toAppState(app), appKey } };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { name, owner, ...secrets }, version: 1 };
  });
}
