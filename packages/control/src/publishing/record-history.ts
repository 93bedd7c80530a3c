import type { Change } from './change.ts';

/** Something else is live in an environment from this change on. */
export interface LiveChange {
  apiId: string;
  environment: string;
  /** Null: nothing is. */
  revision: number | null;
  /** What was live before; null: nothing was. */
  previous: number | null;
  comment: string | null;
}

/** Entries that are kept of each API and environment: no changelog is read further back, and one that is written by a machine must end. */
export const HISTORY_MAX = 500;

/** Writes the history of what was live when, which callers read as a changelog. `beginLive` must have been called. */
export async function recordHistory(change: Change, live: LiveChange): Promise<void> {
  const { tx, atMs, actor, number } = change;
  const { apiId, environment, revision, previous, comment } = live;
  // Taken over by the file, or handed back: what callers get is the same.
  if (number === null || revision === previous) return;
  const row = { at: atMs, by: actor.name, revision, comment };
  await tx
    .insertInto('publication_history')
    .values({ api_id: apiId, environment, number, previous, ...row })
    // Twice in one change: from what was live before it to what is live after it.
    .onConflict((conflict) => conflict.columns(['api_id', 'environment', 'number']).doUpdateSet(row))
    .execute();
  await tx
    .deleteFrom('publication_history')
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .where('number', '<', (oldest) =>
      oldest
        .selectFrom('publication_history as kept')
        .select('kept.number')
        .where('kept.api_id', '=', apiId)
        .where('kept.environment', '=', environment)
        .orderBy('kept.number', 'desc')
        .limit(1)
        .offset(HISTORY_MAX - 1),
    )
    .execute();
}
