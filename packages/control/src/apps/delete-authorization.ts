import { apps } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';
import { selectAuthorizations, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';

/** The API's owners take back what they gave; the app's owners may give it up. */
export function deleteAuthorization({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.deleteAuthorization, async (call) => {
    const { name, id } = call.params;
    const now = nowMs();
    return database.transaction(async (tx) => {
      const find = async () => {
        const found = await selectAuthorizations(tx)
          .select(['apps.owner as app_owner', 'apps.version as app_version', 'apis.owner as api_owner'])
          .where('authorizations.id', '=', id)
          .where('apps.name', '=', name)
          .executeTakeFirst();
        const mayChange = found !== undefined && (call.caller.canChange(found.api_owner) || call.caller.canChange(found.app_owner));
        if (!mayChange) throw notFound('authorization', id);
        refuseManaged(found, `The authorization of "${name}"`);
        refuseStale({ version: found.app_version }, call.ifMatch);
        return found;
      };
      await beginAppsChange(tx, [(await find()).app_id], now);
      // Again: it may have been taken back, or its API handed over, while we waited.
      const row = await find();
      await tx.deleteFrom('authorizations').where('id', '=', id).execute();
      await writeDigests(tx, key, [row.app_id]);
      const entry = {
        action: apps.deleteAuthorization.id,
        resource: `apis/${row.api}`,
        owner: row.api_owner,
        environment: row.environment,
        before: { app: name, expiresAt: toTimestampOrNull(row.expires_at) },
      };
      await recordAudit(tx, toActor(call), entry, now);
      return { body: toAuthorization(row), version: row.app_version };
    });
  });
}
