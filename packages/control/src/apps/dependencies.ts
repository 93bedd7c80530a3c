import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';

export interface AppsDependencies {
  database: Database<ControlTables>;
  key: InstallationKey;
  nowMs: () => number;
}
