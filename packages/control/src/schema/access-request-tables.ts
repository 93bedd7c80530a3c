/** The tables of what everybody sees of publications, and of requests for access. */
export interface AccessRequestTables {
  publication_history: PublicationHistoryTable;
  access_requests: AccessRequestsTable;
}

/** What became live in an environment, one row each time, so that callers can read what changed. */
export interface PublicationHistoryTable {
  api_id: string;
  environment: string;
  /** Of the snapshot that first held it; 0: it was live before there was this table. */
  number: number;
  at: number;
  by: string;
  /** Null: nothing was live any more. */
  revision: number | null;
  /** What was live before; null: nothing. */
  previous: number | null;
  comment: string | null;
  /** JSON of the `DefinitionDiff` that callers are shown; null: nobody has asked for it yet. */
  changes: string | null;
}

export interface AccessRequestsTable {
  id: string;
  app_id: string;
  api_id: string;
  environment: string;
  /** One pending one for each app, API and environment: held by a unique index. */
  state: 'pending' | 'approved' | 'rejected' | 'withdrawn';
  reason: string | null;
  requested_by: string;
  requested_at: number;
  /** Null: nobody yet, or nobody had to. */
  decided_by: string | null;
  decided_at: number | null;
  answer: string | null;
}
