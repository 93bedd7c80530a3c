import type { Database } from '@gatehouse/database';
import type { SnapshotCheck } from '../publishing/change.ts';
import type { Live } from '../publishing/live.ts';
import type { ControlTables } from '../schema/tables.ts';

export interface DomainsDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
  live: Live;
  /** How long a change waits for the nodes, ms. */
  publishTimeoutMs(): number;
}
