import type { Database } from '@gatehouse/database';
import { type Actor, recordAudit } from '../audit/record-audit.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import { newSessionSecret } from '../secrets/credentials.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { SessionHolder } from './session-profile.ts';
import { type Counting, deleteSessionByHash, insertSession, type SessionRow, sweepSessions } from './sessions-store.ts';

const USER_AGENT_CHARS_MAX = 256;

export interface SessionLimits {
  /** ms after which a session ends. */
  lifetime: number;
  /** ms without use after which it ends. */
  idle: number;
}

export interface SessionsOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  limits: () => SessionLimits;
  /** Called once a session has ended. */
  ended: () => void;
  nowMs: () => number;
}

/** Where a request came from, for the audit and for the list of one's sessions. */
export interface SessionOrigin {
  address: string;
  requestId: string;
  userAgent: string | null;
}

/** Begins and ends sessions. The secret of one is told this once; the database holds a keyed hash of it. */
export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /**
   * Begins a session, always under a new secret, so that nobody can have planted it beforehand. `previous`: the secret that the browser
   * sent, whose session ends. `expiresAtMs`: when it must end at the latest.
   */
  async start(
    holder: SessionHolder,
    origin: SessionOrigin,
    { previous, expiresAtMs }: { previous?: string | undefined; expiresAtMs: number | null },
  ): Promise<{ id: string; secret: string; expiresAtMs: number }> {
    const { database, limits } = this.#options;
    const nowMs = this.#options.nowMs();
    const secret = newSessionSecret();
    const row: SessionRow = {
      id: newId(),
      hash: this.#hash(secret),
      subject: holder.subject,
      name: holder.name,
      provider: holder.provider,
      token_id: holder.tokenId,
      entity: holder.entity,
      profile: JSON.stringify(holder.profile),
      created_at: nowMs,
      last_used_at: nowMs,
      expires_at: Math.min(nowMs + limits().lifetime, expiresAtMs ?? Number.MAX_SAFE_INTEGER),
      address: origin.address,
      user_agent: origin.userAgent?.slice(0, USER_AGENT_CHARS_MAX) ?? null,
    };
    await database.transaction(async (tx) => {
      const replaced = previous === undefined ? undefined : await deleteSessionByHash(tx, this.#hash(previous));
      if (replaced !== undefined) await recordAudit(tx, actorOf(replaced, origin), endOf(replaced), nowMs);
      await insertSession(tx, row);
      const after = { provider: row.provider, entity: row.entity };
      await recordAudit(tx, actorOf(row, origin), { action: 'sessions.start', resource: `sessions/${row.id}`, owner: null, after }, nowMs);
    });
    this.#options.ended();
    return { id: row.id, secret, expiresAtMs: row.expires_at };
  }

  /** Ends the session with this secret; false: there is none. */
  async end(secret: string, origin: SessionOrigin): Promise<boolean> {
    const ended = await this.#options.database.transaction(async (tx) => {
      const row = await deleteSessionByHash(tx, this.#hash(secret));
      if (row !== undefined) await recordAudit(tx, actorOf(row, origin), endOf(row), this.#options.nowMs());
      return row !== undefined;
    });
    this.#options.ended();
    return ended;
  }

  /** Deletes the rows of sessions that have ended by themselves. */
  async sweep(nowMs: number): Promise<void> {
    await this.#options.database.transaction((tx) => sweepSessions(tx, countingAt(nowMs, this.#options.limits())));
  }

  #hash(secret: string): string {
    return this.#options.key.hashToken(secret, 'session');
  }
}

export function countingAt(nowMs: number, { idle }: SessionLimits): Counting {
  return { nowMs, usedAfterMs: nowMs - idle };
}

function actorOf(row: Pick<SessionRow, 'name'>, { address, requestId }: SessionOrigin): Actor {
  return { name: row.name, address, requestId };
}

function endOf(row: SessionRow) {
  return { action: 'sessions.end', resource: `sessions/${row.id}`, owner: null, before: { provider: row.provider, entity: row.entity } };
}
