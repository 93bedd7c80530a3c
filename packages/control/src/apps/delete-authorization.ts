import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, refuseManaged } from '../operation/refusal.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import { appsChanged } from './app-changed.ts';
import { selectAuthorizations, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';

/** The API's owners take back what they gave; the app's owners may give it up. */
export function deleteAuthorization({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.deleteAuthorization, async (call) => {
    const { name, id } = call.params;
    const now = nowMs();
    return database.transaction(async (tx) => {
      const row = await selectAuthorizations(tx)
        .select(['apps.owner as app_owner', 'apis.owner as api_owner'])
        .where('authorizations.id', '=', id)
        .where('apps.name', '=', name)
        .executeTakeFirst();
      const mayChange = row !== undefined && (call.caller.canChange(row.api_owner) || call.caller.canChange(row.app_owner));
      if (!mayChange) throw notFound('authorization', id);
      refuseManaged(row, `The authorization of "${name}"`);
      await tx.deleteFrom('authorizations').where('id', '=', id).execute();
      await appsChanged(tx, key, [row.app_id], now);
      const entry = {
        action: apps.deleteAuthorization.id,
        resource: `apis/${row.api}`,
        owner: row.api_owner,
        environment: row.environment,
        before: { app: name, expiresAt: toTimestampOrNull(row.expires_at) },
      };
      await recordAudit(tx, toActor(call), entry, now);
      return { body: toAuthorization(row) };
    });
  });
}
