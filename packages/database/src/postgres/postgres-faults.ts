import { DatabaseUnavailableError, property } from '../errors.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const REASONS_BY_STATE: ReadonlyMap<string, string> = new Map([
  ['57014', 'took too long'],
  ['55P03', 'took too long to get a lock'],
  ['25006', 'is read-only'],
  ['25P03', 'ended a transaction that was idle for too long'],
  ['53100', 'has no disk space left'],
  ['53300', 'has no connection left'],
  ['57P01', 'is shutting down'],
  ['57P02', 'has crashed'],
  ['57P03', 'is starting or shutting down'],
  ['3D000', 'has no such database'],
  ['28P01', 'refuses the password'],
  ['28000', 'refuses the user'],
]);
/** Whole classes: connection exception, insufficient resources, system error. */
const CLASSES: readonly string[] = ['08', '53', '58'];

/** What an error of a statement means to those above: unavailable, or itself. */
export function fromPostgresError(error: unknown, location: string): unknown {
  const code = property(error, 'code');
  if (typeof code === 'string' && isState(code)) {
    const reason = REASONS_BY_STATE.get(code) ?? (CLASSES.includes(code.slice(0, 2)) ? `is in trouble (${code})` : undefined);
    return reason === undefined ? error : new DatabaseUnavailableError(`PostgreSQL at ${location} ${reason}`, { cause: error });
  }
  return error;
}

/** What an error of connecting means: always that the database is not to be had, whatever the driver says. */
export function fromConnectError(error: unknown, location: string): DatabaseUnavailableError {
  const known = fromPostgresError(error, location);
  if (known instanceof DatabaseUnavailableError) return known;
  const code = property(error, 'code');
  const detail = typeof code === 'string' ? ` (${code})` : '';
  return new DatabaseUnavailableError(`PostgreSQL at ${location} cannot be reached${detail}`, { cause: error });
}

/** Serialization failure, deadlock: the server asks for the transaction to be run again. */
export function isRetryable(error: unknown): boolean {
  const code = property(error, 'code');
  return code === '40001' || code === '40P01';
}

/** Whether this is an SQLSTATE and not a code of the operating system such as ECONNRESET. */
export function isState(code: string): boolean {
  return code.length === 5 && code[0] !== 'E';
}
