import { Dictionary } from './dictionary.ts';
import { Postings, PostingTable } from './posting-table.ts';
import type { RowSet } from './row-set.ts';

/** One key of the flattened key space: its values, and which rows have them. */
export class Column {
  readonly values = new Dictionary();
  readonly postings = new PostingTable();
  /** Rows that have the key, whatever its value. */
  readonly rows = new Postings();
  /** Values that are items of arrays, by the number of their value; they make the keys `<key>.<item>`. */
  items: PostingTable | undefined;

  /** Adds the rows with one of `values` (lower case). */
  addEqual(values: readonly string[], rows: RowSet): void {
    for (const value of values) for (const id of this.values.find(value)) this.postings.addTo(id, rows);
  }

  addWithPrefix(prefix: string, rows: RowSet): void {
    this.values.withPrefix(prefix, (id) => this.postings.addTo(id, rows));
  }

  addWithPart(part: string, rows: RowSet): void {
    this.values.withPart(part, (id) => this.postings.addTo(id, rows));
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.values.trim();
    this.postings.trim(this.values.size);
    this.items?.trim(this.values.size);
    this.rows.trim();
  }

  /** Adds the rows with an array that contains `item` (lower case). */
  addWithItem(item: string, rows: RowSet): void {
    if (this.items === undefined) return;
    for (const id of this.values.find(item)) this.items.addTo(id, rows);
  }
}
