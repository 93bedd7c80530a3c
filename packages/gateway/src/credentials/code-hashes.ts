import { createHmac } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';
import { CODE_KEY_BYTES, CODE_KEY_SERIAL, CODE_KEY_START, CODE_WORDS, INDEX_CODE_KEY } from './layout.ts';
import type { SharedView } from './shared-view.ts';

/** Per thread. */
const CAPACITY = 8192;

/** Hashes of AppCodes as the table has them. The costly hash of one that is right is made once per thread. */
export class CodeHashes {
  readonly #view: SharedView;
  /** By the code as it was presented. */
  readonly #known = new BoundedCache<string, Int32Array>(CAPACITY);
  /** The last one that was asked for is remembered already. */
  #isKnown = false;
  #serial = 0;
  #key: Buffer = Buffer.alloc(0);

  constructor(view: SharedView) {
    this.#view = view;
  }

  /** The hash with the key of an index that is being read, or null when that has none. */
  hash(code: string, index: number): Int32Array | null {
    this.#readKey(index);
    const known = this.#known.get(code);
    this.#isKnown = known !== undefined;
    if (known !== undefined) return known;
    if (this.#key.length === 0) return null;
    const hash = createHmac('sha256', this.#key).update(code, 'utf8').digest();
    return Int32Array.from({ length: CODE_WORDS }, (_, word) => hash.readInt32LE(word * 4));
  }

  /** Keeps the hash that was just asked for. Only codes that are right are kept: guesses push out nothing. */
  remember(code: string, hash: Int32Array): void {
    if (!this.#isKnown) this.#known.set(code, hash);
  }

  /** With another key every remembered hash is wrong. */
  #readKey(index: number): void {
    const view = this.#view;
    const block = Atomics.load(view.words, index + INDEX_CODE_KEY);
    if (block !== 0) view.cover(block);
    const { words, bytes } = view;
    const serial = block === 0 ? 0 : (words[block + CODE_KEY_SERIAL] as number);
    if (serial === this.#serial) return;
    const start = (block + CODE_KEY_START) * 4;
    this.#key = block === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start, start + (words[block + CODE_KEY_BYTES] as number)));
    this.#serial = serial;
    this.#known.clear();
  }
}
