import type { Kysely, Selectable } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { notFound, Refusal } from '../operation/refusal.ts';
import { canSeeBackend } from '../publishing/can-see-backend.ts';
import { locksRows } from '../schema/locks-rows.ts';
import type { BackendsTable, ControlTables } from '../schema/tables.ts';

export type BackendRow = Selectable<BackendsTable>;

/** Throws `resource.not-found`, also for what the caller may not see. */
export async function findBackend(db: Kysely<ControlTables>, caller: Caller, name: string): Promise<BackendRow> {
  const row = await db.selectFrom('backends').selectAll().where('name', '=', name).executeTakeFirst();
  if (row === undefined || !canSeeBackend(caller, row.owner)) throw notFound('backend service', name);
  return row;
}

/** As `findBackend`, for a change: locked until the transaction ends. Throws `access.denied` for what the caller may only see. */
export async function findBackendToChange(tx: Kysely<ControlTables>, caller: Caller, name: string): Promise<BackendRow> {
  const row = await tx
    .selectFrom('backends')
    .selectAll()
    .where('name', '=', name)
    .$if(locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (row === undefined || !canSeeBackend(caller, row.owner)) throw notFound('backend service', name);
  if (!caller.canChange(row.owner))
    throw new Refusal('access.denied', `The backend service "${name}" belongs to others: only they change it`);
  return row;
}

/** Counts a change of the backend service or of one of its definitions. Returns its new version. */
export async function touchBackend(tx: Kysely<ControlTables>, { id, version }: BackendRow, atMs: number): Promise<number> {
  await tx
    .updateTable('backends')
    .set({ version: version + 1, updated_at: atMs })
    .where('id', '=', id)
    .execute();
  return version + 1;
}

/** The backend service of this name, locked, whoever asks: for the configuration file. */
export function findManagedBackend(tx: Kysely<ControlTables>, name: string): Promise<BackendRow | undefined> {
  return tx
    .selectFrom('backends')
    .selectAll()
    .where('name', '=', name)
    .$if(locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
}
