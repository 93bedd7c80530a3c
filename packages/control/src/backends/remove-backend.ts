import { isForeignKeyViolation } from '@gatehouse/database';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { describeBackend } from './add-backend.ts';
import type { BackendRow } from './backend-rows.ts';
import { publishedOn } from './published-on.ts';

/**
 * Deletes a backend service that no draft and no published API uses (`resource.in-use`). `isVisible` says which APIs may be named in the
 * refusal.
 */
export async function removeBackend(change: Change, row: BackendRow, isVisible: (owner: string | null) => boolean): Promise<void> {
  const { tx } = change;
  // Against a publish at this moment; and a snapshot names every backend service.
  await change.beginLive(`backends/${row.name}`);
  const drafts = await tx
    .selectFrom('api_backends')
    .innerJoin('apis', 'apis.id', 'api_backends.api_id')
    .select(['apis.name', 'apis.owner'])
    .where('api_backends.backend_id', '=', row.id)
    .orderBy('apis.name')
    .execute();
  const published = await publishedOn(tx, row.id);
  if (drafts.length > 0 || published.length > 0) {
    throw new Refusal('resource.in-use', `The backend service "${row.name}" is used by APIs`, {
      drafts: drafts.filter(({ owner }) => isVisible(owner)).map(({ name }) => name),
      published: published
        .filter(({ owner }) => isVisible(owner))
        .map(({ api, environment, revision }) => ({ api, environment, revision })),
    });
  }
  try {
    await tx.deleteFrom('backends').where('id', '=', row.id).execute();
  } catch (error) {
    // A draft that began to use it at this moment.
    if (isForeignKeyViolation(error))
      throw new Refusal('resource.in-use', `The backend service "${row.name}" is used by the draft of an API`);
    throw error;
  }
  change.audit({ action: 'backends.delete', resource: `backends/${row.name}`, owner: row.owner, before: describeBackend(row) });
}
