/*
 * Where everything stands in the shared memory of credentials, in 32-bit words. A header; one cache line for each reader; then blocks,
 * each of which begins with its size. A block is written by the one writer before anybody can see it and never changes while it can be
 * seen: a change of an app is a new block, and one word that points to it.
 */

/** Words of a cache line, so that readers do not slow each other down. */
export const LINE = 16;

/** Words of the header. */
export const HASH_KEY_0 = 0;
export const HASH_KEY_1 = 1;
/** Where the index that is live begins. */
export const ROOT = 2;
/** Grows with everything that is taken out of sight; never 0. */
export const EPOCH = 3;
/** 1 once a whole set of credentials was loaded. */
export const LOADED = 4;
/** How many readers there is room for. */
export const READERS = 5;

/** The word in which a reader says since which epoch it has been reading; 0 while it is not. */
export function readerWord(reader: number): number {
  return LINE * (reader + 1);
}

/** Where blocks begin. */
export function heapStart(readers: number): number {
  return LINE * (readers + 1);
}

/** Of every block: its words, this one included. */
export const BLOCK_SIZE = 0;

/** Index: an open hash table of pairs [block, hash]. 0: never used; 1: was used. */
export const INDEX_MASK = 1;
/** The block of the key for AppCodes, 0: none. */
export const INDEX_CODE_KEY = 2;
export const INDEX_ENTRIES = 4;
export const EMPTY = 0;
export const GONE = 1;

/** Block of the key for AppCodes: its number, which no other block has, its bytes, and then these. */
export const CODE_KEY_SERIAL = 1;
export const CODE_KEY_BYTES = 2;
export const CODE_KEY_START = 3;

/** Block of an app. */
export const APP_SERIAL = 1;
/** 1: was taken out of sight. Only the writer looks at it. */
export const APP_RETIRED = 2;
export const APP_DIGEST_A = 3;
export const APP_DIGEST_B = 4;
export const APP_ID_HASH = 5;
export const APP_KEY_COUNT = 6;
export const APP_GRANT_COUNT = 7;
/** Bytes of the id and of the name, with which the texts begin. */
export const APP_ID_BYTES = 8;
export const APP_NAME_BYTES = 9;
/** Where the texts begin: a word, relative to the block. */
export const APP_TEXTS = 10;
export const APP_KEYS = 11;

/** One key of an app: hash of its AppKey and of its AppCode (0: none), end of validity, and places of its texts. */
export const KEY_APP_KEY_HASH = 0;
export const KEY_CODE_HASH = 1;
export const KEY_NOT_AFTER = 2;
/** Byte offset from where the texts begin, and bytes. */
export const KEY_APP_KEY = 4;
export const KEY_SECRET = 6;
/** SHA-256 has eight words; the first tells 0 from nothing by `KEY_CODE_HASH`. */
export const KEY_CODE = 8;
export const KEY_WORDS = 16;
export const CODE_WORDS = 8;

/** One grant: hash of API and environment in two words, end of validity. In the order of the two words. */
export const GRANT_HIGH = 0;
export const GRANT_LOW = 1;
export const GRANT_NOT_AFTER = 2;
export const GRANT_WORDS = 4;

/** What is hashed, so that an id is never taken for an AppKey. */
export const HASH_OF_ID = 1;
export const HASH_OF_APP_KEY = 2;
export const HASH_OF_GRANT = 3;

/** A time in milliseconds, or infinity, in two words. */
export function writeTime(words: Int32Array, at: number, ms: number): void {
  words[at] = Number.isFinite(ms) ? Math.floor(ms / 2 ** 32) : FOREVER;
  words[at + 1] = Number.isFinite(ms) ? ms % 2 ** 32 : 0;
}

export function readTime(words: Int32Array, at: number): number {
  const high = words[at] as number;
  return high === FOREVER ? Number.POSITIVE_INFINITY : high * 2 ** 32 + ((words[at + 1] as number) >>> 0);
}

const FOREVER = 0x7fff_ffff;

/** Order of grants: by their two words. */
export function compareGrants(highA: number, lowA: number, highB: number, lowB: number): number {
  return highA === highB ? lowA - lowB : highA - highB;
}
