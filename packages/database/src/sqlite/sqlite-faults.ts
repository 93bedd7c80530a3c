import { DatabaseUnavailableError, property } from '../errors.ts';

/** Primary result codes (https://sqlite.org/rescode.html) that say that the file, not the statement, is the trouble. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [5, 'is locked by another program'],
  [6, 'is locked'],
  [8, 'is read-only'],
  [10, 'cannot be read or written (input/output error)'],
  [11, 'is damaged'],
  [13, 'cannot grow: the disk is full'],
  [14, 'cannot be opened'],
  [26, 'is not an SQLite database'],
]);

/** What `error` means to those above: unavailable, or itself. */
export function fromSqliteError(error: unknown, file: string): unknown {
  const errcode = property(error, 'errcode');
  const reason = typeof errcode === 'number' ? REASONS.get(errcode & 0xff) : undefined;
  return reason === undefined ? error : new DatabaseUnavailableError(`The database ${file} ${reason}`, { cause: error });
}
