import { BLOCK_SIZE, EMPTY, GONE, INDEX_CODE_KEY, INDEX_ENTRIES, INDEX_MASK } from './layout.ts';
import type { SharedHeap } from './shared-heap.ts';

const SLOTS_MIN = 1024;

/**
 * The hash table from ids, AppKeys and AppCodes to blocks of apps, as its one writer sees it. An entry of a live index changes by one
 * store of its pointer, so readers see what was or what is. When it gets too full, the entries move to a larger one.
 */
export class CredentialIndex {
  readonly #heap: SharedHeap;
  block: number;
  /** Entries that hold something or did. */
  #used = 0;
  #live = 0;

  constructor(heap: SharedHeap, codeKey: number) {
    this.#heap = heap;
    this.block = this.#create(SLOTS_MIN, codeKey);
  }

  get codeKey(): number {
    return this.#heap.words[this.block + INDEX_CODE_KEY] as number;
  }

  set codeKey(block: number) {
    Atomics.store(this.#heap.words, this.block + INDEX_CODE_KEY, block);
  }

  /** Makes room for so many new entries, in a larger table when it must. Throws `CredentialsFullError`, and then nothing has changed. */
  reserve(entries: number): void {
    // At most 70 % full, what is gone included: a search ends at an entry that was never used.
    if ((this.#used + entries) * 10 > this.#slots * 7) this.#rebuild(entries);
  }

  /** Points the entry of `hash` at `app`: the one that points at `before`, or a new one, for which there must be room. */
  put(hash: number, app: number, before: number): void {
    const known = before === 0 ? -1 : this.#entryOf(hash, before);
    if (known === -1) this.#insert(hash, app);
    else Atomics.store(this.#heap.words, known, app);
  }

  remove(hash: number, app: number): void {
    const entry = this.#entryOf(hash, app);
    if (entry === -1) return;
    Atomics.store(this.#heap.words, entry, GONE);
    this.#live--;
  }

  /** The block that is entered under `hash` and that `matches`, or 0. */
  find(hash: number, matches: (app: number) => boolean): number {
    const { words } = this.#heap;
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#at(slot);
      const app = words[entry] as number;
      if (app === EMPTY) return 0;
      if (app !== GONE && words[entry + 1] === hash && matches(app)) return app;
    }
  }

  /** Every block in it, once for each of its entries. */
  *blocks(): Generator<number> {
    for (let slot = 0; slot < this.#slots; slot++) {
      const app = this.#heap.words[this.#at(slot)] as number;
      if (app !== EMPTY && app !== GONE) yield app;
    }
  }

  get #slots(): number {
    return (this.#heap.words[this.block + INDEX_MASK] as number) + 1;
  }

  #at(slot: number): number {
    return this.block + INDEX_ENTRIES + 2 * slot;
  }

  #entryOf(hash: number, app: number): number {
    const { words } = this.#heap;
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#at(slot);
      const seen = words[entry] as number;
      if (seen === EMPTY) return -1;
      if (seen === app && words[entry + 1] === hash) return entry;
    }
  }

  #insert(hash: number, app: number): void {
    const { words } = this.#heap;
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#at(slot);
      const seen = words[entry] as number;
      if (seen !== EMPTY && seen !== GONE) continue;
      if (seen === EMPTY) this.#used++;
      this.#live++;
      words[entry + 1] = hash;
      // The store that makes it visible, and everything before it with it.
      Atomics.store(words, entry, app);
      return;
    }
  }

  #create(slots: number, codeKey: number): number {
    const block = this.#heap.allocate(INDEX_ENTRIES + 2 * slots);
    const { words } = this.#heap;
    words.fill(0, block + 1, block + (words[block + BLOCK_SIZE] as number));
    words[block + INDEX_MASK] = slots - 1;
    words[block + INDEX_CODE_KEY] = codeKey;
    return block;
  }

  /** Into a new block: whoever is reading goes on in the old one, which stays as it is. The caller makes the new one the live one. */
  #rebuild(entries: number): void {
    let slots = SLOTS_MIN;
    // Half full at most, so that the next move is far away.
    while (slots < (this.#live + entries) * 2) slots *= 2;
    const old = this.block;
    const count = this.#slots;
    const next = this.#create(slots, this.codeKey);
    this.block = next;
    this.#used = 0;
    this.#live = 0;
    const { words } = this.#heap;
    for (let slot = 0; slot < count; slot++) {
      const entry = old + INDEX_ENTRIES + 2 * slot;
      const app = words[entry] as number;
      if (app !== EMPTY && app !== GONE) this.#insert(words[entry + 1] as number, app);
    }
  }
}
