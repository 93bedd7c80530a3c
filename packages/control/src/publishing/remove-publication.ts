import { Refusal } from '../operation/refusal.ts';
import type { Change } from './change.ts';
import { recordHistory } from './record-history.ts';

export interface Publication {
  apiId: string;
  api: string;
  owner: string | null;
  environment: string;
  revision: number;
  managedBy: string | null;
}

/** Takes an API out of an environment. Everything else of it stays. Throws `managed.by-file` when the file says that it is live there. */
export async function removePublication(change: Change, publication: Publication): Promise<void> {
  const { apiId, api, owner, environment, revision } = publication;
  refuseManagedPublication(change, publication);
  await change.beginLive(`apis/${api}`);
  await change.tx.deleteFrom('publications').where('api_id', '=', apiId).where('environment', '=', environment).execute();
  await recordHistory(change, { apiId, environment, revision: null, previous: revision, comment: null });
  change.audit({ action: 'apis.unpublish', resource: `apis/${api}`, owner, environment, before: { revision } });
}

/** Refuses what would make the file and what is live differ. */
export function refuseManagedPublication(change: Change, { api, environment, managedBy }: Publication): void {
  if (managedBy !== null && change.managedBy === null) {
    throw new Refusal('managed.by-file', `What of the API "${api}" is live in ${environment} is declared in the configuration file`);
  }
}
