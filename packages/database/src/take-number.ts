import { sql, type Transaction } from 'kysely';

/**
 * The next number of `sequence` (1, 2, 3 …), such that numbers become visible in their order and none is left out.
 * The row stays locked until the transaction ends, so whoever takes the next one waits for the commit of this one
 * (a sequence of PostgreSQL would not: N+1 could be seen before N). Take it late in the transaction.
 */
export async function takeNumber<Schema>(tx: Transaction<Schema>, sequence: string): Promise<number> {
  const { rows } = await sql<{ value: number }>`
    insert into sequences (name, value) values (${sequence}, 1)
    on conflict (name) do update set value = sequences.value + 1
    returning value`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error(`No number was given for ${sequence}`);
  return row.value;
}
