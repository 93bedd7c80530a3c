import type { Transaction } from '@gatehouse/database';
import { sql } from 'kysely';

/** Below PostgreSQL's 65,535 parameters and SQLite's 32,766, and large enough that the number of statements does not matter. */
const PARAMETERS_MAX = 8_000;

type Value = string | number | null;

/**
 * `insert into table (columns) values …` for many rows in few statements, followed by `suffix` (an `on conflict` clause; fixed text).
 * The builder of Kysely would make several nodes for each value, which takes longer than the database itself.
 */
export async function insertRows<Schema>(
  tx: Transaction<Schema>,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  suffix = '',
): Promise<void> {
  const width = columns.length;
  const step = Math.floor(PARAMETERS_MAX / width);
  const head = `insert into ${table} (${columns.join(', ')}) values (`;
  for (let at = 0; at < rows.length; at += step) {
    const chunk = rows.slice(at, at + step);
    const texts: string[] = [head];
    for (let parameter = 1; parameter < chunk.length * width; parameter++) texts.push(parameter % width === 0 ? '), (' : ', ');
    texts.push(`) ${suffix}`);
    await template(texts, chunk.flat()).execute(tx);
  }
}

/** Calls `work` with slices of `items` that fit into one `in (…)`. */
export async function inChunks<Item, Result>(items: readonly Item[], work: (chunk: Item[]) => Promise<Result[]>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += PARAMETERS_MAX) {
    for (const result of await work(items.slice(at, at + PARAMETERS_MAX))) results.push(result);
  }
  return results;
}

/** The tag `sql`, for a statement whose number of parameters is known at run time only. */
function template(texts: string[], parameters: Value[]) {
  return sql(Object.assign(texts, { raw: texts }), ...parameters);
}
