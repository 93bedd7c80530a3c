import { backends } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { matches } from '../schema/matches.ts';
import { toBackendSummary } from './backend-detail.ts';
import type { BackendsDependencies } from './dependencies.ts';

const cursorKeys = z.tuple([z.string()]);

export function listBackends({ database }: BackendsDependencies): Implementation {
  return implement(backends.listBackends, async ({ caller, query: { limit, cursor, search } }) => {
    const after = fromCursor(cursor, cursorKeys)?.[0];
    const rows = await database.read
      .selectFrom('backends')
      .selectAll()
      .$if(after !== undefined, (select) => select.where('name', '>', after ?? ''))
      .$if(search !== undefined, (select) => select.where(matches('name', search ?? '')))
      .$if(!caller.seesAll, (select) =>
        select.where((by) =>
          by.or([by('owner', 'is', null), ...(caller.teams.length === 0 ? [] : [by('owner', 'in', [...caller.teams])])]),
        ),
      )
      .orderBy('name')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const definitions =
      page.length === 0
        ? []
        : await database.read
            .selectFrom('backend_definitions')
            .select(['backend_id', 'environment'])
            .where(
              'backend_id',
              'in',
              page.map((row) => row.id),
            )
            .orderBy('environment')
            .execute();
    const environments = Map.groupBy(definitions, (definition) => definition.backend_id);
    return {
      body: toPage(
        rows,
        limit,
        (row) =>
          toBackendSummary(
            row,
            (environments.get(row.id) ?? []).map(({ environment }) => environment),
          ),
        (row) => [row.name],
      ),
    };
  });
}
