import type { AccessRequestTables } from './access-request-tables.ts';
import type { SessionTables } from './session-tables.ts';
import type { TrafficTables } from './traffic-tables.ts';

/**
 * The tables of the control plane, the same on SQLite and PostgreSQL. Times are milliseconds since the epoch; JSON is text; ids are made
 * by `newId` and never change; `version` grows with every change of a row.
 */
export interface ControlTables extends SessionTables, TrafficTables, AccessRequestTables {
  installation: InstallationTable;
  settings: SettingsTable;
  backends: BackendsTable;
  backend_names: BackendNamesTable;
  backend_definitions: BackendDefinitionsTable;
  apis: ApisTable;
  api_backends: ApiBackendsTable;
  revisions: RevisionsTable;
  revision_backends: RevisionBackendsTable;
  publications: PublicationsTable;
  domains: DomainsTable;
  apps: AppsTable;
  app_sums: AppSumsTable;
  credentials: CredentialsTable;
  authorizations: AuthorizationsTable;
  tokens: TokensTable;
  audit: AuditTable;
  changes: ChangesTable;
  nodes: NodesTable;
}

/** One row: a check value of the installation's key, so that a node with another key refuses to start. */
export interface InstallationTable {
  id: number;
  key_check: string;
  created_at: number;
}

/** One row: what a snapshot holds beside APIs, as the file says. `content` is JSON of `SnapshotSettings`. */
export interface SettingsTable {
  id: number;
  content: string;
  version: number;
}

interface ResourceColumns {
  /** `file`, or null for what was made through the management interface. */
  managed_by: string | null;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface BackendsTable extends ResourceColumns {
  id: string;
  name: string;
  type: string;
  description: string | null;
  owner: string | null;
}

/** Names by which definitions may refer to a backend: its own, and those that it had before, until another takes them. */
export interface BackendNamesTable {
  name: string;
  backend_id: string;
}

export interface BackendDefinitionsTable {
  backend_id: string;
  environment: string;
  /** As it was written (JSON). */
  written: string;
  /** JSON of the contract's `BackendDefinition`: what snapshots hold. */
  content: string;
  version: number;
  updated_at: number;
}

export interface ApisTable extends ResourceColumns {
  id: string;
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  api_group: string | null;
  base_path: string;
  /** What was sent, without the definition (JSON). */
  draft: string;
  /** The definition as it was sent (text, or JSON of an object). */
  definition: string;
  /** The bundled OpenAPI document of the draft (JSON). */
  document: string;
  /** JSON of `RevisionContent`: what would be published. */
  content: string;
  /** Hash of `content`. */
  content_hash: string;
  operations: number;
}

/** Backends that a draft uses. */
export interface ApiBackendsTable {
  api_id: string;
  backend_id: string;
}

export interface RevisionsTable {
  api_id: string;
  /** 1, 2, 3 … for each API. */
  number: number;
  content: string;
  content_hash: string;
  document: string;
  comment: string | null;
  operations: number;
  created_at: number;
  created_by: string;
}

export interface RevisionBackendsTable {
  api_id: string;
  number: number;
  backend_id: string;
}

export interface PublicationsTable {
  api_id: string;
  environment: string;
  /** Number of the revision. */
  revision: number;
  /** That of the revision: what the API takes of the environment's paths. */
  base_path: string;
  published_at: number;
  published_by: string;
  managed_by: string | null;
  /** What the revision says of itself to everybody; see `publicationFacts`. */
  title: string | null;
  description: string | null;
  document_version: string | null;
  auth: string | null;
  /** 0 or 1. */
  domains_only: number | null;
}

export interface DomainsTable extends ResourceColumns {
  host: string;
  /** JSON. */
  mappings: string;
}

export interface AppsTable extends ResourceColumns {
  id: string;
  name: string;
  owner: string | null;
  description: string | null;
  /** Two 32-bit digests of the app's record as nodes get it; their sums tell whether a node has the same. */
  digest_a: number;
  digest_b: number;
}

/** One row: how many apps there are and the sums of their digests, kept so that nobody has to walk through all of them. */
export interface AppSumsTable {
  id: number;
  count: number;
  sum_a: number;
  sum_b: number;
}

export interface CredentialsTable {
  id: string;
  app_id: string;
  app_key: string;
  /** Encrypted with the installation's key. */
  secret_sealed: string;
  /** Keyed hash. */
  code_hash: string;
  created_at: number;
  expires_at: number | null;
  /** `file`: given in the configuration file, and rotated only there. */
  managed_by: string | null;
}

export interface AuthorizationsTable {
  id: string;
  app_id: string;
  api_id: string;
  environment: string;
  expires_at: number | null;
  created_at: number;
  created_by: string;
  managed_by: string | null;
}

export interface TokensTable {
  id: string;
  name: string;
  /** Keyed hash. */
  hash: string;
  role: string;
  /** JSON array. */
  teams: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
}

export interface AuditTable {
  number: number;
  at: number;
  actor: string;
  action: string;
  /** `apis/petstore`. */
  resource: string;
  /** The team that owned it, which may read the entry. */
  owner: string | null;
  environment: string | null;
  before: string | null;
  after: string | null;
  address: string | null;
  request_id: string | null;
}

/** The truth about what nodes must hear of. `number` grows in the order of commits. */
export interface ChangesTable {
  number: number;
  /** `snapshot`: what is live changed. `app`: the record of the app with this id changed or is gone. */
  kind: string;
  key: string;
  at: number;
}

export interface NodesTable {
  id: string;
  name: string;
  kind: string;
  address: string;
  version: string;
  /** Id of the token that the node belongs to; null: it is the embedded one of a control node. */
  token: string | null;
  /** Of the start of the node that connected last. */
  boot_id: string;
  /** Id of the control node that holds its stream; null: none does. */
  connected_to: string | null;
  applied_number: number | null;
  applied_hash: string | null;
  applied_at: number | null;
  rejected_number: number | null;
  rejected_reason: string | null;
  rejected_at: number | null;
  credentials_cursor: number | null;
  first_seen_at: number;
  last_seen_at: number;
}
