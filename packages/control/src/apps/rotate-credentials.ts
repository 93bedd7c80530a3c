import { apps } from '@gatehouse/contract/management';
import type { Transaction } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import type { ControlTables } from '../schema/tables.ts';
import { writeDigests } from './app-changed.ts';
import { beginChange } from './apps-store.ts';
import { type CredentialRow, credentialsOf, hashCode, insertCredential, newAppSecrets } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { refuseManagedCredentials } from './refuse-managed-credentials.ts';

/** Whoever rotates every day with the longest overlap must not make an app that weighs on every node. */
const CREDENTIALS_MAX = 10;

export function rotateCredentials({ database, key, nowMs }: AppsDependencies): Implementation {
  return implement(apps.rotateCredentials, async (call) => {
    const secrets = newAppSecrets();
    const now = nowMs();
    const endMs = now + call.body.overlap * 1000;
    const { version, previousExpireAt } = await database.transaction(async (tx) => {
      const app = await beginChange(tx, call.params.name, { caller: call.caller, ifMatch: call.ifMatch, nowMs: now, isTold: true });
      const existing = await credentialsOf(tx, app.id);
      refuseManagedCredentials(app, existing);
      const left = call.body.overlap === 0 ? 0 : existing.filter((row) => !isOver(row, now)).length;
      if (left >= CREDENTIALS_MAX) {
        throw new Refusal('resource.in-use', `The app has ${left} sets of credentials that are valid: revoke those that nobody uses`);
      }
      const end = await endPrevious(tx, app.id, existing, { now, endMs });
      const { appKey, appSecret } = secrets;
      await insertCredential(tx, key, { appId: app.id, appKey, appSecret, codeHash: hashCode(key, secrets.appCode), managedBy: null }, now);
      await writeDigests(tx, key, [app.id]);
      const entry = {
        action: apps.rotateCredentials.id,
        resource: `apps/${app.name}`,
        owner: app.owner,
        before: { appKeys: existing.map((row) => row.app_key) },
        after: { appKey, previousExpireAt: toTimestampOrNull(end) },
      };
      await recordAudit(tx, toActor(call), entry, now);
      return { version: app.version, previousExpireAt: end };
    });
    return { body: { name: call.params.name, ...secrets, previousExpireAt: toTimestampOrNull(previousExpireAt) }, version };
  });
}

/** Until when those before are valid at most; null: none was. What ends at once is deleted: the clocks of nodes may be behind. */
async function endPrevious(
  tx: Transaction<ControlTables>,
  appId: string,
  existing: readonly CredentialRow[],
  { now, endMs }: { now: number; endMs: number },
): Promise<number | null> {
  if (endMs <= now) await tx.deleteFrom('credentials').where('app_id', '=', appId).execute();
  else {
    await tx
      .updateTable('credentials')
      .set({ expires_at: endMs })
      .where('app_id', '=', appId)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', endMs)]))
      .execute();
  }
  const ends = existing.filter((row) => !isOver(row, now)).map((row) => Math.min(row.expires_at ?? endMs, endMs));
  return ends.length === 0 ? null : Math.max(...ends);
}

function isOver(row: CredentialRow, now: number): boolean {
  return row.expires_at !== null && row.expires_at <= now;
}
