import { apis } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { findApi } from './api-rows.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { REVISION_HEAD, readEnvironments, toRevisionSummary } from './revision-summary.ts';

const cursorKeys = z.tuple([z.number().int()]);

export function listRevisions({ database }: PublishingDependencies): Implementation {
  return implement(apis.listRevisions, async ({ caller, params, query: { limit, cursor } }) => {
    const before = fromCursor(cursor, cursorKeys)?.[0];
    return database.snapshot(async (tx) => {
      const api = await findApi(tx, caller, params.name);
      const rows = await tx
        .selectFrom('revisions')
        .select(REVISION_HEAD)
        .where('api_id', '=', api.id)
        .$if(before !== undefined, (select) => select.where('number', '<', before ?? 0))
        .orderBy('number', 'desc')
        .limit(limit + 1)
        .execute();
      const environments = await readEnvironments(tx, api.id);
      return {
        body: toPage(
          rows,
          limit,
          (row) => toRevisionSummary(row, environments),
          (row) => [row.number],
        ),
      };
    });
  });
}
