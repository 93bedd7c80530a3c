import { apps } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { visibleApp } from './apps-store.ts';
import { selectAuthorizations, toAuthorization } from './authorizations-store.ts';
import type { AppsDependencies } from './dependencies.ts';

const keys = z.tuple([z.string(), z.string()]);

/** Whoever sees the app sees all that it may call, whoever owns that: it could call it. */
export function listAuthorizations({ database }: AppsDependencies): Implementation {
  return implement(apps.listAuthorizations, async ({ params, query, caller }) => {
    const app = await visibleApp(database.read, params.name, caller);
    let rows = selectAuthorizations(database.read)
      .where('authorizations.app_id', '=', app.id)
      .orderBy('apis.name')
      .orderBy('authorizations.environment')
      .limit(query.limit + 1);
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) {
      const [api, environment] = after;
      rows = rows.where((where) =>
        where.or([
          where('apis.name', '>', api),
          where.and([where('apis.name', '=', api), where('authorizations.environment', '>', environment)]),
        ]),
      );
    }
    return { body: toPage(await rows.execute(), query.limit, toAuthorization, (row) => [row.api, row.environment]) };
  });
}
