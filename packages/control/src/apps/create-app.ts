import { apps } from '@gatehouse/contract/management';
import { ownerOfNew } from '../access/owner-of-new.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseMissing } from '../operation/refusal.ts';
import { newId } from '../schema/new-id.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';
import { insertApp } from './apps-store.ts';
import { hashCode, insertCredential, newAppSecrets } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppState } from './to-app.ts';

export function createApp({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.createApp, async (call) => {
    const { name, description = null } = call.body;
    refuseMissing(call, `app "${name}"`);
    const owner = ownerOfNew(call.caller, call.body.owner);
    const secrets = newAppSecrets();
    const now = nowMs();
    await database.transaction(async (tx) => {
      const id = newId();
      await beginAppsChange(tx, [id], now);
      const app = await insertApp(tx, { id, name, owner, description, managedBy: null }, now);
      const { appKey, appSecret } = secrets;
      const codeHash = hashCode(key, secrets.appCode);
      await insertCredential(tx, key, { appId: app.id, appKey, appSecret, codeHash, managedBy: null }, now);
      await writeDigests(tx, key, [id]);
      const entry = { action: apps.createApp.id, resource: `apps/${name}`, owner, after: { ...toAppState(app), appKey } };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { name, owner, ...secrets }, version: 1 };
  });
}
