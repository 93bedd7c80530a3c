export type { Kysely, Transaction } from 'kysely';
export type { Database, DatabaseLog, Leadership, Notifier, TransactionOptions } from './database.ts';
export { DatabaseInUseError, DatabaseUnavailableError } from './errors.ts';
export type { ColumnTypes } from './migrations/column-types.ts';
export { type Migration, type MigrationSchema, migrate, SchemaTooNewError } from './migrations/migrate.ts';
export { type OpenOptions, openDatabase } from './open-database.ts';
export { notify } from './run-transaction.ts';
export { takeNumber } from './take-number.ts';
export { isForeignKeyViolation, isUniqueViolation, uniqueViolation, type Violation } from './violations.ts';
