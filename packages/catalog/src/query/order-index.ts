import type { OrderField } from './condition.ts';
import { withRoom } from './growable.ts';
import { compare } from './relation-graph.ts';

/** What an order needs to know of rows. */
export interface OrderSource {
  /** In lower case; undefined when the row does not have it. */
  valueOf(row: number, key: string): string | undefined;
  refOf(row: number): string;
  rows(): number[];
}

/** Where an entity stands in an order, whether or not it still exists. */
export interface OrderKey {
  values: (string | null)[];
  ref: string;
}

/**
 * All rows in one order, kept sorted while entities come and go: sorting a hundred thousand rows takes a tenth of a second, which
 * no request should wait for. The ref decides between equals, so that every row has its place.
 */
export class OrderIndex {
  readonly #fields: readonly OrderField[];
  readonly #source: OrderSource;
  #rows: Uint32Array<ArrayBuffer>;
  length: number;

  constructor(fields: readonly OrderField[], source: OrderSource) {
    this.#fields = fields;
    this.#source = source;
    const keyed = source.rows().map((row) => ({ row, key: this.keyOf(row) }));
    keyed.sort((a, b) => this.#compare(a.key, b.key));
    this.#rows = Uint32Array.from(keyed, ({ row }) => row);
    this.length = keyed.length;
  }

  get hasRelations(): boolean {
    return this.#fields.some(({ field }) => field.toLowerCase().startsWith('relations.'));
  }

  at(position: number): number {
    return this.#rows[position] ?? 0;
  }

  keyOf(row: number): OrderKey {
    return {
      values: this.#fields.map(({ field }) => this.#source.valueOf(row, field.toLowerCase()) ?? null),
      ref: this.#source.refOf(row),
    };
  }

  /** How many rows stand before `key`. */
  positionOf(key: OrderKey): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.keyOf(this.at(middle)), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  insert(row: number): void {
    const position = this.positionOf(this.keyOf(row));
    this.#rows = withRoom(this.#rows, this.length + 1);
    this.#rows.copyWithin(position + 1, position, this.length);
    this.#rows[position] = row;
    this.length++;
  }

  /** To be called before anything of the row changes. */
  remove(row: number): void {
    let position = this.positionOf(this.keyOf(row));
    if (this.#rows[position] !== row) position = this.#rows.subarray(0, this.length).indexOf(row);
    if (position === -1) return;
    this.#rows.copyWithin(position, position + 1, this.length);
    this.length--;
  }

  #compare(a: OrderKey, b: OrderKey): number {
    for (let at = 0; at < this.#fields.length; at++) {
      const left = a.values[at] ?? null;
      const right = b.values[at] ?? null;
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return this.#fields[at]?.order === 'desc' ? compare(right, left) : compare(left, right);
    }
    return compare(a.ref, b.ref);
  }
}
