import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { findApi } from './api-rows.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { readRevisionTexts } from './revision-texts.ts';

export function diffRevisions({ database, importer }: PublishingDependencies): Implementation {
  return implement(apis.diffRevisions, async ({ caller, params, query }) => {
    const against = query.against ?? (params.revision > 1 ? params.revision - 1 : null);
    const pair = await database.snapshot(async (tx) => {
      const api = await findApi(tx, caller, params.name);
      const after = await readRevisionTexts(tx, caller, api, params.revision);
      return against === null ? null : { before: await readRevisionTexts(tx, caller, api, against), after };
    });
    const diff = pair === null ? { breaking: false, changes: [] } : await importer.compare(pair.before, pair.after, caller.subject);
    return { body: { against, breaking: diff.breaking, changes: diff.changes.map((change) => ({ ...change })) } };
  });
}
