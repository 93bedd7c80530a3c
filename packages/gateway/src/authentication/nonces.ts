import type { NonceTable } from './nonce-table.ts';

/** `first`: nobody used it before. `unavailable`: nobody can tell now. */
export type NonceVerdict = 'first' | 'used' | 'unavailable';

/** How long a nonce is remembered at least. https://www.alibabacloud.com/help/en/api-gateway (request signatures) */
export const NONCE_MS = 15 * 60_000;

/** Tells nonces that were used from those that were not. */
export interface Nonces {
  /** Uses a nonce until `untilMs`. `key` holds whatever makes it unique: the AppKey, the API, and what the caller sent. */
  claim(key: string, untilMs: number, nowMs: number): NonceVerdict | Promise<NonceVerdict>;
}

/** What several nodes share; see `RedisNonces`. */
export interface SharedNonces {
  /** False: another node has it already. Undefined: it could not be asked in time. */
  claim(key: string, ttlMs: number): Promise<boolean | undefined>;
}

/** Nonces of this process, and of others when there is something that they share. */
export class ProcessNonces implements Nonces {
  readonly #table: NonceTable;
  readonly #shared: SharedNonces | null;
  readonly #whenUnavailable: 'local' | 'refuse';

  constructor(table: NonceTable, shared: SharedNonces | null = null, whenUnavailable: 'local' | 'refuse' = 'local') {
    this.#table = table;
    this.#shared = shared;
    this.#whenUnavailable = whenUnavailable;
  }

  claim(key: string, untilMs: number, nowMs: number): NonceVerdict | Promise<NonceVerdict> {
    const local = this.#table.claim(key, untilMs, nowMs);
    if (local === 'used') return 'used';
    if (local === 'full') return 'unavailable';
    return this.#shared === null ? 'first' : this.#ask(this.#shared, key, untilMs - nowMs);
  }

  async #ask(shared: SharedNonces, key: string, ttlMs: number): Promise<NonceVerdict> {
    const isFirst = await shared.claim(key, ttlMs);
    if (isFirst !== undefined) return isFirst ? 'first' : 'used';
    if (this.#whenUnavailable === 'local') return 'first';
    // Refused, but not for what the caller did: he may come again with it.
    this.#table.forget(key);
    return 'unavailable';
  }
}
