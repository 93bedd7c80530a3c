import type { Database, Transaction } from '@gatehouse/database';
import type { DefinitionImporter } from '../import/definition-importer.ts';
import type { SnapshotCheck } from '../publishing/change.ts';
import type { Live } from '../publishing/live.ts';
import type { ControlTables } from '../schema/tables.ts';

/** Removes the authorizations for an API that goes, and has nodes hear of it. */
export interface AuthorizationsOfApi {
  removeForApi(tx: Transaction<ControlTables>, apiId: string, atMs: number): Promise<unknown>;
}

export interface ApisDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
  live: Live;
  importer: Pick<DefinitionImporter, 'import'>;
  authorizations: AuthorizationsOfApi;
  /** How long deleting a published API waits for the nodes, ms. */
  publishTimeoutMs(): number;
}
