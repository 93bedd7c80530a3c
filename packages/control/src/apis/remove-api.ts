import { removeMappings } from '../domains/remove-mappings.ts';
import type { ApiHead } from '../publishing/api-rows.ts';
import type { Change } from '../publishing/change.ts';
import { removePublication } from '../publishing/remove-publication.ts';
import type { AuthorizationsOfApi } from './dependencies.ts';
import { describeDraft } from './save-draft.ts';

export interface RemovedApi {
  unpublished: { environment: string; revision: number }[];
  /** Hosts some of whose paths led to it. */
  domains: string[];
}

/**
 * Deletes an API with its draft, revisions, publications and authorizations, and frees the paths of domains that led to it: the next API
 * of this name may be somebody else's. `confirm` is asked when any of that is live, and throws to refuse. `beginLive` must have been
 * called before the row was locked.
 */
export async function removeApi(
  change: Change,
  row: ApiHead,
  authorizations: AuthorizationsOfApi,
  confirm: (removed: RemovedApi) => void,
): Promise<RemovedApi> {
  const { tx } = change;
  const published = await tx
    .selectFrom('publications')
    .select(['environment', 'revision', 'managed_by as managedBy'])
    .where('api_id', '=', row.id)
    .orderBy('environment')
    .execute();
  for (const publication of published) await removePublication(change, { apiId: row.id, api: row.name, owner: row.owner, ...publication });
  const domains = await removeMappings(change, row.name);
  const removed = { unpublished: published.map(({ environment, revision }) => ({ environment, revision })), domains };
  if (published.length > 0 || domains.length > 0) confirm(removed);
  await authorizations.removeForApi(tx, row.id, change.atMs);
  await tx.deleteFrom('apis').where('id', '=', row.id).execute();
  change.audit({ action: 'apis.delete', resource: `apis/${row.name}`, owner: row.owner, before: describeDraft(row) });
  return removed;
}
