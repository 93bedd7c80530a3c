import type { AuthorizationsOfApi } from '../apis/dependencies.ts';
import { removeApi } from '../apis/remove-api.ts';
import { saveDraft } from '../apis/save-draft.ts';
import { hashRevision } from '../import/hash-revision.ts';
import { replaceBackends } from '../import/replace-backends.ts';
import { API_HEAD } from '../publishing/api-rows.ts';
import type { Change } from '../publishing/change.ts';
import { publishRevision } from '../publishing/publish-revision.ts';
import { removePublication } from '../publishing/remove-publication.ts';
import { backendsOf, type RevisionContent } from '../snapshot/revision-content.ts';
import type { FileApi } from './file-resources.ts';
import type { Left } from './left.ts';

/** Makes drafts and publications what the file says. `backends`: their ids by name. */
export async function applyApis(change: Change, apis: readonly FileApi[], backends: ReadonlyMap<string, string>): Promise<void> {
  for (const api of apis) {
    const named = JSON.parse(api.content) as RevisionContent;
    const stored = replaceBackends(named, (name) => backends.get(name) ?? name);
    const content = JSON.stringify(stored);
    const { id } = await saveDraft(change, { ...api, content, hash: hashRevision(content, api.document), backends: backendsOf(stored) });
    for (const environment of api.publish) {
      await publishRevision(change, { apiId: id, environment, comment: null, action: 'apis.publish' });
    }
  }
}

/** Removes what the file had and has no more. What is published stays unless pruning is asked for, and is the file's no more. */
export async function dropApis(change: Change, apis: readonly FileApi[], authorizations: AuthorizationsOfApi, left: Left): Promise<void> {
  const { tx } = change;
  const wanted = new Map(apis.map((api) => [api.name, new Set(api.publish)]));
  const published = await tx
    .selectFrom('publications')
    .innerJoin('apis', 'apis.id', 'publications.api_id')
    .select([
      'publications.api_id as apiId',
      'apis.name as api',
      'apis.owner',
      'publications.environment',
      'publications.revision',
      'publications.managed_by as managedBy',
    ])
    .where('publications.managed_by', '=', 'file')
    .orderBy('apis.name')
    .execute();
  const told = new Set<string>();
  for (const publication of published) {
    const { apiId, api, environment } = publication;
    if (wanted.get(api)?.has(environment) === true) continue;
    if (left.prune) await removePublication(change, publication);
    else {
      left.report(`The API "${api}" is not to be published in ${environment} any more, and is`);
      told.add(`${apiId} ${environment}`);
      await tx
        .updateTable('publications')
        .set({ managed_by: null })
        .where('api_id', '=', apiId)
        .where('environment', '=', environment)
        .execute();
    }
  }
  for (const row of await tx.selectFrom('apis').select(API_HEAD).where('managed_by', '=', 'file').orderBy('name').execute()) {
    if (wanted.has(row.name)) continue;
    const live = await tx.selectFrom('publications').select('environment').where('api_id', '=', row.id).orderBy('environment').execute();
    if (live.length > 0) {
      const byPeople = live.map(({ environment }) => environment).filter((environment) => !told.has(`${row.id} ${environment}`));
      if (byPeople.length > 0) left.report(`The API "${row.name}" is not in the file any more, and is published in ${byPeople.join(', ')}`);
      await tx.updateTable('apis').set({ managed_by: null }).where('id', '=', row.id).execute();
    } else {
      await change.beginLive(`apis/${row.name}`);
      await removeApi(change, row, authorizations, () => undefined);
    }
  }
}
