import type { KeyObject } from 'node:crypto';
import type { Principal } from '../exchange/exchange.ts';
import { KeyedHash } from '../shared/keyed-hash.ts';
import { grantText, hashOfCode, hashText, isText } from './app-block.ts';
import { CodeHashes } from './code-hashes.ts';
import { KnownApps } from './known-apps.ts';
import {
  APP_GRANT_COUNT,
  APP_ID_BYTES,
  APP_KEY_COUNT,
  APP_KEYS,
  APP_TEXTS,
  CODE_WORDS,
  compareGrants,
  EMPTY,
  EPOCH,
  GONE,
  GRANT_HIGH,
  GRANT_LOW,
  GRANT_NOT_AFTER,
  GRANT_WORDS,
  HASH_KEY_0,
  HASH_KEY_1,
  HASH_OF_APP_KEY,
  HASH_OF_GRANT,
  HASH_OF_ID,
  INDEX_ENTRIES,
  INDEX_MASK,
  KEY_APP_KEY,
  KEY_APP_KEY_HASH,
  KEY_CODE,
  KEY_CODE_HASH,
  KEY_NOT_AFTER,
  KEY_WORDS,
  LOADED,
  READERS,
  ROOT,
  readerWord,
  readTime,
} from './layout.ts';
import { SharedView } from './shared-view.ts';

/** What a route asks for: its API in its environment, as `CredentialTable.grantOf` gives it. */
export interface GrantKey {
  readonly high: number;
  readonly low: number;
}

/** Who was found, and whether he may. Absent dates are infinite. */
export interface FoundApp {
  readonly principal: Principal;
  /** Of the key that was found by; null when it was found otherwise. */
  readonly secret: KeyObject | null;
  /** The key's validity is over. */
  readonly keyExpired: boolean;
  readonly grant: 'granted' | 'missing' | 'expired';
}

/**
 * What a thread looks callers up in: the memory of a `CredentialStore`. A lookup never waits, sees every change that was made before it
 * began, and sees each app as one change left it. It must be used by one thread only, under the number that is that thread's.
 */
export class CredentialTable {
  readonly #view: SharedView;
  readonly #reader: number;
  readonly #hash: KeyedHash;
  readonly #apps: KnownApps;
  readonly #codes: CodeHashes;

  /** Throws `RangeError` when the memory has no such reader. */
  constructor(buffer: SharedArrayBuffer, reader: number) {
    this.#view = new SharedView(buffer);
    const { words } = this.#view;
    if (!(reader >= 0 && reader < (words[READERS] as number))) throw new RangeError(`There is no reader ${reader}`);
    this.#reader = readerWord(reader);
    this.#hash = new KeyedHash(words[HASH_KEY_0] as number, words[HASH_KEY_1] as number);
    this.#apps = new KnownApps(this.#view);
    this.#codes = new CodeHashes(this.#view);
  }

