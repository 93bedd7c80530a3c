import { portal } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type AuditEvent, readEvents } from './audit-events.ts';
import { type Comparisons, findBreaking } from './find-breaking.ts';

export interface ActivityDependencies {
  database: Database<ControlTables>;
  comparisons: Comparisons;
}

const keys = z.tuple([z.number().int()]);

/** From the audit, whose entries belong to who owned the resource when it was changed. */
export function listActivity({ database, comparisons }: ActivityDependencies): Implementation {
  return implement(portal.listActivity, async ({ query, caller }) => {
    const { limit, mine, cursor } = query;
    const events = await readEvents(database.read, {
      owners: caller.seesAll && !mine ? 'all' : caller.teams,
      withPublic: !mine,
      before: fromCursor(cursor, keys)?.[0],
      limit: limit + 1,
    });
    const breaking = await findBreaking(database.read, comparisons, events.slice(0, limit));
    return {
      body: toPage(
        events,
        limit,
        (event) => ({
          at: toTimestamp(event.at),
          actor: event.actor,
          action: event.action,
          resource: event.resource,
          environment: event.environment,
          revision: revisionOf(event),
          breaking: breaking.get(event.number) ?? null,
        }),
        ({ number }) => [number],
      ),
    };
  });
}

const state = z.object({ revision: z.number().int() });

/** The revision that became live or, where none did, that ceased to be. Nothing else of the states is told: not everybody may know it. */
function revisionOf({ before, after }: AuditEvent): number | null {
  for (const text of [after, before]) {
    const { success, data } = state.safeParse(text === null ? null : JSON.parse(text));
    if (success) return data.revision;
  }
  return null;
}
