import type { Database, Transaction } from '@gatehouse/database';
import type { Actor } from '../audit/record-audit.ts';
import type { ControlTables } from '../schema/tables.ts';

/** What is granted with an approval. */
export interface Grant {
  app: { id: string; name: string };
  api: { id: string; name: string; owner: string | null };
  environment: string;
  /** ms since the epoch; null: without end. */
  expiresAt: number | null;
}

/** How apps are authorized. */
export interface Grants {
  /** To be called before any row is touched: from here on nobody else changes apps, or what is live. */
  begin(tx: Transaction<ControlTables>, appId: string, nowMs: number): Promise<void>;
  /** Authorizes with its audit; nodes hear of it. */
  grant(tx: Transaction<ControlTables>, grant: Grant, by: { actor: Actor; nowMs: number }): Promise<void>;
}

export interface AccessRequestsDependencies {
  database: Database<ControlTables>;
  grants: Grants;
  nowMs(): number;
}
