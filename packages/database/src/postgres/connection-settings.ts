import { types } from 'pg';

/** For connecting, and for waiting for a connection of the pool. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** After which the server gives up a statement. */
export const STATEMENT_TIMEOUT_MS = 15_000;

const APPLICATION = 'gatehouse';

/** What every connection has in common. Credentials are in it: not for logs. */
export function connectionSettings(url: string, options: readonly string[] = []) {
  return {
    connectionString: url,
    application_name: APPLICATION,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
    // The server notices in 25 s that a client is gone whose machine has died, and drops its locks.
    options: ['tcp_keepalives_idle=10', 'tcp_keepalives_interval=5', 'tcp_keepalives_count=3', ...options].map((o) => `-c ${o}`).join(' '),
  };
}

/** Host, port and database of a URL, for messages: without user, password and parameters. */
export function locationOf(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `${host === '' ? (searchParams.get('host') ?? 'localhost') : host}${pathname}`;
  } catch (cause) {
    // Not with the text: it may hold a password, and so may the message of the cause.
    throw new Error(
      `The database URL cannot be read: it should be postgresql://user@host:5432/name (${cause instanceof Error ? cause.name : 'error'})`,
    );
  }
}

const BOOL = 16;
const INT8 = 20;
const JSON_TEXT = 114;
const NUMERIC = 1700;
const JSON_BINARY = 3802;

/** Values come as SQLite gives them: numbers for integers of any size, 0 and 1 for booleans, JSON as text. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (format !== 'binary') {
    switch (oid) {
      case BOOL:
        return (text: string) => (text === 't' ? 1 : 0);
      case INT8:
        return toSafeInteger;
      case NUMERIC:
        return Number;
      case JSON_TEXT:
      case JSON_BINARY:
        return (text: string) => text;
    }
  }
  return types.getTypeParser(oid, format);
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`An integer in the database is too large: ${text}`);
  return value;
}
