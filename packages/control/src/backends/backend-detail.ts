import type { BackendType } from '@gatehouse/contract';
import type { backends } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { BackendRow } from './backend-rows.ts';
import { publishedOn } from './published-on.ts';

/** A backend service with its definitions, the drafts that use it, and what is published on it where (B05); APIs that the caller may see. */
export async function readBackendDetail(
  db: Kysely<ControlTables>,
  caller: Caller,
  row: BackendRow,
): Promise<z.input<typeof backends.backendDetail>> {
  const definitions = await db
    .selectFrom('backend_definitions')
    .select(['environment', 'written', 'updated_at'])
    .where('backend_id', '=', row.id)
    .orderBy('environment')
    .execute();
  const published = (await publishedOn(db, row.id)).filter(({ owner }) => caller.canSee(owner));
  const drafts = await db
    .selectFrom('api_backends')
    .innerJoin('apis', 'apis.id', 'api_backends.api_id')
    .select(['apis.name', 'apis.owner'])
    .where('api_backends.backend_id', '=', row.id)
    .orderBy('apis.name')
    .execute();
  return {
    ...toBackendSummary(
      row,
      definitions.map(({ environment }) => environment),
    ),
    definitions: Object.fromEntries(
      definitions.map(({ environment, written, updated_at }) => [
        environment,
        {
          definition: JSON.parse(written) as Record<string, unknown>,
          updatedAt: toTimestamp(updated_at),
          published: published
            .filter((publication) => publication.environment === environment)
            .map(({ api, revision }) => ({ api, revision })),
        },
      ]),
    ),
    drafts: drafts.filter(({ owner }) => caller.canSee(owner)).map(({ name }) => name),
  };
}

/** `environments`: where it is defined. */
export function toBackendSummary(row: BackendRow, environments: string[]): z.input<typeof backends.backendSummary> {
  return {
    name: row.name,
    type: row.type as BackendType,
    description: row.description,
    owner: row.owner,
    environments,
    version: row.version,
    managedBy: row.managed_by,
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
  };
}
