import { apis } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { API_HEAD } from '../publishing/api-rows.ts';
import { canSeeBackend } from '../publishing/can-see-backend.ts';
import { matches } from '../schema/matches.ts';
import { readNewestHashes, readPublished, toApiSummary } from './api-summary.ts';
import type { ApisDependencies } from './dependencies.ts';

const cursorKeys = z.tuple([z.string()]);

export function listApis({ database }: ApisDependencies): Implementation {
  return implement(apis.listApis, async ({ caller, query }) => {
    const { limit, cursor, search, owner, group, environment } = query;
    const after = fromCursor(cursor, cursorKeys)?.[0];
    if (!caller.seesAll && caller.teams.length === 0) return { body: { items: [] } };
    const backend =
      query.backend === undefined
        ? undefined
        : await database.read.selectFrom('backends').select(['id', 'owner']).where('name', '=', query.backend).executeTakeFirst();
    if (query.backend !== undefined && (backend === undefined || !canSeeBackend(caller, backend.owner))) return { body: { items: [] } };
    const rows = await database.read
      .selectFrom('apis')
      .select(API_HEAD)
      .$if(after !== undefined, (select) => select.where('name', '>', after ?? ''))
      .$if(!caller.seesAll, (select) => select.where('owner', 'in', [...caller.teams]))
      .$if(owner !== undefined, (select) => select.where('owner', '=', owner ?? ''))
      .$if(group !== undefined, (select) => select.where('api_group', '=', group ?? ''))
      .$if(search !== undefined, (select) => select.where(matches(['name', 'title'], search ?? '')))
      .$if(environment !== undefined, (select) =>
        select.where('id', 'in', (by) =>
          by
            .selectFrom('publications')
            .select('api_id')
            .where('environment', '=', environment ?? ''),
        ),
      )
      .$if(backend !== undefined, (select) =>
        select.where((by) =>
          by.or([
            by(
              'id',
              'in',
              by
                .selectFrom('api_backends')
                .select('api_id')
                .where('backend_id', '=', backend?.id ?? ''),
            ),
            by(
              'id',
              'in',
              by
                .selectFrom('revision_backends')
                .innerJoin('publications', (join) =>
                  join
                    .onRef('publications.api_id', '=', 'revision_backends.api_id')
                    .onRef('publications.revision', '=', 'revision_backends.number'),
                )
                .select('publications.api_id')
                .where('revision_backends.backend_id', '=', backend?.id ?? ''),
            ),
          ]),
        ),
      )
      .orderBy('name')
      .limit(limit + 1)
      .execute();
    const ids = rows.slice(0, limit).map((row) => row.id);
    const [published, newest] = [await readPublished(database.read, ids), await readNewestHashes(database.read, ids)];
    return {
      body: toPage(
        rows,
        limit,
        (row) => toApiSummary(row, published.get(row.id) ?? [], newest.get(row.id)),
        (row) => [row.name],
      ),
    };
  });
}
