import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { bearerToken } from './bearer-token.ts';
import { Caller, type Role } from './caller.ts';
import { findTokenByHash, noteTokenUse, type TokenRow } from './tokens-store.ts';

/** How long another process may still take a token for valid that was revoked. */
const CACHE_MS = 1_000;
const CACHE_SIZE_MAX = 10_000;
const USE_NOTED_EVERY_MS = 60_000;

export interface TokenAuthenticatorOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  log: { warn(fields: object, message: string): void };
  nowMs?: () => number;
}

interface Known {
  caller: Caller;
  /** ms, as of `nowMs`. */
  readAt: number;
}

/** Knows callers by their access token. A token that was revoked is refused at once here, and within a second by other processes. */
export class TokenAuthenticator {
  readonly #options: TokenAuthenticatorOptions;
  readonly #nowMs: () => number;
  /** By hash. Only what was found: guesses must not push out what is used. */
  readonly #known = new Map<string, Known>();
  readonly #usesNoted = new Map<string, number>();
  readonly #writes = new Set<Promise<void>>();
  /** Grows with each revocation: what was read before it must not be kept. */
  #generation = 0;

  constructor(options: TokenAuthenticatorOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Undefined: there is no token, or none that counts. Throws `DatabaseUnavailableError`. */
  async authenticate(fields: { readonly authorization?: string | string[] | undefined }): Promise<Caller | undefined> {
    const token = bearerToken(fields.authorization);
    if (token === undefined) return undefined;
    // What is compared is a keyed hash: how long it takes tells nothing of the tokens that there are.
    const hash = this.#options.key.hashToken(token);
    const caller = this.#cached(hash) ?? (await this.#read(hash));
    const nowMs = this.#nowMs();
    if (caller === undefined || (caller.expiresAtMs !== null && caller.expiresAtMs <= nowMs)) return undefined;
    return caller;
  }

  /** To be called once a revocation is committed: nothing that was read before it counts. */
  forgetAll(): void {
    this.#generation++;
    this.#known.clear();
  }

  /** Waits for what is still being written. */
  async close(): Promise<void> {
    await Promise.all(this.#writes);
  }

  #cached(hash: string): Caller | undefined {
    const known = this.#known.get(hash);
    if (known === undefined) return undefined;
    const age = this.#nowMs() - known.readAt;
    // A clock that was set back must not keep a token alive.
    return age >= 0 && age < CACHE_MS ? known.caller : undefined;
  }

  async #read(hash: string): Promise<Caller | undefined> {
    const generation = this.#generation;
    const readAt = this.#nowMs();
    const row = await findTokenByHash(this.#options.database.read, hash);
    if (row === undefined) {
      this.#known.delete(hash);
      return undefined;
    }
    const caller = toCaller(row);
    if (generation === this.#generation) {
      if (this.#known.size >= CACHE_SIZE_MAX) this.#known.clear();
      this.#known.set(hash, { caller, readAt });
    }
    this.#noteUse(row, readAt);
    return caller;
  }

  /** Beside the request: that a token is used matters less than what it is used for. */
  #noteUse(row: TokenRow, nowMs: number): void {
    const notBeforeMs = nowMs - USE_NOTED_EVERY_MS;
    const noted = Math.max(row.last_used_at ?? 0, this.#usesNoted.get(row.id) ?? 0);
    if (noted > notBeforeMs) return;
    if (this.#usesNoted.size >= CACHE_SIZE_MAX) this.#usesNoted.clear();
    this.#usesNoted.set(row.id, nowMs);
    const write = this.#options.database
      .transaction((tx) => noteTokenUse(tx, row.id, nowMs, notBeforeMs))
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'The use of an access token could not be noted'))
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }
}

export function toCaller(row: TokenRow): Caller {
  const teams = JSON.parse(row.teams) as string[];
  return new Caller({ tokenId: row.id, name: row.name, role: row.role as Role, teams, expiresAtMs: row.expires_at });
}
