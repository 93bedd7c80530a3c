import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { appsChanged } from './app-changed.ts';
import { beginChange } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { refuseManagedCredentials } from './refuse-managed-credentials.ts';

export function revokeCredential({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.revokeCredential, async (call) => {
    const { name, appKey } = call.params;
    const now = nowMs();
    await database.transaction(async (tx) => {
      const app = await beginChange(tx, name, call.caller, now);
      const credential = (await credentialsOf(tx, app.id)).find((row) => row.app_key === appKey);
      if (credential === undefined) throw notFound('credential', appKey);
      refuseManagedCredentials(app, [credential]);
      await tx.deleteFrom('credentials').where('id', '=', credential.id).execute();
      await appsChanged(tx, key, [app.id], now);
      const entry = { action: apps.revokeCredential.id, resource: `apps/${app.name}`, owner: app.owner, before: { appKey } };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { revoked: appKey } };
  });
}
