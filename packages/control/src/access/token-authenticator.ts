import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { bearerToken } from './bearer-token.ts';
import { Caller, type Role } from './caller.ts';
import { NotedUses } from './noted-uses.ts';
import { RecentlyRead } from './recently-read.ts';
import { findToken, findTokenByHash, noteTokenUse, type TokenRow } from './tokens-store.ts';

/** How long another process may still take a token for valid that was revoked. */
const CACHE_MS = 1_000;

export interface TokenAuthenticatorOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  log: { warn(fields: object, message: string): void };
  nowMs?: () => number;
}

/** Knows callers by their access token. A token that was revoked is refused at once here, and within a second by other processes. */
export class TokenAuthenticator {
  readonly #options: TokenAuthenticatorOptions;
  readonly #nowMs: () => number;
  readonly #known = new RecentlyRead<Caller>(CACHE_MS);
  readonly #uses: NotedUses;

  constructor(options: TokenAuthenticatorOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#uses = new NotedUses({ what: 'an access token', log: options.log });
  }

  /** Undefined: there is no token, or none that counts. Throws `DatabaseUnavailableError`. */
  async authenticate(fields: { readonly authorization?: string | string[] | undefined }): Promise<Caller | undefined> {
    const token = bearerToken(fields.authorization);
    if (token === undefined) return undefined;
    // What is compared is a keyed hash: how long it takes tells nothing of the tokens that there are.
    const hash = this.#options.key.hashToken(token);
    const caller = this.#known.get(hash, this.#nowMs()) ?? (await this.#read(hash));
    const nowMs = this.#nowMs();
    if (caller === undefined || (caller.expiresAtMs !== null && caller.expiresAtMs <= nowMs)) return undefined;
    return caller;
  }

  /** The holder of the token with this id, as of now; undefined: it was revoked or has expired. Throws `DatabaseUnavailableError`. */
  async holderOf(id: string): Promise<Caller | undefined> {
    const row = await findToken(this.#options.database.read, id);
    return row === undefined || (row.expires_at !== null && row.expires_at <= this.#nowMs()) ? undefined : toCaller(row);
  }

  /** To be called once a revocation is committed: nothing that was read before it counts. */
  forgetAll(): void {
    this.#known.forgetAll();
  }

  /** Waits for what is still being written. */
  async close(): Promise<void> {
    await this.#uses.close();
  }

  async #read(hash: string): Promise<Caller | undefined> {
    const { generation } = this.#known;
    const readAt = this.#nowMs();
    const row = await findTokenByHash(this.#options.database.read, hash);
    const caller = row === undefined ? undefined : toCaller(row);
    this.#known.set(hash, caller, readAt, generation);
    if (row !== undefined) this.#noteUse(row, readAt);
    return caller;
  }

  #noteUse(row: TokenRow, nowMs: number): void {
    this.#uses.note(row.id, row.last_used_at ?? 0, nowMs, (notBeforeMs) =>
      this.#options.database.transaction((tx) => noteTokenUse(tx, row.id, nowMs, notBeforeMs)),
    );
  }
}

export function toCaller(row: TokenRow): Caller {
  const teams = JSON.parse(row.teams) as string[];
  return new Caller({ tokenId: row.id, name: row.name, role: row.role as Role, teams, expiresAtMs: row.expires_at });
}
