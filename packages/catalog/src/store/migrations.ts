import { type Database, type Migration, migrate } from '@gatehouse/database';
import { createTables } from './migrations/0001-create-tables.ts';
import { createProviderStates } from './migrations/0002-provider-states.ts';

/** What makes the catalog's tables, in order. Nothing that was released is changed: a change is a new one. */
export const CATALOG_MIGRATIONS: readonly Migration[] = [createTables, createProviderStates];

/** Makes or updates the catalog's tables; see `migrate`. */
export function migrateCatalog<Schema>(database: Database<Schema>): Promise<void> {
  return migrate(database, CATALOG_MIGRATIONS, 'catalog');
}
