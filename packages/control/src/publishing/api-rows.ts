import type { Kysely, Selectable } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { notFound, Refusal, refuseStale } from '../operation/refusal.ts';
import { locksRows } from '../schema/locks-rows.ts';
import type { ApisTable, ControlTables } from '../schema/tables.ts';

/** An API without its large texts. */
export type ApiHead = Omit<Selectable<ApisTable>, 'draft' | 'definition' | 'document' | 'content'>;

export const API_HEAD = [
  'id',
  'name',
  'title',
  'owner',
  'api_group',
  'base_path',
  'content_hash',
  'operations',
  'managed_by',
  'version',
  'created_at',
  'updated_at',
  'description',
] as const satisfies readonly (keyof ApiHead)[];

/** Throws `resource.not-found`, also for what the caller may not see. */
export async function findApi(db: Kysely<ControlTables>, caller: Caller, name: string): Promise<ApiHead> {
  const row = await db.selectFrom('apis').select(API_HEAD).where('name', '=', name).executeTakeFirst();
  if (row === undefined || !caller.canSee(row.owner)) throw notFound('API', name);
  return row;
}

/** As `findApi`, for a change: locked until the transaction ends. Throws `access.denied` for what the caller may only see. */
export async function findApiToChange(tx: Kysely<ControlTables>, caller: Caller, name: string): Promise<ApiHead> {
  const row = await tx
    .selectFrom('apis')
    .select(API_HEAD)
    .where('name', '=', name)
    .$if(locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (row === undefined || !caller.canSee(row.owner)) throw notFound('API', name);
  refuseForeign(caller, row);
  return row;
}

/** Throws what an API is refused with: `resource.not-found`, `access.denied`, `version.stale`. */
export type AcceptApi = (api: Pick<ApiHead, 'name' | 'owner' | 'version'>) => void;

/** What a caller may not see, not change, or has not seen in this version. Asked again once nobody else changes what is live. */
export function acceptFor(caller: Caller, name: string, ifMatch: number | undefined): AcceptApi {
  return (api) => {
    if (!caller.canSee(api.owner)) throw notFound('API', name);
    refuseForeign(caller, api);
    refuseStale(api, ifMatch);
  };
}

/** Throws `access.denied` unless the caller may change the API. */
function refuseForeign(caller: Caller, { name, owner }: Pick<ApiHead, 'name' | 'owner'>): void {
  if (!caller.canChange(owner)) throw new Refusal('access.denied', `The API "${name}" belongs to others: only they change it`);
}
