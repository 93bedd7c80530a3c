import type { Transaction } from '@gatehouse/database';
import type { Actor } from '../audit/record-audit.ts';
import type { ControlTables } from '../schema/tables.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';
import type { AppsDependencies } from './dependencies.ts';

/** Who applies what a file declares: `managedBy` is `file`. */
export interface Managed {
  tx: Transaction<ControlTables>;
  key: AppsDependencies['key'];
  actor: Actor;
  managedBy: string;
  nowMs: number;
  /** Ids of the apps that were changed: whoever hands it in calls `writeDigests` for them at the end, for many at a time. */
  changed?: Set<string>;
}

/** Begins a change of an app; once for each, where they are collected. */
export async function beginManaged({ tx, nowMs, changed }: Managed, id: string): Promise<void> {
  if (changed?.has(id) !== true) await beginAppsChange(tx, [id], nowMs);
  changed?.add(id);
}

/** Ends it. */
export async function endManaged({ tx, key, changed }: Managed, id: string): Promise<void> {
  if (changed === undefined) await writeDigests(tx, key, [id]);
}
