import type { Kysely, Transaction } from '@gatehouse/database';
import type { Insertable, Selectable } from 'kysely';
import type { CatalogTables, ProviderTable } from './tables.ts';

type Tx = Transaction<CatalogTables>;
export type ProviderRow = Selectable<ProviderTable>;

/** Who feeds the catalog, for those who look at its state. */
export interface KnownProvider {
  name: string;
  type: string;
  target: string;
}

/** How a scan went. Times are ms since 1970. */
export interface ScanRecord {
  startedAt: number;
  /** Its duration. */
  ms: number;
  changed: number;
  removed: number;
  /** Why it failed; absent: it went through. */
  error?: string | undefined;
  /** Undefined: as it was. */
  entities?: number | undefined;
  /** When the next one begins; null: when somebody asks; undefined: as it was. */
  nextAt?: number | null | undefined;
}

/** All providers, in the order of the configuration. */
export function readProviders(db: Kysely<CatalogTables>): Promise<ProviderRow[]> {
  return db.selectFrom('catalog_providers').selectAll().orderBy('position').orderBy('name').execute();
}

/** Says which providers there are, when each is first scanned, and that no scan is running; others than these and `kept` are forgotten. */
export async function registerProviders(
  tx: Tx,
  providers: readonly (KnownProvider & { nextAt: number })[],
  kept: readonly string[],
): Promise<void> {
  const names = [...providers.map(({ name }) => name), ...kept];
  await tx.deleteFrom('catalog_providers').where('name', 'not in', names).execute();
  for (const [position, { nextAt, ...provider }] of providers.entries()) {
    const state = { ...provider, position, requested_at: null, scanning_since: null, next_at: nextAt };
    await tx
      .insertInto('catalog_providers')
      .values({ ...emptyRow(provider), ...state })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(state))
      .execute();
  }
}

export async function markScanning(tx: Tx, name: string, since: number): Promise<void> {
  await tx.updateTable('catalog_providers').set({ scanning_since: since }).where('name', '=', name).execute();
}

/** Writes how a scan went, with which it has ended. */
export async function saveScan(tx: Tx, provider: KnownProvider, scan: ScanRecord): Promise<void> {
  const { startedAt, ms, changed, removed, error, entities, nextAt } = scan;
  const endedAt = startedAt + ms;
  const row = {
    ...provider,
    scanning_since: null,
    scanned_at: startedAt,
    ms,
    changed,
    removed,
    error: error ?? null,
    ...(error === undefined ? { good_at: endedAt, error_since: null } : {}),
    ...(entities === undefined ? {} : { entities }),
    ...(nextAt === undefined ? {} : { next_at: nextAt }),
  };
  await tx
    .insertInto('catalog_providers')
    .values({ ...emptyRow(provider), ...row, error_since: error === undefined ? null : endedAt })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        ...row,
        // It has been failing since it began to.
        ...(error === undefined ? {} : { error_since: eb.fn.coalesce('catalog_providers.error_since', eb.val(endedAt)) }),
      })),
    )
    .execute();
}

/** Asks for a scan. False: there is no such provider. */
export async function requestScan(tx: Tx, name: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('catalog_providers')
    .set({ requested_at: at })
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Which providers somebody wants to have scanned, from now on as scanning: each request is taken once. */
export async function takeScanRequests(tx: Tx, at: number): Promise<string[]> {
  const rows = await tx
    .updateTable('catalog_providers')
    .set({ requested_at: null, scanning_since: at })
    .where('requested_at', 'is not', null)
    .returning('name')
    .execute();
  return rows.map(({ name }) => name);
}

function emptyRow(provider: KnownProvider): Insertable<ProviderTable> {
  return {
    ...provider,
    // Behind those of the configuration.
    position: 1_000_000,
    entities: 0,
    requested_at: null,
    scanning_since: null,
    scanned_at: null,
    ms: null,
    changed: null,
    removed: null,
    good_at: null,
    error: null,
    error_since: null,
    next_at: null,
  };
}
