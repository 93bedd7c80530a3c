import { createHash } from 'node:crypto';
import type { Database } from '@gatehouse/database';
import type { SourceDocument } from '../store/catalog-store.ts';
import type { ConflictRecord } from '../store/conflicts.ts';
import type { CatalogTables } from '../store/tables.ts';
import { commitSources } from './commit.ts';
import { type ProcessingContext, processSource } from './process-source.ts';

export const PUSH_PROVIDER = 'push';

export type PushResult =
  | { outcome: 'stored'; refs: string[]; written: number; unchanged: number; removed: string[]; conflicts: ConflictRecord[] }
  | { outcome: 'refused'; documents: SourceDocument[]; message: string };

/** Names of sources stand in paths, statuses and annotations. */
const SOURCE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._:@/-]{0,198}[A-Za-z0-9])?$/;

/**
 * Makes `text` all that `source` has: its entities are written, what it had before and has no more is removed at once. When one
 * document is wrong nothing changes: who pushes gets the answer and can do something about it.
 */
export async function pushDocuments(
  source: string,
  text: string,
  context: ProcessingContext & { database: Database<CatalogTables>; now(): number },
): Promise<PushResult> {
  const { database, now } = context;
  if (!SOURCE_NAME.test(source)) {
    return {
      outcome: 'refused',
      documents: [],
      message: 'the name of a source has 1 to 200 letters, digits and ._:@/- and begins and ends with a letter or digit',
    };
  }
  if (Buffer.byteLength(text) > context.bytesMax) {
    return { outcome: 'refused', documents: [], message: `a push may have at most ${context.bytesMax} bytes` };
  }
  const item = {
    location: { type: PUSH_PROVIDER, target: source },
    version: createHash('sha256').update(text).digest('base64url'),
    load: async () => ({ text }),
  };
  const processed = await processSource(item, undefined, true, context);
  if (processed.outcome !== 'processed') {
    return {
      outcome: 'refused',
      documents: [],
      message: processed.outcome === 'failed' ? processed.message : 'the push could not be processed',
    };
  }
  const wrong = processed.documents.filter(({ problems }) => problems !== undefined);
  if (wrong.length > 0)
    return { outcome: 'refused', documents: wrong, message: `${wrong.length} of ${processed.documents.length} documents are wrong` };
  const { written, unchanged, conflicts, released } = await commitSources(database, [processed], {
    provider: PUSH_PROVIDER,
    orphans: { strategy: 'delete', gracePeriodMs: 0 },
    isGone: () => false,
    now: now(),
  });
  const refs = processed.documents.flatMap(({ ref }) => ref ?? []);
  return { outcome: 'stored', refs, written, unchanged, removed: released, conflicts };
}
