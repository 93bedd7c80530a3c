import { isUniqueViolation, uniqueViolation } from '@gatehouse/database';
import { Refusal } from '../operation/refusal.ts';
import type { AppRow } from './apps-store.ts';
import { type CredentialRow, credentialsOf, hashCode, insertCredential, newAppSecrets, openSecret } from './credentials-store.ts';
import type { Managed } from './managed-apps.ts';

/** What a file gives of an app's credentials. */
export interface GivenSecrets {
  appKey?: string;
  appSecret?: string;
  appCode?: string;
}

/** Makes the given credentials those that the app has from the file; true when that changed anything. */
export async function saveGivenCredentials(managed: Managed, app: AppRow, given: GivenSecrets): Promise<boolean> {
  const { tx, managedBy } = managed;
  const existing = await credentialsOf(tx, app.id);
  const ours = existing.filter((row) => row.managed_by === managedBy);
  if (given.appKey === undefined && given.appSecret === undefined && given.appCode === undefined) {
    if (existing.length === 0) {
      await insert(managed, app, undefined, {}, null);
      return true;
    }
    if (ours.length === 0) return false;
    // They were given once and are no more: they stay, to be rotated through the management interface.
    await tx.updateTable('credentials').set({ managed_by: null }).where('app_id', '=', app.id).execute();
    return true;
  }
  const [known] = ours;
  if (known !== undefined && ours.length === 1 && isAsGiven(managed, known, given)) return false;
  await tx.deleteFrom('credentials').where('app_id', '=', app.id).where('managed_by', '=', managedBy).execute();
  await insert(managed, app, known, given, managedBy);
  return true;
}

function isAsGiven({ key }: Managed, row: CredentialRow, { appKey, appSecret, appCode }: GivenSecrets): boolean {
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
