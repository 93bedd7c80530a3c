import { Numbers } from './numbers.ts';

/** Two members, then twice as many with each larger size. */
const SIZES = 7;
const COUNT_BITS = 16;
const COUNT_MASK = (1 << COUNT_BITS) - 1;

/**
 * Many lists of 2 to 128 rows in one block: as objects, each would take some hundred bytes beside its members. A list is known by
 * its place, which changes when it grows.
 */
export class ShortLists {
  /** Size and count, then room for the members. In what is free, the next free place + 1 stands where the first member was. */
  readonly #data = new Numbers();
  #used = 0;
  readonly #free = new Uint32Array(SIZES);

  /** A list of two, and its place. */
  create(first: number, second: number): number {
    const place = this.#take(0);
    this.#data.set(place, 2);
    this.#data.set(place + 1, first);
    this.#data.set(place + 2, second);
    return place;
  }

  /** Adds a row that is not in it, and gives the place of the list from now on; undefined: it is full. */
  add(place: number, row: number): number | undefined {
    const count = this.count(place);
    const size = this.#data.get(place) >>> COUNT_BITS;
    let current = place;
    if (count === roomOf(size)) {
      if (size + 1 === SIZES) return undefined;
      current = this.#take(size + 1);
      for (let at = 1; at <= count; at++) this.#data.set(current + at, this.#data.get(place + at));
      this.delete(place);
      this.#data.set(current, ((size + 1) << COUNT_BITS) | count);
    }
    this.#data.set(current + 1 + count, row);
    this.#data.set(current, this.#data.get(current) + 1);
    return current;
  }

  /** Removes a row that may be in it, and gives how many are left; none: the list is no more. */
  remove(place: number, row: number): number {
    const count = this.count(place);
    for (let at = place + 1; at <= place + count; at++) {
      if (this.#data.get(at) !== row) continue;
      this.#data.set(at, this.#data.get(place + count));
      this.#data.set(place, this.#data.get(place) - 1);
      if (count === 1) this.delete(place);
      return count - 1;
    }
    return count;
  }

  count(place: number): number {
    return this.#data.get(place) & COUNT_MASK;
  }

  forEach(place: number, visit: (row: number) => void): void {
    const end = place + this.count(place);
    for (let at = place + 1; at <= end; at++) visit(this.#data.get(at));
  }

  delete(place: number): void {
    const size = this.#data.get(place) >>> COUNT_BITS;
    this.#data.set(place + 1, this.#free[size] ?? 0);
    this.#free[size] = place + 1;
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#data.trim(this.#used);
  }

  #take(size: number): number {
    const free = this.#free[size] ?? 0;
    if (free !== 0) {
      this.#free[size] = this.#data.get(free);
      return free - 1;
    }
    const place = this.#used;
    this.#used += 1 + roomOf(size);
    return place;
  }
}

function roomOf(size: number): number {
  return 2 << size;
}
