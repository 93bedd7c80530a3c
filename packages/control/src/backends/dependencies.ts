import type { Database } from '@gatehouse/database';
import type { SnapshotCheck } from '../publishing/change.ts';
import type { Live } from '../publishing/live.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { RegionRule } from './add-backend.ts';

export interface BackendsDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
  /** Seals private keys towards backends. */
  key: InstallationKey;
  live: Live;
  /** What the configuration says now. */
  regionRule(): RegionRule;
  /** How long a change of a definition waits for the nodes, ms. */
  publishTimeoutMs(): number;
}
