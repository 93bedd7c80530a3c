import { publications } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toCursor } from '../operation/paging.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import { Changelog, type HistoryRow } from './changelog.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { findLive } from './published-rows.ts';

const keys = z.tuple([z.number().int()]);

const COMPARING_MS = 3_000;

export function listPublishedChanges(dependencies: PublishedDependencies): Implementation {
  const changelog = new Changelog(dependencies);
  const { comparingMs = COMPARING_MS } = dependencies;
  return implement(publications.listPublishedChanges, async ({ params, query: { limit, cursor } }) => {
    const before = fromCursor(cursor, keys)?.[0];
    const rows = await dependencies.database.snapshot(async (tx) => {
      const { api } = await findLive(tx, params.api, params.environment);
      let select = tx
        .selectFrom('publication_history')
        .selectAll()
        .where('api_id', '=', api.id)
        .where('environment', '=', params.environment)
        .where('revision', 'is not', null)
        .orderBy('number', 'desc')
        .limit(limit + 1);
      if (before !== undefined) select = select.where('number', '<', before);
      return (await select.execute()) as HistoryRow[];
    });
    const untilMs = performance.now() + comparingMs;
    const items: z.input<typeof publications.listPublishedChanges.result>['items'] = [];
    let last: HistoryRow | undefined;
    for (const row of rows.slice(0, limit)) {
      if (last !== undefined && !changelog.isKnown(row) && performance.now() > untilMs) break;
      const { breaking, changes } = await changelog.changesOf(row);
      items.push({
        at: toTimestamp(row.at),
        by: row.by,
        revision: row.revision,
        previous: row.previous,
        comment: row.comment,
        changes: { against: row.previous, breaking, changes: changes.map((change) => ({ ...change })) },
      });
      last = row;
    }
    const nextCursor = last === undefined || items.length === rows.length ? undefined : toCursor([last.number]);
    return { body: { items, ...(nextCursor === undefined ? {} : { nextCursor }) } };
  });
}
