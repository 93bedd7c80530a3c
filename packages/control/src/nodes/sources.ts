import type { AppRecord, CredentialsState, PackedSnapshot } from '@gatehouse/contract';

/** Where the hub gets what is live from. */
export interface SnapshotSource {
  /** The newest snapshot, compiled and packed; null before there is one. Cheap when nothing changed. */
  newest(): Promise<PackedSnapshot | null>;
}

/** Where the hub gets credentials from. */
export interface CredentialsSource {
  state(): Promise<CredentialsState>;
  /**
   * Everything that changed after `cursor`, up to a state that is returned with it; null when that cannot be told any more (a log that
   * was cut, a cursor from the future): the node then needs everything.
   */
  since(cursor: number): Promise<{ apps: AppRecord[]; removed: string[]; state: CredentialsState } | null>;
  /** Every app, in pieces, as of one state, which comes with the last piece. */
  all(): AsyncIterable<{ apps: AppRecord[]; state?: CredentialsState }>;
  /** Base64 of the key for AppCode hashes: see `hashAppCode`. */
  codeKey: string;
}
