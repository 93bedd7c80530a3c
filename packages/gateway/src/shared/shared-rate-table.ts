import { getRandomValues } from 'node:crypto';
import { threadId as thisThreadId } from 'node:worker_threads';
import { KeyedHash } from './keyed-hash.ts';
import { EXPIRES, RATE_ALGORITHMS, STATE_NUMBERS } from './rate-algorithms.ts';
import type { RateDecision, RateRule, RateTable } from './rate-table.ts';
import { acquire, release } from './set-lock.ts';

/*
 * Layout. A header of one cache line, then sets of eight slots, each six cache lines long: the hashes of the eight keys (two words
 * each), the lock on a line of its own, and the eight states. A key lives in the set that its hash names, or nowhere.
 */
const LINE_BYTES = 64;
const HEADER_BYTES = LINE_BYTES;
const SLOTS = 8;
const SET_BYTES = 2 * LINE_BYTES + SLOTS * STATE_NUMBERS * Float64Array.BYTES_PER_ELEMENT;
const HEADER_WORDS = HEADER_BYTES / 4;
const SET_WORDS = SET_BYTES / 4;
const HEADER_NUMBERS = HEADER_BYTES / 8;
const SET_NUMBERS = SET_BYTES / 8;
const LOCK = LINE_BYTES / 4;
const STATES = (2 * LINE_BYTES) / 8;
/** 2^20 sets: 384 MiB. */
const SETS_MAX = 1 << 20;

/** Words of the header. */
const KEY_0 = 0;
const KEY_1 = 1;
const EVICTIONS = 2;
const TAKEOVERS = 3;

/** No rule keeps state for longer (two of the longest windows); an expiry beyond was written while the clock was wrong. */
const EXPIRY_MS_MAX = 2 * 2_147_483_647;

/** Bytes of shared memory for a table of at least that many keys, 1 to 8,388,608. Throws `RangeError`. */
export function rateTableBytes(slots: number): number {
  const sets = 2 ** Math.ceil(Math.log2(Math.max(1, Math.ceil(slots / SLOTS))));
  if (!(sets <= SETS_MAX)) throw new RangeError(`A rate table holds at most ${SETS_MAX * SLOTS} keys`);
  return HEADER_BYTES + sets * SET_BYTES;
}

/** Index of the lock of a set among the 32-bit words of the buffer; for tests. */
export function lockIndex(set: number): number {
  return HEADER_WORDS + set * SET_WORDS + LOCK;
}

/** A `RateTable` in shared memory: every thread that opened it on the same buffer counts in the same counters. */
export interface SharedRateTable extends RateTable {
  /** Keys that were forgotten before their time because their set was full: their limit began anew. By all threads. */
  readonly evictions: number;
  /** Locks that had to be taken from a thread that held them for too long. By all threads. */
  readonly lockTakeovers: number;
}

/**
 * Opens a rate table on memory of `rateTableBytes(…)` bytes, zeroed or already in use by other threads. `threadId` is Node's, unique
 * in the process. Times passed to `take` are epoch milliseconds, greater than 0. Throws `RangeError` on a buffer of another size.
 */
export function createRateTable(buffer: SharedArrayBuffer, threadId: number = thisThreadId): SharedRateTable {
  return new Table(buffer, setsIn(buffer), threadId);
}

/** Releases the locks that a thread held when it crashed, once it is gone. Returns their number. Throws `RangeError` as `createRateTable`. */
export function releaseLocksOf(buffer: SharedArrayBuffer, threadId: number): number {
  const words = new Int32Array(buffer);
  let released = 0;
  for (let set = setsIn(buffer) - 1; set >= 0; set--) {
    if (release(words, lockIndex(set), ownerOf(threadId))) released++;
  }
  return released;
}

function setsIn(buffer: SharedArrayBuffer): number {
  const sets = (buffer.byteLength - HEADER_BYTES) / SET_BYTES;
  if (!Number.isInteger(sets) || sets < 1 || sets > SETS_MAX || (sets & (sets - 1)) !== 0) {
    throw new RangeError('The buffer does not have a size that rateTableBytes gives');
  }
  return sets;
}

/** What stands in a lock that a thread holds. The main thread has the id 0, which is the word of a free lock. */
function ownerOf(threadId: number): number {
  return threadId + 1;
}

class Table implements SharedRateTable {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #setMask: number;
  readonly #owner: number;
  readonly #hash: KeyedHash;

  constructor(buffer: SharedArrayBuffer, sets: number, threadId: number) {
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
    this.#setMask = sets - 1;
    this.#owner = ownerOf(threadId);
    this.#hash = new KeyedHash(this.#shareRandom(KEY_0), this.#shareRandom(KEY_1));
  }

  get evictions(): number {
    return Atomics.load(this.#words, EVICTIONS) >>> 0;
  }

  get lockTakeovers(): number {
    return Atomics.load(this.#words, TAKEOVERS) >>> 0;
  }

  take(key: string, rule: RateRule, nowMs: number): RateDecision {
    const { id, step } = RATE_ALGORITHMS[rule.algorithm];
    const hash = this.#hash;
    hash.compute(id, key);
    const { high } = hash;
    // Two zeros are the mark of an empty slot.
    const low = high === 0 && hash.low === 0 ? 1 : hash.low;
    const set = low & this.#setMask;
    const words = this.#words;
    const hashes = HEADER_WORDS + set * SET_WORDS;
    const states = HEADER_NUMBERS + set * SET_NUMBERS + STATES;
    const lock = hashes + LOCK;
    if (!acquire(words, lock, this.#owner)) Atomics.add(words, TAKEOVERS, 1);
    let slot = 0;
    while (slot < SLOTS && (words[hashes + 2 * slot] !== high || words[hashes + 2 * slot + 1] !== low)) slot++;
    if (slot === SLOTS) slot = this.#claim(hashes, states, high, low, nowMs);
    const decision = step(this.#numbers, states + slot * STATE_NUMBERS, rule, nowMs);
    release(words, lock, this.#owner);
    return decision;
  }

  /** Makes the slot that expires first the key's, its state zeroed. Under the lock of its set. */
  #claim(hashes: number, states: number, high: number, low: number, nowMs: number): number {
    const numbers = this.#numbers;
    let slot = 0;
    let earliest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < SLOTS; i++) {
      const expires = numbers[states + i * STATE_NUMBERS + EXPIRES] as number;
      const effective = expires > nowMs + EXPIRY_MS_MAX ? 0 : expires;
      if (effective < earliest) {
        earliest = effective;
        slot = i;
      }
    }
    if (earliest > nowMs) Atomics.add(this.#words, EVICTIONS, 1);
    // State before name: a thread that dies in between leaves no key with the count of another.
    const state = states + slot * STATE_NUMBERS;
    numbers.fill(0, state, state + STATE_NUMBERS);
    this.#words[hashes + 2 * slot] = high;
    this.#words[hashes + 2 * slot + 1] = low;
    return slot;
  }

  /** A random word that all threads agree on: the first to open the table chooses it. */
  #shareRandom(index: number): number {
    const word = getRandomValues(new Int32Array(1))[0] as number;
    Atomics.compareExchange(this.#words, index, 0, word === 0 ? 1 : word);
    return Atomics.load(this.#words, index);
  }
}
