import type { Migration } from '@gatehouse/database';
import { sql } from 'kysely';

/*
 * Indexes of the audit that hold what an activity feed shows: most entries may be debugged calls and sign-ins. The conditions stand
 * word by word in activity/audit-events.ts, by which databases find the indexes.
 */

/** Makes the feed of what changed lately quick, however long the audit is. */
export const indexActivity: Migration = {
  number: 5,
  name: 'index-activity',
  breaking: false,
  async up(db) {
    await sql`create index audit_public on audit (number) where action in ('apis.publish', 'apis.rollback', 'apis.unpublish')`.execute(db);
    const changes = sql`action not in ('apis.debug', 'publications.try', 'sessions.start', 'sessions.end')`;
    await sql`create index audit_changes on audit (number) where ${changes}`.execute(db);
    await sql`create index audit_owner_changes on audit (owner, number) where ${changes}`.execute(db);
  },
};
