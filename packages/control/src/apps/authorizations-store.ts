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

export async function findAuthorization(
  db: Kysely<ControlTables>,
  appId: string,
  apiId: string,
  environment: string,
): Promise<AuthorizationRow | undefined> {
  return db
    .selectFrom('authorizations')
    .selectAll()
    .where('app_id', '=', appId)
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .executeTakeFirst();
}

/** To be called when a number of the change log has been taken and there is none yet. Throws `Refusal` `reference.unknown`. */
export async function insertAuthorization(tx: Transaction<ControlTables>, row: AuthorizationRow): Promise<void> {
  await refusingUnknown(tx.insertInto('authorizations').values(row).execute());
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
