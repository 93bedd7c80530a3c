import type { accessRequests } from '@gatehouse/contract/management';
import type { Kysely, Selectable } from 'kysely';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { notFound, Refusal } from '../operation/refusal.ts';
import { toTimestamp, toTimestampOrNull } from '../operation/timestamp.ts';
import type { AccessRequestsTable } from '../schema/access-request-tables.ts';
import type { ControlTables } from '../schema/tables.ts';

/** A request with the names and owners of what it links. */
export interface RequestRow extends Selectable<AccessRequestsTable> {
  app: string;
  app_owner: string | null;
  api: string;
  api_owner: string | null;
}

export function selectRequests(db: Kysely<ControlTables>) {
  return db
    .selectFrom('access_requests')
    .innerJoin('apps', 'apps.id', 'access_requests.app_id')
    .innerJoin('apis', 'apis.id', 'access_requests.api_id')
    .selectAll('access_requests')
    .select(['apps.name as app', 'apps.owner as app_owner', 'apis.name as api', 'apis.owner as api_owner']);
}

/** The request, for who sees its app or its API. Throws `resource.not-found`. */
export async function findRequest(db: Kysely<ControlTables>, caller: Caller, id: string): Promise<RequestRow> {
  const row = await selectRequests(db).where('access_requests.id', '=', id).executeTakeFirst();
  if (row === undefined || !(caller.canSee(row.app_owner) || caller.canSee(row.api_owner))) throw notFound('access request', id);
  return row;
}

/** As `findRequest`, for a decision. Throws `access.denied` for who does not own the API, and `request.decided`. */
export async function findRequestToDecide(db: Kysely<ControlTables>, caller: Caller, id: string): Promise<RequestRow> {
  const row = await findRequest(db, caller, id);
  if (!ownsApi(caller, row)) throw new Refusal('access.denied', `The API "${row.api}" belongs to others: they decide who calls it`);
  refuseDecided(row);
  return row;
}

export function refuseDecided({ state }: Pick<RequestRow, 'state'>): void {
  if (state !== 'pending') throw new Refusal('request.decided', `The request is not pending any more: it was ${state}`, { state });
}

/** The rule of authorizing: who calls an API is decided by its owners, and by nobody who asks. */
function ownsApi(caller: Caller, { api_owner }: Pick<RequestRow, 'api_owner'>): boolean {
  return caller.hasAccess('developer') && caller.canChange(api_owner);
}

export function toAccessRequest(row: RequestRow, caller: Caller): z.output<typeof accessRequests.accessRequest> {
  return {
    id: row.id,
    app: row.app,
    appOwner: row.app_owner,
    api: row.api,
    apiOwner: row.api_owner,
    environment: row.environment,
    state: row.state,
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedAt: toTimestamp(row.requested_at),
    decidedBy: row.decided_by,
    decidedAt: toTimestampOrNull(row.decided_at),
    answer: row.answer,
    mayDecide: row.state === 'pending' && ownsApi(caller, row),
  };
}
