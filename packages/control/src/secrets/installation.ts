import { timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from './installation-key.ts';
import { InstallationKeyError, KEY_VARIABLE, type KeySource, loadInstallationKey } from './load-installation-key.ts';

/**
 * Loads the installation's key and holds it against the database; the first node of a new database registers its own.
 * Throws `InstallationKeyError` when it is another key: what is stored could be neither opened nor recognized with it.
 */
export async function openInstallation(database: Database<ControlTables>, source: KeySource): Promise<InstallationKey> {
  const { key, created } = await loadInstallationKey(source);
  if (await matches(database, key)) return key;
  // A key that was made a moment ago and fits nothing must not stand in the place of the right one.
  if (created !== undefined) await rm(created, { force: true });
  const what = created === undefined ? 'is not the one' : 'is missing';
  throw new InstallationKeyError(
    `The installation key ${what} of the database ${database.location}: ` +
      `every control node needs the same, as ${KEY_VARIABLE} or as installation.key of the first node's data directory`,
  );
}

async function matches(database: Database<ControlTables>, key: InstallationKey): Promise<boolean> {
  const check = key.deriveKey('check').toString('base64url');
  const stored = await database.transaction(async (tx) => {
    // The second of two nodes that start on a new database waits here for the first, and then finds its row.
    await tx
      .insertInto('installation')
      .values({ id: 1, key_check: check, created_at: Date.now() })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    return (await tx.selectFrom('installation').select('key_check').where('id', '=', 1).executeTakeFirstOrThrow()).key_check;
  });
  const [a, b] = [Buffer.from(stored), Buffer.from(check)];
  return a.length === b.length && timingSafeEqual(a, b);
}
