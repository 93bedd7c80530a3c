import type { Transaction } from '@gatehouse/database';
import type { Kysely, Selectable } from 'kysely';
import type { ControlTables, TokensTable } from '../schema/tables.ts';

export type TokenRow = Selectable<TokensTable>;

export async function findToken(db: Kysely<ControlTables>, id: string): Promise<TokenRow | undefined> {
  return db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findTokenByHash(db: Kysely<ControlTables>, hash: string): Promise<TokenRow | undefined> {
  return db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** Newest first, behind the row with these keys. */
export async function listTokenRows(
  db: Kysely<ControlTables>,
  after: readonly [createdAt: number, id: string] | undefined,
  limit: number,
): Promise<TokenRow[]> {
  let query = db.selectFrom('tokens').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (after !== undefined) {
    const [createdAt, id] = after;
    query = query.where((where) =>
      where.or([where('created_at', '<', createdAt), where.and([where('created_at', '=', createdAt), where('id', '<', id)])]),
    );
  }
  return query.execute();
}

/** The row that was deleted; undefined: there was none. */
export async function deleteToken(tx: Transaction<ControlTables>, id: string): Promise<TokenRow | undefined> {
  return tx.deleteFrom('tokens').where('id', '=', id).returningAll().executeTakeFirst();
}

/** Notes the use, unless one not older than `notBeforeMs` is noted already. */
export async function noteTokenUse(tx: Transaction<ControlTables>, id: string, nowMs: number, notBeforeMs: number): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({ last_used_at: nowMs })
    .where('id', '=', id)
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', notBeforeMs)]))
    .execute();
}
