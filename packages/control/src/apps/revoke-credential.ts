import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { writeDigests } from './app-changed.ts';
import { beginChange } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { refuseManagedCredentials } from './refuse-managed-credentials.ts';

export function revokeCredential({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.revokeCredential, async (call) => {
    const { name, appKey } = call.params;
    const now = nowMs();
    const version = await database.transaction(async (tx) => {
      const app = await beginChange(tx, name, { caller: call.caller, ifMatch: call.ifMatch, nowMs: now, isTold: true });
      const credential = (await credentialsOf(tx, app.id)).find((row) => row.app_key === appKey);
      if (credential === undefined) throw notFound('credential', appKey);
      refuseManagedCredentials(app, [credential]);
      await tx.deleteFrom('credentials').where('id', '=', credential.id).execute();
      await writeDigests(tx, key, [app.id]);
      const entry = { action: apps.revokeCredential.id, resource: `apps/${app.name}`, owner: app.owner, before: { appKey } };
      await recordAudit(tx, toActor(call), entry, now);
      return app.version;
    });
    return { body: { revoked: appKey }, version };
  });
}
