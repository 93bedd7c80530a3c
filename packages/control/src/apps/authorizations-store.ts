import type { apps } from '@gatehouse/contract/management';
import { isForeignKeyViolation, type Transaction } from '@gatehouse/database';
import type { Kysely, Selectable } from 'kysely';
import type { z } from 'zod';
import { Refusal } from '../operation/refusal.ts';
import { toTimestamp, toTimestampOrNull } from '../operation/timestamp.ts';
import type { AuthorizationsTable, ControlTables } from '../schema/tables.ts';

export type AuthorizationRow = Selectable<AuthorizationsTable>;

/** With the names of what it links. */
export interface NamedAuthorization extends AuthorizationRow {
  app: string;
  api: string;
}

export function selectAuthorizations(db: Kysely<ControlTables>) {
  return db
    .selectFrom('authorizations')
    .innerJoin('apps', 'apps.id', 'authorizations.app_id')
    .innerJoin('apis', 'apis.id', 'authorizations.api_id')
    .selectAll('authorizations')
    .select(['apps.name as app', 'apis.name as api']);
}

/** Inserts it, or finds the one that there is, which is left as it is. */
export async function insertAuthorization(
  tx: Transaction<ControlTables>,
  row: AuthorizationRow,
): Promise<{ row: AuthorizationRow; inserted: boolean }> {
  const inserted = await refusingUnknown(
    tx
      .insertInto('authorizations')
      .values(row)
      .onConflict((conflict) => conflict.columns(['app_id', 'api_id', 'environment']).doNothing())
      .returningAll()
      .executeTakeFirst(),
  );
  if (inserted !== undefined) return { row: inserted, inserted: true };
  const existing = await tx
    .selectFrom('authorizations')
    .selectAll()
    .where('app_id', '=', row.app_id)
    .where('api_id', '=', row.api_id)
    .where('environment', '=', row.environment)
    .executeTakeFirstOrThrow();
  return { row: existing, inserted: false };
}

export function toAuthorization(row: NamedAuthorization): z.output<typeof apps.authorization> {
  return {
    id: row.id,
    app: row.app,
    api: row.api,
    environment: row.environment,
    expiresAt: toTimestampOrNull(row.expires_at),
    createdAt: toTimestamp(row.created_at),
    createdBy: row.created_by,
  };
}

/** App or API may have been deleted since it was looked up. */
async function refusingUnknown<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new Refusal('reference.unknown', 'The app or the API was deleted at the same moment');
    throw error;
  }
}
