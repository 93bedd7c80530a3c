import { getRandomValues } from 'node:crypto';
import { type AppRecord, addDigest, type CredentialsState } from '@gatehouse/contract';
import { KeyedHash } from '../shared/keyed-hash.ts';
import { hashesOf, hashText, writeApp } from './app-block.ts';
import { CredentialIndex } from './credential-index.ts';
import {
  APP_DIGEST_A,
  APP_DIGEST_B,
  APP_ID_BYTES,
  APP_RETIRED,
  APP_TEXTS,
  CODE_KEY_BYTES,
  CODE_KEY_SERIAL,
  CODE_KEY_START,
  HASH_KEY_0,
  HASH_KEY_1,
  HASH_OF_ID,
  LOADED,
  ROOT,
  readerWord,
} from './layout.ts';
import { createCredentialMemory, SharedHeap } from './shared-heap.ts';

/** One set of credentials: the one that is live, or one that is being put together beside it. */
interface Generation {
  index: CredentialIndex;
  count: number;
  sums: [number, number];
}

/** A whole set of credentials on its way in. Nothing of it is seen before `commit`, and then all of it at once. */
export interface StagedCredentials {
  put(app: AppRecord): void;
  /** What was live is forgotten, changes that came meanwhile included. */
  commit(cursor?: number): void;
  discard(): void;
}

/**
 * What this process knows of apps, in shared memory: written on the main thread only, read by every thread (`CredentialTable`). A change
 * is seen by all threads when the call returns. Nothing is kept on the heap of a thread, so 100,000 apps cost their bytes once.
 */
export class CredentialStore {
  /** What readers attach to. */
  readonly buffer: SharedArrayBuffer;
  /** The change up to which this is what the control plane has; see `CredentialsState`. */
  cursor = 0;
  readonly #heap: SharedHeap;
  readonly #hash: KeyedHash;
  #live: Generation;
  #staged: Generation | null = null;
  #serial = 0;

