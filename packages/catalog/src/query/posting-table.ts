import { withRoom } from './growable.ts';
import { Numbers } from './numbers.ts';
import { type RowSet, visitBits } from './row-set.ts';
import { ShortLists } from './short-lists.ts';

/** What is in a slot beside a row + 1: where a short list is, or which of the long ones. */
const SHORT_FLAG = 0x80000000;
const LONG_FLAG = 0xc0000000;
const REST = 0x3fffffff;
/** From here on a bit for each row takes less room than a number for each member, if there are not too many rows. */
const BITS_COUNT_MIN = 256;

/**
 * For each of many values the rows that have it. Most values (names, ids, titles) have one row, which is kept in place; some have a
 * few, kept as short lists; very few have many, kept as bits.
 */
export class PostingTable {
  /** 0: none; row + 1; or a flag and a place. */
  readonly #slots = new Numbers();
  readonly #short = new ShortLists();
  readonly #long: (Postings | undefined)[] = [];
  readonly #freeLong: number[] = [];

  add(id: number, row: number): void {
    const slot = this.#slots.get(id);
    if (slot === 0) {
      this.#slots.set(id, row + 1);
    } else if (slot < SHORT_FLAG) {
      this.#slots.set(id, (SHORT_FLAG | this.#short.create(slot - 1, row)) >>> 0);
    } else if (slot >= LONG_FLAG) {
      this.#long[slot & REST]?.add(row);
    } else {
      const place = this.#short.add(slot & REST, row);
      this.#slots.set(id, place === undefined ? this.#toLong(slot & REST, row) : (SHORT_FLAG | place) >>> 0);
    }
  }

  remove(id: number, row: number): void {
    const slot = this.#slots.get(id);
    if (slot < SHORT_FLAG) {
      if (slot === row + 1) this.#slots.set(id, 0);
    } else if (slot < LONG_FLAG) {
      if (this.#short.remove(slot & REST, row) === 0) this.#slots.set(id, 0);
    } else {
      const long = this.#long[slot & REST];
      long?.remove(row);
      if (long !== undefined && long.count > 0) return;
      this.#long[slot & REST] = undefined;
      this.#freeLong.push(slot & REST);
      this.#slots.set(id, 0);
    }
  }

  count(id: number): number {
    const slot = this.#slots.get(id);
    if (slot < SHORT_FLAG) return slot === 0 ? 0 : 1;
    return slot < LONG_FLAG ? this.#short.count(slot & REST) : (this.#long[slot & REST]?.count ?? 0);
  }

  /** Adds the rows of a value to `rows`. */
  addTo(id: number, rows: RowSet): void {
    const slot = this.#slots.get(id);
    if (slot >= LONG_FLAG) this.#long[slot & REST]?.addTo(rows);
    else if (slot >= SHORT_FLAG) this.#short.forEach(slot & REST, (row) => rows.add(row));
    else if (slot !== 0) rows.add(slot - 1);
  }

  /** How many rows of a value are in `rows`. */
  countIn(id: number, rows: RowSet): number {
    const slot = this.#slots.get(id);
    if (slot >= LONG_FLAG) return this.#long[slot & REST]?.countIn(rows) ?? 0;
    let total = 0;
    if (slot >= SHORT_FLAG) {
      this.#short.forEach(slot & REST, (row) => {
        if (rows.has(row)) total++;
      });
    } else if (slot !== 0 && rows.has(slot - 1)) total = 1;
    return total;
  }

  forEach(id: number, visit: (row: number) => void): void {
    const slot = this.#slots.get(id);
    if (slot >= LONG_FLAG) this.#long[slot & REST]?.forEach(visit);
    else if (slot >= SHORT_FLAG) this.#short.forEach(slot & REST, visit);
    else if (slot !== 0) visit(slot - 1);
  }

  /** Gives back room that was taken in advance. */
  trim(size: number): void {
    this.#slots.trim(size);
    this.#short.trim();
    for (const long of this.#long) long?.trim();
  }

  /** The slot of a value that gets more rows than a short list has. */
  #toLong(place: number, row: number): number {
    const long = new Postings();
    this.#short.forEach(place, (each) => long.add(each));
    this.#short.delete(place);
    long.add(row);
    const number = this.#freeLong.pop() ?? this.#long.length;
    this.#long[number] = long;
    return (LONG_FLAG | number) >>> 0;
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
