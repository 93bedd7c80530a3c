import { isUniqueViolation, type Transaction } from '@gatehouse/database';
import type { Kysely, Selectable } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { notFound, Refusal, refuseStale } from '../operation/refusal.ts';
import type { AppsTable, ControlTables } from '../schema/tables.ts';
import { beginAppsChange } from './app-changed.ts';
import { addToSums } from './credentials-state.ts';

export type AppRow = Selectable<AppsTable>;

export async function findApp(db: Kysely<ControlTables>, name: string): Promise<AppRow | undefined> {
  return db.selectFrom('apps').selectAll().where('name', '=', name).executeTakeFirst();
}

/** The app, if the caller may see it; refused as if there were none otherwise. */
export async function visibleApp(db: Kysely<ControlTables>, name: string, caller: Caller): Promise<AppRow> {
  const app = await findApp(db, name);
  if (app === undefined || !caller.canSee(app.owner)) throw notFound('app', name);
  return app;
}

export interface ChangeOfApp {
  caller: Caller;
  ifMatch: number | undefined;
  nowMs: number;
  /** Nodes are to hear of it: `writeDigests` is called afterwards. */
  isTold: boolean;
}

/**
 * The app, if the caller may change it and means this version of it, with its next version: from here to the end of the transaction
 * nobody else changes it, and what is read of it is as it is.
 */
export async function beginChange(
  tx: Transaction<ControlTables>,
  name: string,
  { caller, ifMatch, nowMs, isTold }: ChangeOfApp,
): Promise<AppRow> {
  const { id } = await visibleApp(tx, name, caller);
  if (isTold) await beginAppsChange(tx, [id], nowMs);
  const app = await tx
    .updateTable('apps')
    .set((column) => ({ version: column('version', '+', 1), updated_at: nowMs }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  // It may have been renamed, handed over or deleted while we waited for whoever changed it.
  if (app === undefined || app.name !== name || !caller.canChange(app.owner)) throw notFound('app', name);
  refuseStale({ version: app.version - 1 }, ifMatch);
  return app;
}

export interface NewApp {
  /** `newId`; in the change log already. */
  id: string;
  name: string;
  owner: string | null;
  description: string | null;
  managedBy: string | null;
}

/** Throws `Refusal` `resource.exists`. Its digests are written by `writeDigests`. */
export async function insertApp(tx: Transaction<ControlTables>, app: NewApp, nowMs: number): Promise<AppRow> {
  const row: AppRow = {
    id: app.id,
    name: app.name,
    owner: app.owner,
    description: app.description,
    digest_a: 0,
    digest_b: 0,
    managed_by: app.managedBy,
    version: 1,
    created_at: nowMs,
    updated_at: nowMs,
  };
  await refusingDuplicates(app.name, tx.insertInto('apps').values(row).execute());
  await addToSums(tx, 1, [0, 0]);
  return row;
}

/** Throws `Refusal` `resource.exists`. */
export async function updateAppRow(
  tx: Transaction<ControlTables>,
  before: AppRow,
  change: Partial<Pick<AppRow, 'name' | 'owner' | 'description' | 'managed_by' | 'version' | 'updated_at'>>,
): Promise<AppRow> {
  if (Object.keys(change).length === 0) return before;
  const updated = tx.updateTable('apps').set(change).where('id', '=', before.id).returningAll().executeTakeFirstOrThrow();
  return refusingDuplicates(change.name ?? before.name, updated);
}

/** Deletes an app with its credentials and authorizations. It is in the change log already. */
export async function deleteAppRow(tx: Transaction<ControlTables>, id: string): Promise<void> {
  const row = await tx.deleteFrom('apps').where('id', '=', id).returning(['digest_a', 'digest_b']).executeTakeFirst();
  if (row !== undefined) await addToSums(tx, -1, [-row.digest_a, -row.digest_b]);
}

async function refusingDuplicates<T>(name: string, statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('resource.exists', `The name "${name}" is taken`);
    throw error;
  }
}
