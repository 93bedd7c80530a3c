import type { z } from 'zod';
import { isStorable } from './is-storable.ts';
import { refuseInvalid } from './refuse-invalid.ts';

/** One page of a list, as the contract's `page` says. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}

/** The sort keys of the last row of a page, opaque to clients: the next page begins behind them, whatever was added or removed meanwhile. */
export function toCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** What `toCursor` was given; undefined without a cursor. Refuses one that was not made for this list (`request.invalid`). */
export function fromCursor<Keys>(cursor: string | undefined, keys: z.ZodType<Keys>): Keys | undefined {
  if (cursor === undefined) return undefined;
  const read = keys.safeParse(parse(cursor));
  if (!read.success || !areStorable(read.data)) refuseInvalid(['query', 'cursor'], 'is not a nextCursor of this list');
  return read.data;
}

/** Makes a page of at most `limit` items from rows that were asked for with `limit + 1`. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  keysOf: (row: Row) => readonly (string | number)[],
): Page<Item> {
  const items = rows.slice(0, limit).map(toItem);
  const last = rows[limit - 1];
  return rows.length > limit && last !== undefined ? { items, nextCursor: toCursor(keysOf(last)) } : { items };
}

function areStorable(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every((key) => typeof key !== 'string' || isStorable(key));
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
