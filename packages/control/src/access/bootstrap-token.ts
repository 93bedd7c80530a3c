import type { Database, Transaction } from '@gatehouse/database';
import { type Actor, recordAudit } from '../audit/record-audit.ts';
import type { ControlTables } from '../schema/tables.ts';
import { newAccessToken } from '../secrets/credentials.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { toToken } from './to-token.ts';
import { deleteToken } from './tokens-store.ts';

/** A fixed id, so that two nodes that start on a new database make one token and not two. */
const ID = 'bootstrap';
export const ADMIN_TOKEN_VARIABLE = 'GATEHOUSE_ADMIN_TOKEN';
const LENGTH_MIN = 24;
const SYSTEM: Actor = { name: 'system', address: null, requestId: null };

/** The admin token that was set cannot be used. The message says why, and nothing of the token. */
export class AdminTokenError extends Error {
  override readonly name = 'AdminTokenError';
}

export interface BootstrapOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  /** `GATEHOUSE_ADMIN_TOKEN`. */
  given: string | undefined;
  nowMs?: number;
}

/**
 * Sees to it that there is a way in: without any admin token that counts, one is made and returned, to be printed this once. `given`
 * replaces the token that was made or given at an earlier start. Throws `AdminTokenError`.
 */
export async function ensureAdminToken({ database, key, given, nowMs = Date.now() }: BootstrapOptions): Promise<string | undefined> {
  if (given !== undefined) {
    checkGiven(given);
    await database.transaction((tx) => replaceToken(tx, key.hashToken(given), nowMs));
    return undefined;
  }
  return database.transaction(async (tx) => {
    const usable = await tx
      .selectFrom('tokens')
      .select('id')
      .where('role', '=', 'admin')
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
      .limit(1)
      .executeTakeFirst();
    if (usable !== undefined) return undefined;
    const token = newAccessToken();
    // Of two nodes that start at once the second finds the row of the first, and has nothing to print.
    return (await insertToken(tx, key.hashToken(token), nowMs)) ? token : undefined;
  });
}

function checkGiven(given: string): void {
  if (given.length < LENGTH_MIN)
    throw new AdminTokenError(`${ADMIN_TOKEN_VARIABLE} is too short: it should have ${LENGTH_MIN} characters at least`);
  if (!/^[\x21-\x7e]{1,512}$/.test(given)) {
    throw new AdminTokenError(`${ADMIN_TOKEN_VARIABLE} should have 512 printable ASCII characters at most, and no spaces`);
  }
}

async function replaceToken(tx: Transaction<ControlTables>, hash: string, nowMs: number): Promise<void> {
  const known = await tx.selectFrom('tokens').select(['role', 'expires_at']).where('hash', '=', hash).executeTakeFirst();
  if (known !== undefined) {
    if (known.role === 'admin' && known.expires_at === null) return;
    const what = known.role === 'admin' ? 'that expires' : `of the role ${known.role}`;
    throw new AdminTokenError(`${ADMIN_TOKEN_VARIABLE} is a token ${what} already: choose another, or revoke that one first`);
  }
  const replaced = await deleteToken(tx, ID);
  if (replaced !== undefined) {
    const entry = { action: 'tokens.revoke', resource: `tokens/${ID}`, owner: null, before: toToken(replaced) };
    await recordAudit(tx, SYSTEM, entry, nowMs);
  }
  await insertToken(tx, hash, nowMs);
}

async function insertToken(tx: Transaction<ControlTables>, hash: string, nowMs: number): Promise<boolean> {
  const inserted = await tx
    .insertInto('tokens')
    .values({
      id: ID,
      name: ID,
      hash,
      role: 'admin',
      teams: '[]',
      created_at: nowMs,
      created_by: 'system',
      expires_at: null,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) return false;
  const after = { name: ID, role: 'admin', teams: [] };
  await recordAudit(tx, SYSTEM, { action: 'tokens.create', resource: `tokens/${ID}`, owner: null, after }, nowMs);
  return true;
}
