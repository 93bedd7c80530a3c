import type { ProblemPosition } from '@gatehouse/catalog';
import { catalog } from '@gatehouse/contract/management';
import { fromCursor, type Implementation, implement, toCursor } from '@gatehouse/control';
import { z } from 'zod';
import { runningCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './start-catalog.ts';
import { toTimeOrNull } from './to-time.ts';

const position: z.ZodType<ProblemPosition> = z.tuple([z.number().int().min(0), z.string(), z.union([z.string(), z.number().int()])]);

export function listProblems(running: () => Pick<RunningCatalog, 'problems'> | undefined): Implementation {
  return implement(catalog.listProblems, async ({ query: { limit, cursor, kind, entity } }) => {
    const { items, next } = await runningCatalog(running).problems({ limit, kind, entity, after: fromCursor(cursor, position) });
    return {
      body: {
        items: items.map(({ since, ...problem }) => ({ ...problem, since: toTimeOrNull(since) })),
        ...(next === undefined ? {} : { nextCursor: toCursor(next) }),
      },
    };
  });
}
