/** A set of rows of the index, one bit for each. */
export class RowSet {
  readonly words: Uint32Array;

  /** @param rows how many rows there can be */
  constructor(rows: number) {
    this.words = new Uint32Array((rows + 31) >>> 5);
  }

  add(row: number): void {
    const at = row >>> 5;
    this.words[at] = (this.words[at] ?? 0) | (1 << (row & 31));
  }

  has(row: number): boolean {
    return ((this.words[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
  }

  /** Adds all of `words`, which may be of a set made when there were fewer rows. */
  addWords(words: Uint32Array): void {
    const own = this.words;
    const length = Math.min(own.length, words.length);
    for (let at = 0; at < length; at++) own[at] = (own[at] ?? 0) | (words[at] ?? 0);
  }

  /** Keeps what is in `other` too. */
  retain(other: RowSet): void {
    const own = this.words;
    for (let at = 0; at < own.length; at++) own[at] = (own[at] ?? 0) & (other.words[at] ?? 0);
  }

  /** Removes what is in `other`. */
  removeAll(other: RowSet): void {
    const own = this.words;
    for (let at = 0; at < own.length; at++) own[at] = (own[at] ?? 0) & ~(other.words[at] ?? 0);
  }

  count(): number {
    let total = 0;
    for (const word of this.words) total += bitCount(word);
    return total;
  }

  /** How many of `words` are in this set. */
  countWords(words: Uint32Array): number {
    const length = Math.min(this.words.length, words.length);
    let total = 0;
    for (let at = 0; at < length; at++) total += bitCount((this.words[at] ?? 0) & (words[at] ?? 0));
    return total;
  }

  /** Calls `visit` with each row, in ascending order. */
  forEach(visit: (row: number) => void): void {
    visitBits(this.words, visit);
  }
}

export function visitBits(words: Uint32Array, visit: (row: number) => void): void {
  for (let at = 0; at < words.length; at++) {
    let word = words[at] ?? 0;
    while (word !== 0) {
      const bit = word & -word;
      visit((at << 5) + 31 - Math.clz32(bit));
      word ^= bit;
    }
  }
}

/** Bits of a 32-bit word, counted in parallel (Hacker's Delight, 5-1). */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
