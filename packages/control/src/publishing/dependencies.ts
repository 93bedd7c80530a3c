import type { Database } from '@gatehouse/database';
import type { DefinitionImporter } from '../import/definition-importer.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { SnapshotCheck } from './change.ts';
import type { Live } from './live.ts';

export interface PublishingDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
  live: Live;
  /** Compares revisions. */
  importer: Pick<DefinitionImporter, 'compare'>;
  /** How long publishing waits for the nodes unless the caller says, ms. */
  publishTimeoutMs(): number;
}
