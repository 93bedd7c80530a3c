import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import type { ResolvedBackend } from '../import/import-draft.ts';
import { canSeeBackend } from '../publishing/can-see-backend.ts';
import type { ControlTables } from '../schema/tables.ts';

/** The backend services by the names that they have or had; those that the caller may not see are not there. */
export async function resolveBackends(
  db: Kysely<ControlTables>,
  caller: Caller,
  names: readonly string[],
): Promise<ReadonlyMap<string, ResolvedBackend>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('backend_names')
    .innerJoin('backends', 'backends.id', 'backend_names.backend_id')
    .select(['backend_names.name', 'backends.id', 'backends.type', 'backends.owner'])
    .where('backend_names.name', 'in', [...names])
    .execute();
  return new Map(rows.filter(({ owner }) => canSeeBackend(caller, owner)).map(({ name, id, type }) => [name, { id, type }]));
}
