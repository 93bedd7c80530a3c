import { Bytes, varintLength } from './bytes.ts';
import { Numbers } from './numbers.ts';

/** A list of numbers for each row, all in one block, a small number in one byte; a list is replaced as a whole. */
export class RowLists {
  #data = new Bytes();
  #used = 0;
  #live = 0;
  #rows = 0;
  /** Where the list of a row begins, + 1; 0: it has none. */
  readonly #starts = new Numbers();

  set(row: number, values: readonly number[]): void {
    this.delete(row);
    if (values.length === 0) return;
    if (this.#used > 400_000 && this.#live < this.#used * 0.7) this.#compact();
    const start = this.#used;
    let end = this.#data.setVarint(start, values.length);
    for (const value of values) end = this.#data.setVarint(end, value);
    this.#rows = Math.max(this.#rows, row + 1);
    this.#starts.set(row, start + 1);
    this.#used = end;
    this.#live += end - start;
  }

  /** Calls `visit` with each number of a row, in their order. */
  forEach(row: number, visit: (value: number) => void): void {
    const start = this.#starts.get(row);
    if (start !== 0) this.#read(start - 1, visit);
  }

  delete(row: number): void {
    const start = this.#starts.get(row);
    if (start === 0) return;
    this.#live -= this.#read(start - 1) - (start - 1);
    this.#starts.set(row, 0);
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#data.trim(this.#used);
    this.#starts.trim(this.#rows);
  }

  /** Where the list at `start` ends. */
  #read(start: number, visit?: (value: number) => void): number {
    const count = this.#data.getVarint(start);
    let at = start + varintLength(count);
    for (let left = count; left > 0; left--) {
      const value = this.#data.getVarint(at);
      at += varintLength(value);
      visit?.(value);
    }
    return at;
  }

  #compact(): void {
    const data = new Bytes();
    let used = 0;
    for (let row = 0; row < this.#rows; row++) {
      const start = this.#starts.get(row);
      if (start === 0) continue;
      const end = this.#read(start - 1);
      this.#starts.set(row, used + 1);
      for (let at = start - 1; at < end; at++) data.set(used++, this.#data.get(at));
    }
    this.#data = data;
    this.#used = used;
  }
}
