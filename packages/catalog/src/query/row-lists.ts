import { Numbers } from './numbers.ts';

/** A list of numbers for each row, all in one block; a list is replaced as a whole. */
export class RowLists {
  #data = new Numbers();
  #used = 0;
  #live = 0;
  #rows = 0;
  readonly #starts = new Numbers();
  readonly #lengths = new Numbers();

  set(row: number, values: readonly number[]): void {
    this.delete(row);
    if (this.#used > 100_000 && this.#live < this.#used * 0.7) this.#compact();
    for (const [at, value] of values.entries()) this.#data.set(this.#used + at, value);
    this.#rows = Math.max(this.#rows, row + 1);
    this.#starts.set(row, this.#used);
    this.#lengths.set(row, values.length);
    this.#used += values.length;
    this.#live += values.length;
  }

  length(row: number): number {
    return this.#lengths.get(row);
  }

  at(row: number, index: number): number {
    return this.#data.get(this.#starts.get(row) + index);
  }

  delete(row: number): void {
    const length = this.#lengths.get(row);
    if (length === 0) return;
    this.#live -= length;
    this.#lengths.set(row, 0);
  }

  #compact(): void {
    const data = new Numbers();
    let used = 0;
    for (let row = 0; row < this.#rows; row++) {
      const length = this.#lengths.get(row);
      for (let at = 0; at < length; at++) data.set(used + at, this.at(row, at));
      this.#starts.set(row, used);
      used += length;
    }
    this.#data = data;
    this.#used = used;
  }
}
