import { setImmediate } from 'node:timers/promises';
import { type AppRecord, addDigest, type CredentialsState } from '@gatehouse/contract';
import type { Database, Transaction } from '@gatehouse/database';
import { newestChange } from '../changes/newest-change.ts';
import type { CredentialsSource } from '../nodes/sources.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { readAppRecords } from './app-records.ts';
import { readSums } from './credentials-state.ts';
import { appCodeKey } from './credentials-store.ts';

/** Apps that are read and opened at a time: some milliseconds. */
const PIECE = 500;
/** More changes than these are better sent as everything, which needs no more memory for more apps. */
const CHANGES_MAX = 5_000;

/** Credentials as the tables have them. */
export class StoredCredentials implements CredentialsSource {
  readonly codeKey: string;
  readonly #database: Database<ControlTables>;
  readonly #key: InstallationKey;

  constructor({ database, key }: { database: Database<ControlTables>; key: InstallationKey }) {
    this.#database = database;
    this.#key = key;
    this.codeKey = appCodeKey(key);
  }

  async state(): Promise<CredentialsState> {
    return this.#database.snapshot((tx) => this.#readState(tx));
  }

  async since(cursor: number): Promise<{ apps: AppRecord[]; removed: string[]; state: CredentialsState } | null> {
    return this.#database.snapshot(async (tx) => {
      const state = await this.#readState(tx);
      const ids = await readChanged(tx, cursor, state.cursor);
      if (ids === null) return null;
      const apps: AppRecord[] = [];
      for (let start = 0; start < ids.length; start += PIECE) {
        const rows = await tx
          .selectFrom('apps')
          .select(['id', 'name', 'owner'])
          .where('id', 'in', ids.slice(start, start + PIECE))
          .execute();
        apps.push(...(await readAppRecords(tx, this.#key, rows)));
      }
      const found = new Set(apps.map(({ id }) => id));
      return { apps, removed: ids.filter((id) => !found.has(id)), state };
    });
  }

  /**
   * Every app, piece by piece, without holding a view of the database open for as long as a slow node takes. The state tells what was
   * sent: the cursor is that of the beginning, the sums are those of the pieces. Changes made meanwhile may be in them or not, and come
   * again as changes since that cursor, removals too.
   */
  async *all(): AsyncGenerator<{ apps: AppRecord[]; state?: CredentialsState }> {
    const cursor = await newestChange(this.#database.read, 'app');
    let count = 0;
    let sums: [number, number] = [0, 0];
    let last = '';
    for (;;) {
      const piece = await this.#database.snapshot(async (tx) => {
        const rows = await tx
          .selectFrom('apps')
          .select(['id', 'name', 'owner', 'digest_a', 'digest_b'])
          .where('id', '>', last)
          .orderBy('id')
          .limit(PIECE)
          .execute();
        return { rows, apps: await readAppRecords(tx, this.#key, rows) };
      });
      for (const { digest_a, digest_b } of piece.rows) sums = addDigest(sums, [digest_a, digest_b]);
      count += piece.rows.length;
      last = piece.rows.at(-1)?.id ?? last;
      if (piece.rows.length < PIECE) {
        yield { apps: piece.apps, state: { cursor, count, sums } };
        return;
      }
      yield { apps: piece.apps };
      // SQLite answers at once: requests must get their turn between two pieces.
      await setImmediate();
    }
  }

  async #readState(tx: Transaction<ControlTables>): Promise<CredentialsState> {
    return { cursor: await newestChange(tx, 'app'), ...(await readSums(tx)) };
  }
}

/**
 * Whether the log has every change of an app after `cursor`. What was cut is all that came before its oldest change of an app, unless
 * what lies between the two is there without a gap: numbers leave none out. (Not its oldest entry: the newest snapshot may be older.)
 */
async function reachesBack(tx: Transaction<ControlTables>, cursor: number): Promise<boolean> {
  const oldest = await tx.selectFrom('changes').select('number').where('kind', '=', 'app').orderBy('number').limit(1).executeTakeFirst();
  if (oldest === undefined) return false;
  if (cursor >= oldest.number - 1) return true;
  const { count } = await tx
    .selectFrom('changes')
    .select((changes) => changes.fn.countAll<number>().as('count'))
    .where('number', '>', cursor)
    .where('number', '<', oldest.number)
    .executeTakeFirstOrThrow();
  return Number(count) === oldest.number - 1 - cursor;
}

/** Ids of the apps that changed after `cursor`; null when the log does not reach back so far, or not forward, or there are too many. */
async function readChanged(tx: Transaction<ControlTables>, cursor: number, newest: number): Promise<string[] | null> {
  if (cursor === newest) return [];
  if (cursor > newest) return null;
  if (!(await reachesBack(tx, cursor))) return null;
  const rows = await tx
    .selectFrom('changes')
    .select('key')
    .distinct()
    .where('kind', '=', 'app')
    .where('number', '>', cursor)
    .limit(CHANGES_MAX + 1)
    .execute();
  return rows.length > CHANGES_MAX ? null : rows.map(({ key }) => key);
}
