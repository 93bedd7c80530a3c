import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import type { RevisionTexts } from '../import/compare-revisions.ts';
import { notFound } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { canSeeBackend } from './can-see-backend.ts';

/** What is compared of a revision. Throws `resource.not-found`. */
export async function readRevisionTexts(
  db: Kysely<ControlTables>,
  caller: Caller,
  api: { id: string; name: string },
  number: number,
): Promise<RevisionTexts> {
  const row = await db
    .selectFrom('revisions')
    .select(['content', 'document'])
    .where('api_id', '=', api.id)
    .where('number', '=', number)
    .executeTakeFirst();
  if (row === undefined) throw notFound('revision', `${api.name} ${number}`);
  return { ...row, backends: await readBackendNames(db, caller, api.id, number) };
}

/** Names of the backend services that a revision uses, by id, as far as they still exist and the caller may see them. */
export async function readBackendNames(
  db: Kysely<ControlTables>,
  caller: Caller,
  apiId: string,
  number: number,
): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('revision_backends')
    .innerJoin('backends', 'backends.id', 'revision_backends.backend_id')
    .select(['backends.id', 'backends.name', 'backends.owner'])
    .where('revision_backends.api_id', '=', apiId)
    .where('revision_backends.number', '=', number)
    .execute();
  return Object.fromEntries(rows.flatMap(({ id, name, owner }) => (canSeeBackend(caller, owner) ? [[id, name]] : [])));
}
