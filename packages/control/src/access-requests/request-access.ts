import { accessRequests } from '@gatehouse/contract/management';
import { isForeignKeyViolation, isUniqueViolation, type Transaction } from '@gatehouse/database';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Call, type Implementation, implement } from '../operation/implementation.ts';
import { notFound, Refusal } from '../operation/refusal.ts';
import { jsonText } from '../schema/json-text.ts';
import { newId } from '../schema/new-id.ts';
import { toApproval } from '../schema/read-approval.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { type RequestRow, toAccessRequest } from './request-rows.ts';

/** Decided ones that are kept of an app for an API: asking and taking back again fills no disk. */
const DECIDED_MAX = 100;

type RequestCall = Call<typeof accessRequests.requestAccess>;

/** One's own app asks to call an API, anybody's that is live. What one may not see is refused like what there is not. */
export function requestAccess({ database, grants, nowMs }: AccessRequestsDependencies): Implementation {
  return implement(accessRequests.requestAccess, async (call) => {
    const { body, caller } = call;
    const now = nowMs();
    const row = await database.transaction(async (tx) => {
      let asked = await find(tx, call, now);
      if (asked.isAutomatic) {
        await grants.begin(tx, asked.app.id, now);
        // Again: it may have been unpublished, or its owners want to be asked now, while we waited.
        asked = await find(tx, call, now);
      }
      const { app, api, isAutomatic: isGranted } = asked;
      const made: RequestRow = {
        id: newId(),
        app_id: app.id,
        app: app.name,
        app_owner: app.owner,
        api_id: api.id,
        api: api.name,
        api_owner: api.owner,
        environment: body.environment,
        state: isGranted ? 'approved' : 'pending',
        reason: body.reason ?? null,
        requested_by: caller.name,
        requested_at: now,
        decided_by: null,
        decided_at: isGranted ? now : null,
        answer: null,
      };
      await insert(tx, made);
      await forgetOldest(tx, made);
      const actor = toActor(call);
      if (isGranted) await grants.grant(tx, { app, api, environment: body.environment, expiresAt: null }, { actor, nowMs: now });
      const entry = {
        action: accessRequests.requestAccess.id,
        resource: `apps/${app.name}`,
        owner: app.owner,
        environment: body.environment,
        after: { request: made.id, api: api.name, state: made.state },
      };
      await recordAudit(tx, actor, entry, now);
      return made;
    });
    return { body: toAccessRequest(row, caller) };
  });
}

async function find(tx: Transaction<ControlTables>, { params, body, caller }: RequestCall, nowMs: number) {
  const app = await tx.selectFrom('apps').select(['id', 'name', 'owner']).where('name', '=', params.name).executeTakeFirst();
  if (app === undefined || !caller.canChange(app.owner)) throw notFound('app', params.name);
  const api = await tx
    .selectFrom('apis')
    .select(['id', 'name', 'owner', jsonText(tx, 'draft', 'approval').as('approval')])
    .where('name', '=', body.api)
    .executeTakeFirst();
  const live = api === undefined ? [] : await tx.selectFrom('publications').select('environment').where('api_id', '=', api.id).execute();
  if (api === undefined || (live.length === 0 && !caller.canSee(api.owner))) {
    throw new Refusal('reference.unknown', `There is no API "${body.api}"`);
  }
  if (!live.some(({ environment }) => environment === body.environment)) {
    throw new Refusal('api.not-published', `The API "${api.name}" is not published in ${body.environment}`);
  }
  const authorized = await tx
    .selectFrom('authorizations')
    .select('id')
    .where('app_id', '=', app.id)
    .where('api_id', '=', api.id)
    .where('environment', '=', body.environment)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
    .executeTakeFirst();
  if (authorized !== undefined) {
    throw new Refusal('resource.exists', `The app "${app.name}" may call ${api.name} in ${body.environment} already`);
  }
  return { app, api, isAutomatic: toApproval(api.approval) === 'automatic' };
}

async function insert(tx: Transaction<ControlTables>, { app, app_owner: _, api, api_owner: __, ...row }: RequestRow): Promise<void> {
  try {
    await tx.insertInto('access_requests').values(row).execute();
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new Refusal('resource.exists', `A request of "${app}" for ${api} in ${row.environment} is pending already`);
    }
    if (isForeignKeyViolation(error)) throw new Refusal('reference.unknown', 'The app or the API was deleted at the same moment');
    throw error;
  }
}

async function forgetOldest(tx: Transaction<ControlTables>, { app_id, api_id }: Pick<RequestRow, 'app_id' | 'api_id'>): Promise<void> {
  const decided = tx
    .selectFrom('access_requests')
    .select('id')
    .where('app_id', '=', app_id)
    .where('api_id', '=', api_id)
    .where('state', '<>', 'pending')
    .orderBy('requested_at', 'desc')
    .orderBy('id');
  const oldest = await decided.offset(DECIDED_MAX).limit(DECIDED_MAX).execute();
  if (oldest.length === 0) return;
  await tx
    .deleteFrom('access_requests')
    .where(
      'id',
      'in',
      oldest.map(({ id }) => id),
    )
    .execute();
}
