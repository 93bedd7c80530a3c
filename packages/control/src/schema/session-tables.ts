/** The tables of people who sign in. */
export interface SessionTables {
  sessions: SessionsTable;
}

export interface SessionsTable {
  /** Shown to whoever signed in; opens nothing. */
  id: string;
  /** Keyed hash of what the cookie holds. */
  hash: string;
  /** Whose it is: see `Caller.subject`. */
  subject: string;
  /** The actor of the audit. */
  name: string;
  provider: string;
  /** The access token that it was begun with, and with which it ends; null: a person's. */
  token_id: string | null;
  /** The User entity, in lower case; null: not in the catalog. */
  entity: string | null;
  /** JSON of `SessionProfile`. */
  profile: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  /** Where it was last used from. */
  address: string | null;
  user_agent: string | null;
}
