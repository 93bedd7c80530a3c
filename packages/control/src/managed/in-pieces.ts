/** Rows that are read at a time: SQLite takes 32,766 parameters in one statement, and large texts are not all held at once. */
const PIECE = 200;

/** The items in lists that one statement can name. */
export function* inPieces<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += PIECE) yield items.slice(start, start + PIECE);
}
