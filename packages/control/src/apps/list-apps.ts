import { apps } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { matches } from '../schema/matches.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppSummary } from './to-app.ts';

const keys = z.tuple([z.string()]);

export function listApps({ database }: AppsDependencies): Implementation {
  return implement(apps.listApps, async ({ query, caller }) => {
    const { search, owner, limit } = query;
    let rows = database.read
      .selectFrom('apps')
      .selectAll()
      .orderBy('name')
      .limit(limit + 1);
    if (!caller.seesAll) {
      // Who publishes an API authorizes other teams' apps on it, and has to find them: by their whole name, never by browsing.
      const findsByName = caller.hasAccess('publisher') && search !== undefined;
      if (caller.teams.length === 0 && !findsByName) return { body: { items: [] } };
      rows = rows.where((where) =>
        where.or([
          ...(caller.teams.length === 0 ? [] : [where('owner', 'in', caller.teams)]),
          ...(findsByName ? [where('name', '=', search)] : []),
        ]),
      );
    }
    if (owner !== undefined) rows = rows.where('owner', '=', owner);
    if (search !== undefined) rows = rows.where(matches('name', search));
    const after = fromCursor(query.cursor, keys);
    if (after !== undefined) rows = rows.where('name', '>', after[0]);
    return { body: toPage(await rows.execute(), limit, toAppSummary, (row) => [row.name]) };
  });
}