  /** `readers`: how many `CredentialTable`s may be attached at a time, numbered from 0. */
  constructor({ readers }: { readers: number }) {
    this.buffer = createCredentialMemory(readers);
    this.#heap = new SharedHeap(this.buffer);
    const [key0 = 0, key1 = 0] = getRandomValues(new Int32Array(2));
    this.#heap.words[HASH_KEY_0] = key0;
    this.#heap.words[HASH_KEY_1] = key1;
    this.#hash = new KeyedHash(key0, key1);
    this.#live = this.#generation(0);
    Atomics.store(this.#heap.words, ROOT, this.#live.index.block);
  }

  /** A whole set was loaded once: callers can be told from strangers. */
  get loaded(): boolean {
    return Atomics.load(this.#heap.words, LOADED) === 1;
  }

  /** How many apps there are. */
  get count(): number {
    return this.#live.count;
  }

  state(): CredentialsState {
    return { cursor: this.cursor, count: this.#live.count, sums: [...this.#live.sums] };
  }

  /** Sets the key (base64) that AppCodes are hashed with. AppCodes of records that were hashed with another one are refused from then on. */
  setCodeKey(key: string): void {
    const { index } = this.#live;
    const old = index.codeKey;
    index.codeKey = this.#writeCodeKey(key);
    if (old !== 0) this.#heap.retire(old);
  }

  /** Adds the app, or replaces what was known of it. Throws `CredentialsFullError`, and then nothing has changed. */
  upsert(app: AppRecord): void {
    this.#put(this.#live, app);
  }

  /** Forgets the app; false when it was not known. */
  remove(id: string): boolean {
    const { index } = this.#live;
    const block = this.#find(index, id);
    if (block === 0) return false;
    for (const hash of hashesOf(this.#heap.words, block)) index.remove(hash, block);
    this.#count(this.#live, block, -1);
    this.#heap.retire(block);
    return true;
  }

  /** These apps and no others, all at once. `codeKey` as for `setCodeKey`; absent: the one that is set. Throws `CredentialsFullError`. */
  replace(apps: Iterable<AppRecord>, options: { codeKey?: string; cursor?: number } = {}): void {
    const staged = this.stage(options.codeKey);
    try {
      for (const app of apps) staged.put(app);
    } catch (error) {
      staged.discard();
      throw error;
    }
    staged.commit(options.cursor);
  }

  /** Begins a whole new set; one that was begun before is discarded. */
  stage(codeKey?: string): StagedCredentials {
    if (this.#staged !== null) this.#discard(this.#staged);
    const key = codeKey === undefined ? this.#copyCodeKey() : this.#writeCodeKey(codeKey);
    const generation = this.#generation(key);
    this.#staged = generation;
    const check = () => {
      if (this.#staged !== generation) throw new Error('These credentials were committed or discarded before');
    };
    return {
      put: (app) => {
        check();
        this.#put(generation, app);
      },
      commit: (cursor = this.cursor) => {
        check();
        this.#staged = null;
        const old = this.#live;
        this.#live = generation;
        this.cursor = cursor;
        Atomics.store(this.#heap.words, ROOT, generation.index.block);
        Atomics.store(this.#heap.words, LOADED, 1);
        this.#each(old, (block) => this.#heap.retire(block));
      },
      discard: () => {
        if (this.#staged === generation) this.#discard(generation);
      },
    };
  }

  /** A thread is gone, perhaps in the middle of reading: it holds nothing back any more. */
  forgetReader(reader: number): void {
    Atomics.store(this.#heap.words, readerWord(reader), 0);
  }

  /** Bytes of shared memory in use, and of them those that wait for readers to leave. */
  get usage(): { bytes: number; waitingBytes: number } {
    const { words, retired } = this.#heap.usage;
    return { bytes: words * 4, waitingBytes: retired * 4 };
  }

  #generation(codeKey: number): Generation {
    return { index: new CredentialIndex(this.#heap, codeKey), count: 0, sums: [0, 0] };
  }

  #put(generation: Generation, app: AppRecord): void {
    const heap = this.#heap;
    const { index } = generation;
    const isLive = generation === this.#live;
    const before = this.#find(index, app.id);
    const root = index.block;
    const block = writeApp(heap, this.#hash, app, this.#nextSerial());
    const hashes = hashesOf(heap.words, block);
    try {
      index.reserve(hashes.length);
    } catch (error) {
      heap.drop(block);
      throw error;
    }
    for (const hash of hashes) index.put(hash, block, before);
    if (before !== 0) for (const hash of hashesOf(heap.words, before)) index.remove(hash, before);
    if (index.block !== root) {
      // The table moved: readers change over to it now.
      if (isLive) {
        Atomics.store(heap.words, ROOT, index.block);
        heap.retire(root);
      } else heap.drop(root);
    }
    this.#count(generation, block, 1);
    if (before === 0) return;
    this.#count(generation, before, -1);
    if (isLive) heap.retire(before);
    else heap.drop(before);
  }

  #find(index: CredentialIndex, id: string): number {
    const { words, bytes } = this.#heap;
    return index.find(hashText(this.#hash, HASH_OF_ID, id), (block) => {
      const start = (block + (words[block + APP_TEXTS] as number)) * 4;
      return bytes.toString('utf8', start, start + (words[block + APP_ID_BYTES] as number)) === id;
    });
  }

  #count(generation: Generation, block: number, sign: 1 | -1): void {
    const { words } = this.#heap;
    const digest: [number, number] = [(words[block + APP_DIGEST_A] as number) >>> 0, (words[block + APP_DIGEST_B] as number) >>> 0];
    generation.sums = addDigest(generation.sums, digest, sign);
    generation.count += sign;
  }

  /** Visits every block that a generation consists of, each once. */
  #each({ index }: Generation, visit: (block: number) => void): void {
    const { words } = this.#heap;
    for (const block of index.blocks()) {
      if (words[block + APP_RETIRED] === 1) continue;
      words[block + APP_RETIRED] = 1;
      visit(block);
    }
    if (index.codeKey !== 0) visit(index.codeKey);
    visit(index.block);
  }

  #discard(generation: Generation): void {
    this.#staged = null;
    this.#each(generation, (block) => this.#heap.drop(block));
  }

  #writeCodeKey(key: string): number {
    const raw = Buffer.from(key, 'base64');
    const block = this.#heap.allocate(CODE_KEY_START + Math.ceil(raw.length / 4));
    const { words, bytes } = this.#heap;
    words[block + CODE_KEY_SERIAL] = this.#nextSerial();
    words[block + CODE_KEY_BYTES] = raw.length;
    raw.copy(bytes, (block + CODE_KEY_START) * 4);
    return block;
  }

  /** A copy for a new generation: the old one's goes with it. */
  #copyCodeKey(): number {
    const { codeKey } = this.#live.index;
    if (codeKey === 0) return 0;
    const { words, bytes } = this.#heap;
    const start = (codeKey + CODE_KEY_START) * 4;
    return this.#writeCodeKey(bytes.toString('base64', start, start + (words[codeKey + CODE_KEY_BYTES] as number)));
  }

  /** What tells a block from one that stood in its place before. */
  #nextSerial(): number {
    this.#serial = (this.#serial + 1) | 0;
    return this.#serial;
  }
}
