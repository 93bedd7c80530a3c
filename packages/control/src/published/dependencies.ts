import type { DebugCall, DebugResult } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { DefinitionImporter } from '../import/definition-importer.ts';
import type { ControlTables } from '../schema/tables.ts';

/** Where callers reach the gateway; see `GatewayUrls`. */
export interface Addresses {
  /** The best one first, at least one; without a slash at the end. */
  all(): Promise<string[]>;
  /** Where a bound host is reached, when the gateway is at `base`. */
  ofHost(host: string, base: string): string;
}

export interface PublishedDependencies {
  database: Database<ControlTables>;
  importer: Pick<DefinitionImporter, 'compare'>;
  addresses: Addresses;
  /** Sends a request through a gateway node. Throws `Refusal` `debug.unavailable`. */
  debug(call: DebugCall): Promise<DebugResult>;
  /** For how long one answer compares entries of a changelog that were never compared; then the page ends. Default 3,000 ms. */
  comparingMs?: number;
}
