import type { AppRecord, CredentialsMessage, CredentialsState } from '@gatehouse/contract';
import type { CredentialsSource } from './sources.ts';

/** Apps of one message: some 100 KB. */
const APPS_PER_PIECE = 500;

/** What changed, in pieces. */
export function* toDeltaMessages(delta: { apps: AppRecord[]; removed: string[]; state: CredentialsState }): Generator<CredentialsMessage> {
  const pieces = Math.max(1, Math.ceil(Math.max(delta.apps.length, delta.removed.length) / APPS_PER_PIECE));
  for (let piece = 0; piece < pieces; piece++) {
    const start = piece * APPS_PER_PIECE;
    const last = piece === pieces - 1;
    yield {
      type: 'credentials',
      reset: false,
      last,
      apps: delta.apps.slice(start, start + APPS_PER_PIECE),
      removed: delta.removed.slice(start, start + APPS_PER_PIECE),
      state: last ? delta.state : null,
    };
  }
}

/** Everything, in pieces. Throws when the source ends without telling the state. */
export async function* toWholeMessages(source: CredentialsSource): AsyncGenerator<CredentialsMessage> {
  for await (const { apps, state } of source.all()) {
    yield { type: 'credentials', reset: true, last: state !== undefined, apps, removed: [], state: state ?? null };
    if (state !== undefined) return;
  }
  throw new Error('The credentials ended without their state');
}
