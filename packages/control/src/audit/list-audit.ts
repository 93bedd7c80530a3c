import { system } from '@gatehouse/contract/management';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { AuditTable } from '../schema/tables.ts';
import type { AuditDependencies } from './operations.ts';

const keys = z.tuple([z.number().int()]);

type Row = Selectable<AuditTable>;

export function listAudit({ database }: AuditDependencies): Implementation {
  return implement(system.listAudit, async ({ query, caller }) => {
    const { actor, action, resource, since, until, limit } = query;
    if (seesNothing(caller)) return { body: { items: [] } };
    let rows = database.read
      .selectFrom('audit')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(limit + 1);
    // By the owner at the time of the change: what a team did stays its own when the resource moves on.
    if (!caller.seesAll) rows = rows.where('owner', 'in', caller.teams);
    if (actor !== undefined) rows = rows.where('actor', '=', actor);
    if (action !== undefined) rows = rows.where('action', '=', action);
    if (resource !== undefined) rows = rows.where('resource', '=', resource);
    if (since !== undefined) rows = rows.where('at', '>=', Date.parse(since));
    if (until !== undefined) rows = rows.where('at', '<=', Date.parse(until));
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) rows = rows.where('number', '<', after[0]);
    return { body: toPage(await rows.execute(), limit, toEntry, (row) => [row.number]) };
  });
}

function seesNothing(caller: Caller): boolean {
  return !caller.seesAll && caller.teams.length === 0;
}

function toEntry(row: Row): z.output<typeof system.auditEntry> {
  return {
    number: row.number,
    at: toTimestamp(row.at),
    actor: row.actor,
    action: row.action,
    resource: row.resource,
    environment: row.environment,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    address: row.address,
    requestId: row.request_id,
  };
}
