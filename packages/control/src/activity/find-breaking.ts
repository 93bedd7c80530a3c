import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Selectable } from 'kysely';
import type { PublicationHistoryTable } from '../schema/access-request-tables.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { AuditEvent } from './audit-events.ts';

/** A row in which something became live. */
type Row = Omit<Selectable<PublicationHistoryTable>, 'revision'> & { revision: number };

/** What publications changed for callers; kept where it was found once. */
export interface Comparisons {
  isKnown(row: Row): boolean;
  changesOf(row: Row): Promise<{ breaking: boolean }>;
}

/** What was never compared is waited for so long; what takes longer goes on, and is told the next time. */
const COMPARING_MS = 300;

const API = 'apis/';

/** Of the publications among `events`, by their number: whether they broke callers. What is not known is missing. */
export async function findBreaking(
  db: Kysely<ControlTables>,
  comparisons: Comparisons,
  events: readonly AuditEvent[],
): Promise<Map<number, boolean>> {
  const published = events.filter(({ action, resource }) => PUBLISHING.has(action) && resource.startsWith(API));
  const breaking = new Map<number, boolean>();
  if (published.length === 0) return breaking;
  const rows = await db
    .selectFrom('publication_history as history')
    .innerJoin('apis', 'apis.id', 'history.api_id')
    .selectAll('history')
    .select('apis.name')
    .where('apis.name', 'in', [...new Set(published.map(({ resource }) => resource.slice(API.length)))])
    .where('history.at', '>=', Math.min(...published.map(({ at }) => at)))
    .where('history.at', '<=', Math.max(...published.map(({ at }) => at)))
    .where('history.revision', 'is not', null)
    .execute();
  // One change has one time, in the audit and in the history.
  const byEvent = new Map(rows.map((row) => [keyOf(row.name, row.environment, row.at), row]));
  const changes = published.flatMap(({ number, resource, environment, at }) => {
    const row = byEvent.get(keyOf(resource.slice(API.length), environment, at));
    return row === undefined || row.revision === null ? [] : [{ number, row: { ...row, revision: row.revision } }];
  });
  const { known = [], unknown = [] } = Object.groupBy(changes, ({ row }) => (comparisons.isKnown(row) ? 'known' : 'unknown'));
  for (const { number, row } of known) breaking.set(number, (await comparisons.changesOf(row)).breaking);
  const late = new AbortController();
  const isLate = delay(COMPARING_MS, 'late' as const, { signal: late.signal, ref: false }).catch(() => 'late' as const);
  for (const { number, row } of unknown) {
    // Why it cannot be compared is told to who reads the changelog; here it is not known.
    const found = await Promise.race([comparisons.changesOf(row).catch(() => undefined), isLate]);
    if (found === 'late') break;
    if (found !== undefined) breaking.set(number, found.breaking);
  }
  late.abort();
  return breaking;
}

const PUBLISHING: ReadonlySet<string> = new Set(['apis.publish', 'apis.rollback']);

function keyOf(api: string, environment: string | null, at: number): string {
  return JSON.stringify([api, environment, at]);
}
