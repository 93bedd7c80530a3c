import { Refusal } from '../operation/refusal.ts';
import type { AppRow } from './apps-store.ts';
import type { CredentialRow } from './credentials-store.ts';

/**
 * Refuses to change credentials that the file gives. Those that were made up for an app of the file, because it gives none, are changed
 * here: nobody would know them otherwise.
 */
export function refuseManagedCredentials(app: AppRow, credentials: readonly CredentialRow[]): void {
  if (credentials.some((row) => row.managed_by !== null)) {
    throw new Refusal('managed.by-file', `The credentials of "${app.name}" are given in the configuration file: change them there`);
  }
}
