import { apps } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { notFound } from '../operation/refusal.ts';
import { selectAuthorizations, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';

const keys = z.tuple([z.string(), z.string()]);

/** Whoever sees the API sees all that may call it, whoever owns them. */
export function listConsumers({ database }: AppsDependencies): Implementation {
  return implement(apps.listConsumers, async ({ params, query, caller }) => {
    const api = await database.read.selectFrom('apis').select(['id', 'owner']).where('name', '=', params.name).executeTakeFirst();
    if (api === undefined || !caller.canSee(api.owner)) throw notFound('API', params.name);
    // In the order of the index: an API may have 100,000 consumers, which sorting by name would join and sort for each page.
    let rows = selectAuthorizations(database.read)
      .where('authorizations.api_id', '=', api.id)
      .orderBy('authorizations.environment')
      .orderBy('authorizations.app_id')
      .limit(query.limit + 1);
    if (query.environment !== undefined) rows = rows.where('authorizations.environment', '=', query.environment);
    if (query.app !== undefined) rows = rows.where('apps.name', '=', query.app);
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) {
      const [environment, app] = after;
      rows = rows.where((where) =>
        where.or([
          where('authorizations.environment', '>', environment),
          where.and([where('authorizations.environment', '=', environment), where('authorizations.app_id', '>', app)]),
        ]),
      );
    }
    return { body: toPage(await rows.execute(), query.limit, toAuthorization, (row) => [row.environment, row.app_id]) };
  });
}
