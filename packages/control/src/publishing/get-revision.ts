import { apis } from '@gatehouse/contract/management';
import { replaceBackends } from '../import/replace-backends.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import { findApi } from './api-rows.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { REVISION_HEAD, readEnvironments, toRevisionSummary } from './revision-summary.ts';
import { readBackendNames } from './revision-texts.ts';

export function getRevision({ database }: PublishingDependencies): Implementation {
  return implement(apis.getRevision, async ({ caller, params }) =>
    database.snapshot(async (tx) => {
      const api = await findApi(tx, caller, params.name);
      const row = await tx
        .selectFrom('revisions')
        .select([...REVISION_HEAD, 'content'])
        .where('api_id', '=', api.id)
        .where('number', '=', params.revision)
        .executeTakeFirst();
      if (row === undefined) throw notFound('revision', `${api.name} ${params.revision}`);
      const names = await readBackendNames(tx, caller, api.id, params.revision);
      const content = replaceBackends(JSON.parse(row.content) as RevisionContent, (id) => names[id] ?? id);
      return { body: { ...toRevisionSummary(row, await readEnvironments(tx, api.id)), content: { ...content } } };
    }),
  );
}
