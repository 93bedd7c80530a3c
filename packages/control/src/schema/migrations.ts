import type { Migration } from '@gatehouse/database';
import { createTables } from './migrations/0001-create-tables.ts';
import { createSessions } from './migrations/0002-sessions.ts';
import { createTraffic } from './migrations/0003-traffic.ts';
import { createAccessRequests } from './migrations/0004-access-requests.ts';
import { indexActivity } from './migrations/0005-activity.ts';

/** What makes the control plane's tables, in order; see `migrate`. Nothing that was released is changed: a change is a new one. */
export const MIGRATIONS: readonly Migration[] = [createTables, createSessions, createTraffic, createAccessRequests, indexActivity];
