import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { AuditTable, ControlTables } from '../schema/tables.ts';

/** What became live or ceased to be: told to everybody, whoever owns it. */
const IS_PUBLIC = sql<SqlBool>`action in ('apis.publish', 'apis.rollback', 'apis.unpublish')`;
/** Everything but calls and sign-ins, which change nothing. Word by word as in migration 5. */
const IS_CHANGE = sql<SqlBool>`action not in ('apis.debug', 'publications.try', 'sessions.start', 'sessions.end')`;

export type AuditEvent = Pick<
  Selectable<AuditTable>,
  'number' | 'at' | 'actor' | 'action' | 'resource' | 'environment' | 'before' | 'after'
>;

export interface EventQuery {
  /** `all`: every change. Else those of these owners. */
  owners: 'all' | readonly string[];
  /** And what became live or ceased to be, of every owner. */
  withPublic: boolean;
  /** Only what is older. */
  before: number | undefined;
  limit: number;
}

/**
 * Changes, the newest first. Each owner's own are read apart, each by its own index, since a database that is asked for several owners
 * at once reads all that they ever did and sorts it.
 */
export async function readEvents(db: Kysely<ControlTables>, { owners, withPublic, before, limit }: EventQuery): Promise<AuditEvent[]> {
  const newest = () => {
    const query = db
      .selectFrom('audit')
      .select(['number', 'at', 'actor', 'action', 'resource', 'environment', 'before', 'after'])
      .orderBy('number', 'desc')
      .limit(limit);
    return before === undefined ? query : query.where('number', '<', before);
  };
  const queries =
    owners === 'all'
      ? [newest().where(IS_CHANGE)]
      : [
          ...(withPublic ? [newest().where(IS_PUBLIC)] : []),
          ...owners.map((owner) => newest().where('owner', '=', owner).where(IS_CHANGE)),
        ];
  const events = new Map<number, AuditEvent>();
  for (const query of queries) for (const event of await query.execute()) events.set(event.number, event);
  return [...events.values()].sort((a, b) => b.number - a.number).slice(0, limit);
}
