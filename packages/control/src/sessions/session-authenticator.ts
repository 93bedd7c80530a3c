import type { Database } from '@gatehouse/database';
import { Caller, type CallerParts } from '../access/caller.ts';
import { NotedUses } from '../access/noted-uses.ts';
import { RecentlyRead } from '../access/recently-read.ts';
import type { Authenticator, RequestFields } from '../http/authenticator.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { SessionHolder, SessionProfile } from './session-profile.ts';
import { countingAt, type SessionLimits } from './sessions.ts';
import { findSessionByHash, noteSessionUse, type SessionRow } from './sessions-store.ts';

/** How long another process may still take a session for open that was ended, and how old roles and teams may be. */
const CACHE_MS = 1_000;
const USER_AGENT_CHARS_MAX = 256;
/** Longer ones were not made here. */
const SECRET_CHARS_MAX = 128;

/** What somebody who signed in may do at this moment; undefined: nothing any more. */
export type RightsOf = (holder: SessionHolder) => Promise<Omit<CallerParts, 'sessionId' | 'expiresAtMs'> | undefined>;

export interface SessionAuthenticatorOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  log: { warn(fields: object, message: string): void };
  limits: () => SessionLimits;
  /** The secret in the cookie of a request. */
  secretOf: (fields: RequestFields) => string | undefined;
  rightsOf: RightsOf;
  nowMs?: () => number;
}

/** Knows callers by the session of their cookie. One that was ended is refused at once here, and within a second by other processes. */
export class SessionAuthenticator implements Authenticator {
  readonly #options: SessionAuthenticatorOptions;
  readonly #nowMs: () => number;
  readonly #known = new RecentlyRead<Caller>(CACHE_MS);
  readonly #uses: NotedUses;

  constructor(options: SessionAuthenticatorOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#uses = new NotedUses({ what: 'a session', log: options.log });
  }

  async authenticate(fields: RequestFields, address?: string): Promise<Caller | undefined> {
    const secret = this.#options.secretOf(fields);
    if (secret === undefined || secret.length > SECRET_CHARS_MAX) return undefined;
    const hash = this.#options.key.hashToken(secret, 'session');
    const caller = this.#known.get(hash, this.#nowMs()) ?? (await this.#read(hash, fields, address));
    if (caller === undefined || (caller.expiresAtMs !== null && caller.expiresAtMs <= this.#nowMs())) return undefined;
    return caller;
  }

  /** To be called once a session, or the token of one, has ended. */
  forgetAll(): void {
    this.#known.forgetAll();
  }

  /** Waits for what is still being written. */
  async close(): Promise<void> {
    await this.#uses.close();
  }

  async #read(hash: string, fields: RequestFields, address: string | undefined): Promise<Caller | undefined> {
    const { database, limits, rightsOf } = this.#options;
    const { generation } = this.#known;
    const readAt = this.#nowMs();
    const row = await findSessionByHash(database.read, hash, countingAt(readAt, limits()));
    const rights = row === undefined ? undefined : await rightsOf(toHolder(row));
    const caller =
      row === undefined || rights === undefined ? undefined : new Caller({ ...rights, sessionId: row.id, expiresAtMs: row.expires_at });
    this.#known.set(hash, caller, readAt, generation);
    if (row !== undefined && caller !== undefined) this.#noteUse(row, readAt, fields, address);
    return caller;
  }

  #noteUse(row: SessionRow, nowMs: number, fields: RequestFields, address: string | undefined): void {
    const agent = fields['user-agent'];
    const from = {
      ...(address === undefined ? {} : { address }),
      ...(typeof agent === 'string' ? { user_agent: agent.slice(0, USER_AGENT_CHARS_MAX) } : {}),
    };
    this.#uses.note(row.id, row.last_used_at, nowMs, (notBeforeMs) =>
      this.#options.database.transaction((tx) => noteSessionUse(tx, row.id, nowMs, notBeforeMs, from)),
    );
  }
}

function toHolder(row: SessionRow): SessionHolder {
  const { subject, name, provider, entity } = row;
  return { subject, name, provider, entity, tokenId: row.token_id, profile: JSON.parse(row.profile) as SessionProfile };
}
