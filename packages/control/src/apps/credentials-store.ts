import { hashAppCode } from '@gatehouse/contract';
import type { Transaction } from '@gatehouse/database';
import type { Kysely, Selectable } from 'kysely';
import { newId } from '../schema/new-id.ts';
import type { ControlTables, CredentialsTable } from '../schema/tables.ts';
import { newAppCode, newAppKey, newAppSecret } from '../secrets/credentials.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';

export type CredentialRow = Selectable<CredentialsTable>;

/** What an app proves itself with, in clear. Never stored and never logged as it is. */
export interface AppSecrets {
  appKey: string;
  appSecret: string;
  appCode: string;
}

export function newAppSecrets(): AppSecrets {
  return { appKey: newAppKey(), appSecret: newAppSecret(), appCode: newAppCode() };
}

/** Base64 of the key for `hashAppCode`: of its own, so that nodes that check AppCodes can check nothing else with it. */
export function appCodeKey(key: InstallationKey): string {
  return key.deriveKey('hash/app-code').toString('base64');
}

export function hashCode(key: InstallationKey, appCode: string): string {
  return hashAppCode(appCodeKey(key), appCode);
}

export function openSecret(key: InstallationKey, row: Pick<CredentialRow, 'id' | 'secret_sealed'>): string {
  return key.open(row.secret_sealed, secretContext(row.id));
}

/** Newest first. */
export async function credentialsOf(db: Kysely<ControlTables>, appId: string): Promise<CredentialRow[]> {
  return db.selectFrom('credentials').selectAll().where('app_id', '=', appId).orderBy('created_at', 'desc').orderBy('id').execute();
}

export interface NewCredential {
  appId: string;
  appKey: string;
  appSecret: string;
  codeHash: string;
  managedBy: string | null;
}

export async function insertCredential(
  tx: Transaction<ControlTables>,
  key: InstallationKey,
  { appId, appKey, appSecret, codeHash, managedBy }: NewCredential,
  nowMs: number,
): Promise<void> {
  const id = newId();
  await tx
    .insertInto('credentials')
    .values({
      id,
      app_id: appId,
      app_key: appKey,
      secret_sealed: key.seal(appSecret, secretContext(id)),
      code_hash: codeHash,
      created_at: nowMs,
      expires_at: null,
      managed_by: managedBy,
    })
    .execute();
}

function secretContext(credentialId: string): string {
  return `credential/${credentialId}/secret`;
}
