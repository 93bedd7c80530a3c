import { getRandomValues } from 'node:crypto';
import { KeyedHash } from '../shared/keyed-hash.ts';
import { acquire, release } from '../shared/set-lock.ts';

/*
 * Layout, in 32-bit words. A header of one cache line, then levels of sets; each level has twice as many sets as the one before. A set has
 * two cache lines: a lock (of the first level only is it used), then eight slots of three words: when it expires (seconds since the
 * epoch), and the two halves of the hash. The low bits of a hash say in which set of each level a nonce may be, so the lock of its set
 * in the first level guards all sets in which it can be.
 */
const HEADER_WORDS = 16;
const SET_WORDS = 32;
const SLOTS = 8;
const SLOT_WORDS = 3;
const FIRST_SLOT = 8;
const FIRST_LEVEL_SETS = 1024;
/** 16,769,024 nonces, 256 MiB. */
const LEVELS_MAX = 11;

const KEY_0 = 0;
const KEY_1 = 1;
const LEVELS = 2;

/** Memory for nonces: 128 KiB for 8,192 of them; it doubles as it fills, up to 256 MiB. */
export function createNonceMemory(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytesOf(1), { maxByteLength: bytesOf(LEVELS_MAX) });
  const words = new Int32Array(buffer);
  const [key0 = 0, key1 = 0] = getRandomValues(new Int32Array(2));
  words[KEY_0] = key0;
  words[KEY_1] = key1;
  words[LEVELS] = 1;
  return buffer;
}

/** Remembers which nonces were used, exactly across the threads of this process. */
export class NonceTable {
  readonly #buffer: SharedArrayBuffer;
  readonly #hash: KeyedHash;
  readonly #owner: number;
  #words: Int32Array;

  /** `threadId` is Node's, unique in the process. */
  constructor(buffer: SharedArrayBuffer, threadId: number) {
    this.#buffer = buffer;
    this.#words = new Int32Array(buffer, 0, buffer.byteLength / 4);
    this.#hash = new KeyedHash(this.#words[KEY_0] as number, this.#words[KEY_1] as number);
    this.#owner = threadId + 1;
  }

  /**
   * Uses a nonce until `untilMs`. `used`: somebody did before, and its time is not over. `full`: there is no room to remember it, and
   * whoever cannot remember must not let it through.
   */
  claim(key: string, untilMs: number, nowMs: number): 'first' | 'used' | 'full' {
    const { high, low } = this.#compute(key);
    const lock = this.#lock(low);
    acquire(this.#words, lock, this.#owner);
    try {
      return this.#claim(high, low, Math.ceil(untilMs / 1000), Math.floor(nowMs / 1000));
    } finally {
      release(this.#words, lock, this.#owner);
    }
  }

  /** Takes a claim back: the request was refused for a reason that is not the caller's. */
  forget(key: string): void {
    const { high, low } = this.#compute(key);
    const lock = this.#lock(low);
    acquire(this.#words, lock, this.#owner);
    const levels = Atomics.load(this.#words, LEVELS);
    for (let level = 0; level < levels; level++) {
      for (let slot = this.#set(level, low) + FIRST_SLOT, i = 0; i < SLOTS; i++, slot += SLOT_WORDS) {
        if (this.#words[slot + 1] === high && this.#words[slot + 2] === low) this.#words[slot] = 0;
      }
    }
    release(this.#words, lock, this.#owner);
  }

  #claim(high: number, low: number, untilS: number, nowS: number): 'first' | 'used' | 'full' {
    const levels = Atomics.load(this.#words, LEVELS);
    let free = -1;
    for (let level = 0; level < levels; level++) {
      const set = this.#set(level, low);
      const words = this.#words;
      for (let slot = set + FIRST_SLOT, i = 0; i < SLOTS; i++, slot += SLOT_WORDS) {
        const expired = (words[slot] as number) >>> 0 < nowS;
        if (!expired && words[slot + 1] === high && words[slot + 2] === low) return 'used';
        if (expired && free === -1) free = slot;
      }
    }
    if (free === -1) {
      if (!this.#addLevel(levels)) return 'full';
      free = this.#set(levels, low) + FIRST_SLOT;
    }
    const words = this.#words;
    // The time last: a thread that dies in between leaves a slot that is free.
    words[free] = 0;
    words[free + 1] = high;
    words[free + 2] = low;
    words[free] = untilS;
    return 'first';
  }

  /** Opens the level after `levels`, unless another thread did meanwhile. */
  #addLevel(levels: number): boolean {
    if (levels >= LEVELS_MAX) return false;
    const bytes = bytesOf(levels + 1);
    try {
      if (this.#buffer.byteLength < bytes) this.#buffer.grow(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Another thread let it grow further in the same moment; or there is no memory.
      if (this.#buffer.byteLength < bytes) return false;
    }
    Atomics.compareExchange(this.#words, LEVELS, levels, levels + 1);
    return true;
  }

  #compute(key: string): { high: number; low: number } {
    const hash = this.#hash;
    hash.compute(0, key);
    return hash;
  }

  #lock(low: number): number {
    return HEADER_WORDS + (low & (FIRST_LEVEL_SETS - 1)) * SET_WORDS;
  }

  /** Where the set of a hash begins in a level; the view is made anew when the memory has grown. */
  #set(level: number, low: number): number {
    const sets = FIRST_LEVEL_SETS << level;
    const set = HEADER_WORDS + (sets - FIRST_LEVEL_SETS + (low & (sets - 1))) * SET_WORDS;
    if (set + SET_WORDS > this.#words.length) this.#words = new Int32Array(this.#buffer, 0, this.#buffer.byteLength / 4);
    return set;
  }
}

function bytesOf(levels: number): number {
  return (HEADER_WORDS + (2 ** levels - 1) * FIRST_LEVEL_SETS * SET_WORDS) * 4;
}
