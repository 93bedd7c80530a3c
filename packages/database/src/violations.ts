import { property } from './errors.ts';

/** Which constraint a statement violated, as far as the database tells. */
export interface Violation {
  table?: string;
  /** Columns of the constraint; empty when not told. */
  columns: string[];
  /** The constraint's name; PostgreSQL only. */
  constraint?: string;
}

// Extended result codes: https://sqlite.org/rescode.html
const SQLITE_UNIQUE = new Set([1555, 2067, 2579]);
const SQLITE_FOREIGN_KEY = new Set([787]);

/** Whether the statement failed because a row with this key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return uniqueViolation(error) !== undefined;
}

/** As `isUniqueViolation`, with the columns. */
export function uniqueViolation(error: unknown): Violation | undefined {
  if (property(error, 'code') === '23505') return postgresViolation(error);
  const errcode = property(error, 'errcode');
  if (typeof errcode === 'number' && SQLITE_UNIQUE.has(errcode)) return sqliteViolation(error);
  return undefined;
}

/** Whether the statement failed because a row refers to one that does not exist, or is referred to. */
export function isForeignKeyViolation(error: unknown): boolean {
  const errcode = property(error, 'errcode');
  return property(error, 'code') === '23503' || (typeof errcode === 'number' && SQLITE_FOREIGN_KEY.has(errcode));
}

function postgresViolation(error: unknown): Violation {
  const { table, constraint, detail } = error as { table?: unknown; constraint?: unknown; detail?: unknown };
  const violation: Violation = { columns: [] };
  if (typeof table === 'string') violation.table = table;
  if (typeof constraint === 'string') violation.constraint = constraint;
  // `Key (api, environment)=(…) already exists.`: only the names; the values may be secrets.
  if (typeof detail === 'string' && detail.startsWith('Key (')) {
    const end = detail.indexOf(')=(');
    if (end > 0) violation.columns = detail.slice('Key ('.length, end).split(', ');
  }
  return violation;
}

function sqliteViolation(error: unknown): Violation {
  // `UNIQUE constraint failed: publications.api, publications.environment`
  const message = String(property(error, 'message'));
  const list = message.slice(message.indexOf(': ') + 2).split(', ');
  const violation: Violation = { columns: [] };
  for (const item of list) {
    const [table, column] = item.split('.');
    if (table === undefined || column === undefined) continue;
    violation.table = table;
    violation.columns.push(column);
  }
  return violation;
}
