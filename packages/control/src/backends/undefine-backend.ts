import type { Change } from '../publishing/change.ts';
import { refuseManagedPublication, removePublication } from '../publishing/remove-publication.ts';
import { type BackendRow, touchBackend } from './backend-rows.ts';
import type { Confirm } from './define-backend.ts';
import { type PublicationOnBackend, publishedOn } from './published-on.ts';

export interface UndefinedBackend {
  /** Version of the backend service. */
  version: number;
  unpublished: PublicationOnBackend[];
}

/**
 * Removes the definition of a backend service from an environment and unpublishes there what uses it. Drafts and other environments
 * stay. Null: it was not defined there. Throws what `confirm` throws. The row must be locked.
 */
export async function undefineBackend(
  change: Change,
  row: BackendRow,
  environment: string,
  confirm: Confirm,
): Promise<UndefinedBackend | null> {
  const { tx, atMs } = change;
  const before = await tx
    .selectFrom('backend_definitions')
    .select('written')
    .where('backend_id', '=', row.id)
    .where('environment', '=', environment)
    .executeTakeFirst();
  if (before === undefined) return null;
  await change.beginLive(`backends/${row.name}`);
  const unpublished = await publishedOn(tx, row.id, environment);
  for (const publication of unpublished) refuseManagedPublication(change, publication);
  if (unpublished.length > 0) confirm(unpublished);
  for (const publication of unpublished) await removePublication(change, publication);
  await tx.deleteFrom('backend_definitions').where('backend_id', '=', row.id).where('environment', '=', environment).execute();
  const version = await touchBackend(tx, row, atMs);
  change.audit({
    action: 'backends.undefine',
    resource: `backends/${row.name}`,
    owner: row.owner,
    environment,
    before: JSON.parse(before.written) as unknown,
  });
  return { version, unpublished };
}
