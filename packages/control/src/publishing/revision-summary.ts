import type { apis } from '@gatehouse/contract/management';
import type { Kysely, Selectable } from 'kysely';
import type { z } from 'zod';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ControlTables, RevisionsTable } from '../schema/tables.ts';

/** A revision without its large texts. */
export type RevisionHead = Omit<Selectable<RevisionsTable>, 'content' | 'document' | 'api_id'>;

export const REVISION_HEAD = [
  'number',
  'content_hash',
  'operations',
  'created_at',
  'created_by',
  'comment',
] as const satisfies readonly (keyof RevisionHead)[];

/** Where an API is live: environments by revision. */
export async function readEnvironments(db: Kysely<ControlTables>, apiId: string): Promise<ReadonlyMap<number, string[]>> {
  const rows = await db
    .selectFrom('publications')
    .select(['revision', 'environment'])
    .where('api_id', '=', apiId)
    .orderBy('environment')
    .execute();
  const environments = new Map<number, string[]>();
  for (const { revision, environment } of rows) environments.set(revision, [...(environments.get(revision) ?? []), environment]);
  return environments;
}

type RevisionSummary = z.input<typeof apis.listRevisions.result>['items'][number];

export function toRevisionSummary(row: RevisionHead, environments: ReadonlyMap<number, string[]>): RevisionSummary {
  return {
    number: row.number,
    hash: row.content_hash,
    comment: row.comment,
    createdAt: toTimestamp(row.created_at),
    createdBy: row.created_by,
    operations: row.operations,
    environments: environments.get(row.number) ?? [],
  };
}
