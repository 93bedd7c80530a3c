import { DatabaseSync } from 'node:sqlite';
import { DatabaseInUseError, property } from '../errors.ts';
import { fromSqliteError } from './sqlite-faults.ts';

const BUSY = 5;

/**
 * Keeps other processes off `file` until the answer is called or this process ends, however it ends.
 * The lock is that of an empty SQLite database beside it: the system drops it with the process, so that no stale one stays behind
 * as a file with a process number would.
 */
export function lockDatabaseFile(file: string): () => void {
  const path = `${file}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock?.close();
    const errcode = property(error, 'errcode');
    if (typeof errcode === 'number' && (errcode & 0xff) === BUSY) {
      throw new DatabaseInUseError(
        `Another process is using ${file}: stop it, or give this one another data directory, or use PostgreSQL for several`,
        { cause: error },
      );
    }
    throw fromSqliteError(error, path);
  }
  const held = lock;
  return () => held.close();
}
