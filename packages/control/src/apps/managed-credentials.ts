import { isUniqueViolation, uniqueViolation } from '@gatehouse/database';
import { Refusal } from '../operation/refusal.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { AppRow } from './apps-store.ts';
import { type CredentialRow, hashCode, insertCredential, newAppSecrets, openSecret } from './credentials-store.ts';
import type { Managed } from './managed.ts';

/** What a file gives of an app's credentials. */
export interface GivenSecrets {
  appKey?: string;
  appSecret?: string;
  appCode?: string;
}

/**
 * What has to be done for an app to have the credentials that the file gives: nothing; `make` them up, as the file gives none and there
 * are none; `release` those that were given once and are no more, which stay and are rotated through the management interface; `give`.
 */
export type CredentialsNeed = 'nothing' | 'make' | 'release' | 'give';

/** Pure. `existing`: all of the app. */
export function credentialsNeed(
  { key, managedBy }: { key: InstallationKey; managedBy: string },
  existing: readonly CredentialRow[],
  given: GivenSecrets,
): CredentialsNeed {
  const ours = existing.filter((row) => row.managed_by === managedBy);
  if (given.appKey === undefined && given.appSecret === undefined && given.appCode === undefined) {
    if (existing.length === 0) return 'make';
    return ours.length === 0 ? 'nothing' : 'release';
  }
  const [known] = ours;
  return known !== undefined && ours.length === 1 && isAsGiven(key, known, given) ? 'nothing' : 'give';
}

/** Does it. The app is in the change log already. Throws `Refusal` `resource.exists`. */
export async function saveGivenCredentials(
  managed: Managed,
  app: AppRow,
  existing: readonly CredentialRow[],
  given: GivenSecrets,
  need: CredentialsNeed,
): Promise<void> {
  const { tx, managedBy } = managed;
  if (need === 'make') await insert(managed, app, undefined, {}, null);
  if (need === 'release') await tx.updateTable('credentials').set({ managed_by: null }).where('app_id', '=', app.id).execute();
  if (need === 'give') {
    const known = existing.find((row) => row.managed_by === managedBy);
    await tx.deleteFrom('credentials').where('app_id', '=', app.id).where('managed_by', '=', managedBy).execute();
    await insert(managed, app, known, given, managedBy);
  }
}

function isAsGiven(key: InstallationKey, row: CredentialRow, { appKey, appSecret, appCode }: GivenSecrets): boolean {
  return (
    row.expires_at === null &&
    (appKey === undefined || appKey === row.app_key) &&
    (appSecret === undefined || appSecret === openSecret(key, row)) &&
    (appCode === undefined || hashCode(key, appCode) === row.code_hash)
  );
}

/** What is not given stays as it was in `known`, or is made up. */
async function insert(
  { tx, key, nowMs }: Managed,
  app: AppRow,
  known: CredentialRow | undefined,
  { appKey, appSecret, appCode }: GivenSecrets,
  managedBy: string | null,
): Promise<void> {
  const made = newAppSecrets();
  const credential = {
    appId: app.id,
    appKey: appKey ?? known?.app_key ?? made.appKey,
    appSecret: appSecret ?? (known === undefined ? made.appSecret : openSecret(key, known)),
    codeHash: appCode === undefined ? (known?.code_hash ?? hashCode(key, made.appCode)) : hashCode(key, appCode),
    managedBy,
  };
  try {
    await insertCredential(tx, key, credential, nowMs);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const what = uniqueViolation(error)?.columns.includes('app_key') === true ? 'AppKey' : 'AppCode';
    throw new Refusal('resource.exists', `The ${what} of the app "${app.name}" is another app's: give each its own`);
  }
}