  /** See `CredentialStore.loaded`. */
  get loaded(): boolean {
    return Atomics.load(this.#view.words, LOADED) === 1;
  }

  /** The grant of an API in an environment, for lookups in this memory. */
  grantOf(api: string, environment: string): GrantKey {
    this.#hash.compute(HASH_OF_GRANT, grantText(api, environment));
    return { high: this.#hash.high, low: this.#hash.low };
  }

  byAppKey(appKey: string, grant: GrantKey, nowMs: number): FoundApp | null {
    const hash = hashText(this.#hash, HASH_OF_APP_KEY, appKey);
    this.#enter();
    try {
      return this.#search(hash, grant, nowMs, (app) => this.#keyWithAppKey(app, hash, appKey), true);
    } finally {
      this.#leave();
    }
  }

  byAppCode(code: string, grant: GrantKey, nowMs: number): FoundApp | null {
    this.#enter();
    try {
      const words = this.#codes.hash(code, this.#index());
      if (words === null) return null;
      const hash = hashOfCode(words, 0);
      const found = this.#search(hash, grant, nowMs, (app) => this.#keyWithCode(app, hash, words), false);
      if (found !== null) this.#codes.remember(code, words);
      return found;
    } finally {
      this.#leave();
    }
  }

  byId(id: string, grant: GrantKey, nowMs: number): FoundApp | null {
    const hash = hashText(this.#hash, HASH_OF_ID, id);
    this.#enter();
    try {
      const isIt = (app: number) => {
        const start = (app + (this.#view.words[app + APP_TEXTS] as number)) * 4;
        return isText(this.#view.bytes, start, this.#view.words[app + APP_ID_BYTES] as number, id) ? NO_KEY : NOT_IT;
      };
      return this.#search(hash, grant, nowMs, isIt, false);
    } finally {
      this.#leave();
    }
  }

  /** From here until `#leave` no block that can be reached is reused. */
  #enter(): void {
    const words = this.#view.words;
    Atomics.store(words, this.#reader, Atomics.load(words, EPOCH));
  }

  #leave(): void {
    Atomics.store(this.#view.words, this.#reader, 0);
  }

  /** `keyOf` says which key of a block is meant, or that it is another app. */
  #search(hash: number, grant: GrantKey, nowMs: number, keyOf: (app: number) => number, withSecret: boolean): FoundApp | null {
    const index = this.#index();
    const mask = this.#view.words[index + INDEX_MASK] as number;
    for (let slot = hash & mask, seen = 0; seen <= mask; slot = (slot + 1) & mask, seen++) {
      const entry = index + INDEX_ENTRIES + 2 * slot;
      const app = Atomics.load(this.#view.words, entry);
      if (app === EMPTY) return null;
      if (app === GONE || this.#view.words[entry + 1] !== hash) continue;
      this.#view.cover(app);
      const key = keyOf(app);
      if (key !== NOT_IT) return this.#found(app, key, grant, nowMs, withSecret);
    }
    return null;
  }

  /** The index that is live. */
  #index(): number {
    const index = Atomics.load(this.#view.words, ROOT);
    this.#view.cover(index);
    return index;
  }

  #found(app: number, key: number, grant: GrantKey, nowMs: number, withSecret: boolean): FoundApp {
    const words = this.#view.words;
    const known = this.#apps.of(app);
    return {
      principal: known.principal,
      secret: withSecret ? this.#apps.secretOf(known, app, key) : null,
      keyExpired: key !== NO_KEY && readTime(words, app + APP_KEYS + key * KEY_WORDS + KEY_NOT_AFTER) <= nowMs,
      grant: this.#grantIn(app, grant, nowMs),
    };
  }

  #keyWithAppKey(app: number, hash: number, appKey: string): number {
    const words = this.#view.words;
    const texts = (app + (words[app + APP_TEXTS] as number)) * 4;
    for (let key = 0; key < (words[app + APP_KEY_COUNT] as number); key++) {
      const at = app + APP_KEYS + key * KEY_WORDS;
      if (words[at + KEY_APP_KEY_HASH] !== hash) continue;
      if (isText(this.#view.bytes, texts + (words[at + KEY_APP_KEY] as number), words[at + KEY_APP_KEY + 1] as number, appKey)) return key;
    }
    return NOT_IT;
  }

  #keyWithCode(app: number, hash: number, code: Int32Array): number {
    const words = this.#view.words;
    for (let key = 0; key < (words[app + APP_KEY_COUNT] as number); key++) {
      const at = app + APP_KEYS + key * KEY_WORDS;
      if (words[at + KEY_CODE_HASH] !== hash) continue;
      let difference = 0;
      for (let word = 0; word < CODE_WORDS; word++) difference |= (words[at + KEY_CODE + word] as number) ^ (code[word] as number);
      if (difference === 0) return key;
    }
    return NOT_IT;
  }

  /** Binary search: one app may have very many grants. */
  #grantIn(app: number, { high, low }: GrantKey, nowMs: number): FoundApp['grant'] {
    const words = this.#view.words;
    const first = app + APP_KEYS + (words[app + APP_KEY_COUNT] as number) * KEY_WORDS;
    let from = 0;
    let to = words[app + APP_GRANT_COUNT] as number;
    // Ends at the first grant that comes after the one that is looked for.
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = first + middle * GRANT_WORDS;
      if (compareGrants(words[at + GRANT_HIGH] as number, words[at + GRANT_LOW] as number, high, low) <= 0) from = middle + 1;
      else to = middle;
    }
    if (from === 0) return 'missing';
    const at = first + (from - 1) * GRANT_WORDS;
    if (words[at + GRANT_HIGH] !== high || words[at + GRANT_LOW] !== low) return 'missing';
    return readTime(words, at + GRANT_NOT_AFTER) <= nowMs ? 'expired' : 'granted';
  }
}

/** What `keyOf` answers: another app; the app itself, by no key. */
const NOT_IT = -2;
const NO_KEY = -1;
