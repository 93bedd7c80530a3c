import { accessRequests } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { selectRequests, toAccessRequest } from './request-rows.ts';

const keys = z.tuple([z.number().int(), z.string()]);

export function listAccessRequests({ database }: AccessRequestsDependencies): Implementation {
  return implement(accessRequests.listAccessRequests, async ({ query, caller }) => {
    const { limit, state, api, app, environment, decidable } = query;
    const teams = [...caller.teams];
    const mayDecideNone = decidable && !caller.hasAccess('developer');
    if ((!caller.seesAll && teams.length === 0) || mayDecideNone) return { body: { items: [] } };
    let rows = selectRequests(database.read)
      .orderBy('access_requests.requested_at', 'desc')
      .orderBy('access_requests.id', 'desc')
      .limit(limit + 1);
    if (!caller.seesAll) rows = rows.where((where) => where.or([where('apps.owner', 'in', teams), where('apis.owner', 'in', teams)]));
    if (decidable) rows = rows.where('access_requests.state', '=', 'pending');
    if (decidable && caller.role !== 'admin') rows = rows.where('apis.owner', 'in', teams);
    if (state !== undefined) rows = rows.where('access_requests.state', '=', state);
    if (api !== undefined) rows = rows.where('apis.name', '=', api);
    if (app !== undefined) rows = rows.where('apps.name', '=', app);
    if (environment !== undefined) rows = rows.where('access_requests.environment', '=', environment);
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) {
      const [at, id] = after;
      rows = rows.where((where) =>
        where.or([
          where('access_requests.requested_at', '<', at),
          where.and([where('access_requests.requested_at', '=', at), where('access_requests.id', '<', id)]),
        ]),
      );
    }
    const page = toPage(
      await rows.execute(),
      limit,
      (row) => toAccessRequest(row, caller),
      (row) => [row.requested_at, row.id],
    );
    return { body: page };
  });
}
