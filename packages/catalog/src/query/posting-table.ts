import { withRoom } from './growable.ts';
import { Numbers } from './numbers.ts';
import { type RowSet, visitBits } from './row-set.ts';

const LIST_FLAG = 0x80000000;
/** From here on a bit for each row takes less room than a number for each member, if there are not too many rows. */
const BITS_COUNT_MIN = 256;

/**
 * For each of many values the rows that have it. Most values (names, ids, titles) have one row, which is kept in place; a few have
 * some, kept as a list; very few have many, kept as bits.
 */
export class PostingTable {
  /** 0: none; row + 1; or the flag and a number in `#lists`. */
  readonly #slots = new Numbers();
  readonly #lists: (Postings | undefined)[] = [];
  readonly #freeLists: number[] = [];

  add(id: number, row: number): void {
    const slot = this.#slots.get(id);
    if (slot === 0) {
      this.#slots.set(id, row + 1);
      return;
    }
    const list = this.#listOf(slot);
    if (list !== undefined) {
      list.add(row);
      return;
    }
    const created = new Postings();
    created.add(slot - 1);
    created.add(row);
    const number = this.#freeLists.pop() ?? this.#lists.length;
    this.#lists[number] = created;
    this.#slots.set(id, (LIST_FLAG | number) >>> 0);
  }

  remove(id: number, row: number): void {
    const slot = this.#slots.get(id);
    const list = this.#listOf(slot);
    if (list === undefined) {
      if (slot === row + 1) this.#slots.set(id, 0);
      return;
    }
    list.remove(row);
    if (list.count > 0) return;
    const number = (slot & ~LIST_FLAG) >>> 0;
    this.#lists[number] = undefined;
    this.#freeLists.push(number);
    this.#slots.set(id, 0);
  }

  count(id: number): number {
    const slot = this.#slots.get(id);
    return slot === 0 ? 0 : (this.#listOf(slot)?.count ?? 1);
  }

  /** Adds the rows of a value to `rows`. */
  addTo(id: number, rows: RowSet): void {
    const slot = this.#slots.get(id);
    if (slot === 0) return;
    const list = this.#listOf(slot);
    if (list === undefined) rows.add(slot - 1);
    else list.addTo(rows);
  }

  /** How many rows of a value are in `rows`. */
  countIn(id: number, rows: RowSet): number {
    const slot = this.#slots.get(id);
    if (slot === 0) return 0;
    const list = this.#listOf(slot);
    if (list === undefined) return rows.has(slot - 1) ? 1 : 0;
    return list.countIn(rows);
  }

  forEach(id: number, visit: (row: number) => void): void {
    const slot = this.#slots.get(id);
    if (slot === 0) return;
    const list = this.#listOf(slot);
    if (list === undefined) visit(slot - 1);
    else list.forEach(visit);
  }

  /** Gives back room that was taken in advance. */
  trim(size: number): void {
    this.#slots.trim(size);
    for (const list of this.#lists) list?.trim();
  }

  #listOf(slot: number): Postings | undefined {
    return slot >= LIST_FLAG ? this.#lists[(slot & ~LIST_FLAG) >>> 0] : undefined;
  }
}

/** A set of rows that is small as a list and becomes bits when it is large. */
export class Postings {
  count = 0;
  /** Members in no order, or all bits. */
  #words = new Uint32Array(2);
  #isBits = false;

  /** Adds a row that is not in it. */
  add(row: number): void {
    if (!this.#isBits && this.count >= BITS_COUNT_MIN && this.count * 32 > row) this.#toBits();
    if (this.#isBits) {
      this.#words = withRoom(this.#words, (row >>> 5) + 1);
      this.#words[row >>> 5] = (this.#words[row >>> 5] ?? 0) | (1 << (row & 31));
    } else {
      this.#words = withRoom(this.#words, this.count + 1);
      this.#words[this.count] = row;
    }
    this.count++;
  }

  /** Removes a row that is in it. */
  remove(row: number): void {
    if (this.#isBits) {
      this.#words[row >>> 5] = (this.#words[row >>> 5] ?? 0) & ~(1 << (row & 31));
    } else {
      const at = this.#words.subarray(0, this.count).indexOf(row);
      if (at === -1) return;
      this.#words[at] = this.#words[this.count - 1] ?? 0;
    }
    this.count--;
  }

  addTo(rows: RowSet): void {
    if (this.#isBits) rows.addWords(this.#words);
    else for (let at = 0; at < this.count; at++) rows.add(this.#words[at] ?? 0);
  }

  countIn(rows: RowSet): number {
    if (this.#isBits) return rows.countWords(this.#words);
    let total = 0;
    for (let at = 0; at < this.count; at++) if (rows.has(this.#words[at] ?? 0)) total++;
    return total;
  }

  forEach(visit: (row: number) => void): void {
    if (this.#isBits) visitBits(this.#words, visit);
    else for (let at = 0; at < this.count; at++) visit(this.#words[at] ?? 0);
  }

  trim(): void {
    if (!this.#isBits) this.#words = this.#words.slice(0, this.count);
  }

  #toBits(): void {
    const members = this.#words.subarray(0, this.count);
    let last = 0;
    for (const row of members) last = Math.max(last, row);
    const words = new Uint32Array((last >>> 5) + 1);
    for (const row of members) words[row >>> 5] = (words[row >>> 5] ?? 0) | (1 << (row & 31));
    this.#words = words;
    this.#isBits = true;
  }
}
