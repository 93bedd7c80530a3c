/** The catalog's tables, as Kysely sees them. Times are milliseconds since 1970 UTC, booleans 0 or 1, JSON is text. */
export interface CatalogTables {
  catalog_entities: EntityTable;
  catalog_definitions: DefinitionTable;
  catalog_parents: { ref: string; parent_ref: string };
  catalog_sources: SourceTable;
  catalog_providers: ProviderTable;
  catalog_conflicts: ConflictTable;
  catalog_refresh_keys: { key: string; source: string };
  catalog_locations: { id: string; type: string; target: string; created_at: number };
  catalog_horizon: { id: number; number: number };
}

export interface EntityTable {
  /** `kind:namespace/name` in lower case. */
  ref: string;
  uid: string;
  /** Of the change that wrote this row last; other nodes follow it. */
  number: number;
  /** Hash over all that the writer gave. */
  hash: string;
  source: string;
  location_key: string | null;
  /** Hash of `spec.definition` when it is kept apart. */
  definition: string | null;
  orphan: number;
  /** When it is to be removed unless its source brings it again. */
  remove_at: number | null;
  /** Set: the row is a tombstone, kept so that other nodes learn of it and so that the uid survives a return. */
  deleted_at: number | null;
  /** StatusItem[]; null when there is nothing to say. */
  status: string | null;
  /** Declared relations, of both directions: [sourceRef, type, targetRef] after each other in one array. */
  relations: string;
  /** Without uid, etag, relations, status, and without a definition that is kept apart. */
  entity: string;
}

export interface DefinitionTable {
  hash: string;
  /** DefinitionWords: what search indexes of it. */
  words: string;
  /** OperationText[]: what search shows of it. */
  operations: string;
  /** The definition as a JSON string literal, so that it can be put into an answer as it is (and so that PostgreSQL keeps \u0000). */
  content: string;
}

export interface SourceTable {
  id: string;
  provider: string;
  type: string;
  target: string;
  location_key: string | null;
  /** What the listing or the server said about the version that was read: ETag, mtime and size. */
  version: string | null;
  content_hash: string | null;
  read_at: number | null;
  /** When it was last read without an error. */
  good_at: number | null;
  /** What went wrong with the source as a whole; null when nothing did. */
  error: string | null;
  /** When the source or one of its documents became wrong; null: nothing is. */
  error_since: number | null;
  /** SourceDocument[]. */
  documents: string;
}

export interface ConflictTable {
  ref: string;
  /** The source that was refused. */
  source: string;
  location_key: string | null;
  /** The source that has the entity. */
  held_by: string;
  held_key: string | null;
  since: number;
}

/** How a provider does, written by the node that scans. `push`: what services push, without a schedule. */
export interface ProviderTable {
  name: string;
  type: string;
  /** For people; without credentials. */
  target: string;
  /** In the order of the configuration. */
  position: number;
  entities: number;
  /** Somebody wants it scanned before the schedule says so. */
  requested_at: number | null;
  /** A scan that takes its time is running. */
  scanning_since: number | null;
  /** Beginning and duration of the last scan, and what it changed. */
  scanned_at: number | null;
  ms: number | null;
  changed: number | null;
  removed: number | null;
  /** End of the last scan that went well. */
  good_at: number | null;
  /** Why the last scan failed, and since when scans do. */
  error: string | null;
  error_since: number | null;
  /** Null: only when somebody asks. */
  next_at: number | null;
}
