import type { Migration } from '@gatehouse/database';
import { createTables } from './migrations/0001-create-tables.ts';

/** What makes the control plane's tables, in order; see `migrate`. Nothing that was released is changed: a change is a new one. */
export const MIGRATIONS: readonly Migration[] = [createTables];
