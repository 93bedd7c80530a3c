import { publications } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { jsonText } from '../schema/json-text.ts';
import { matches } from '../schema/matches.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { inOrder, selectApis, selectLive, toSummary } from './published-rows.ts';

const keys = z.tuple([z.string()]);

export function listPublications({ database }: PublishedDependencies): Implementation {
  return implement(publications.listPublications, async ({ query: { limit, cursor, search, owner, environment } }) => {
    const after = fromCursor(cursor, keys)?.[0];
    return database.snapshot(async (tx) => {
      let select = selectApis(tx)
        .where(({ exists, selectFrom }) => {
          const live = selectFrom('publications').select('publications.api_id').whereRef('publications.api_id', '=', 'apis.id');
          return exists(environment === undefined ? live : live.where('publications.environment', '=', environment));
        })
        .orderBy('apis.name')
        .limit(limit + 1);
      if (after !== undefined) select = select.where('apis.name', '>', after);
      if (owner !== undefined) select = select.where('apis.owner', '=', owner);
      if (search !== undefined) {
        select = select.where(({ or, exists, selectFrom }) =>
          or([
            matches(['apis.name', 'apis.description', jsonText(tx, 'apis.draft', 'title')], search),
            exists(
              selectFrom('publications')
                .select('publications.api_id')
                .whereRef('publications.api_id', '=', 'apis.id')
                .where(matches(['publications.title', 'publications.description'], search)),
            ),
          ]),
        );
      }
      const apis = await select.execute();
      const { environments } = await readSettings(tx);
      const ids = apis.map(({ id }) => id);
      const rows = ids.length === 0 ? [] : await selectLive(tx).where('publications.api_id', 'in', ids).execute();
      const live = Map.groupBy(rows, ({ api_id }) => api_id);
      return {
        body: toPage(
          apis,
          limit,
          (api) => toSummary(api, inOrder(live.get(api.id) ?? [], environments)),
          ({ name }) => [name],
        ),
      };
    });
  });
}
