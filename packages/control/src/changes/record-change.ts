import { notify, type Transaction, takeNumber } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';

/** `snapshot`: what is live changed. `app`: the record of an app changed or is gone. */
export type ChangeKind = 'snapshot' | 'app';

/** The channel on which listeners are woken when a change is committed; see `Notifier`. */
export const CHANGES_CHANNEL = 'gatehouse_changes';

/**
 * Writes to the change log, in the change's own transaction. The number is also that of the snapshot that first holds the change: taking
 * it locks out other changes until this one commits, so numbers become visible in order. Take it before reading what the change depends
 * on, when it must not be overtaken.
 */
export async function recordChange(tx: Transaction<ControlTables>, kind: ChangeKind, key: string, atMs: number): Promise<number> {
  const number = await takeNumber(tx, 'changes');
  await tx.insertInto('changes').values({ number, kind, key, at: atMs }).execute();
  await notify(tx, CHANGES_CHANNEL);
  return number;
}
