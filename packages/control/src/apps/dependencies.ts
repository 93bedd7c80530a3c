import type { Database, Transaction } from '@gatehouse/database';
import type { Actor } from '../audit/record-audit.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { AppGrant } from './grant-access.ts';

export interface AppsDependencies {
  database: Database<ControlTables>;
  key: InstallationKey;
  nowMs: () => number;
  /** Told, in the same transaction, when somebody has authorized an app. */
  granted?(tx: Transaction<ControlTables>, grant: AppGrant, by: { actor: Actor; nowMs: number }): Promise<void>;
}
