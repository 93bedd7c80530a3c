import type { AuthorizationsOfApi } from '../apis/dependencies.ts';
import { removeApi } from '../apis/remove-api.ts';
import { describeDraft } from '../apis/save-draft.ts';
import { API_HEAD, type ApiHead } from '../publishing/api-rows.ts';
import type { Change } from '../publishing/change.ts';
import { type Publication, removePublication } from '../publishing/remove-publication.ts';
import type { FileApi } from './file-resources.ts';
import type { Left } from './left.ts';

/** Removes what the file had and has no more. What is published stays unless pruning is asked for, and is the file's no more. */
export async function dropApis(change: Change, apis: readonly FileApi[], authorizations: AuthorizationsOfApi, left: Left): Promise<void> {
  const wanted = new Map(apis.map((api) => [api.name, new Set(api.publish)]));
  const first = await readDropped(change, wanted);
  const name = first.publications[0]?.api ?? first.apis[0]?.name;
  if (name === undefined) return;
  await change.beginLive(`apis/${name}`);
  // Again: only now nobody publishes what is about to go.
  const dropped = await readDropped(change, wanted);
  const told = new Set<string>();
  for (const publication of dropped.publications) {
    if (left.prune) await removePublication(change, publication);
    else {
      left.report(`The API "${publication.api}" is not to be published in ${publication.environment} any more, and is`);
      told.add(`${publication.apiId} ${publication.environment}`);
      await releasePublication(change, publication);
    }
  }
  for (const row of dropped.apis) {
    const live = await change.tx
      .selectFrom('publications')
      .select('environment')
      .where('api_id', '=', row.id)
      .orderBy('environment')
      .execute();
    if (live.length === 0) {
      await removeApi(change, row, authorizations, () => undefined);
      continue;
    }
    const byPeople = live.map(({ environment }) => environment).filter((environment) => !told.has(`${row.id} ${environment}`));
    if (byPeople.length > 0) left.report(`The API "${row.name}" is not in the file any more, and is published in ${byPeople.join(', ')}`);
    await releaseApi(change, row);
  }
}

async function readDropped(
  { tx }: Change,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<{ publications: Publication[]; apis: ApiHead[] }> {
  const publications = await tx
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
    .orderBy('publications.environment')
    .execute();
  const apis = await tx.selectFrom('apis').select(API_HEAD).where('managed_by', '=', 'file').orderBy('name').execute();
  return {
    publications: publications.filter(({ api, environment }) => wanted.get(api)?.has(environment) !== true),
    apis: apis.filter(({ name }) => !wanted.has(name)),
  };
}

async function releasePublication(change: Change, { apiId, api, owner, environment, revision, managedBy }: Publication): Promise<void> {
  await change.tx
    .updateTable('publications')
    .set({ managed_by: null })
    .where('api_id', '=', apiId)
    .where('environment', '=', environment)
    .execute();
  const states = { before: { revision, managedBy }, after: { revision, managedBy: null } };
  change.audit({ action: 'apis.publish', resource: `apis/${api}`, owner, environment, ...states });
}

async function releaseApi(change: Change, row: ApiHead): Promise<void> {
  await change.tx
    .updateTable('apis')
    .set((column) => ({ managed_by: null, version: column('version', '+', 1), updated_at: change.atMs }))
    .where('id', '=', row.id)
    .execute();
  const states = { before: describeDraft(row), after: describeDraft({ ...row, managed_by: null }) };
  change.audit({ action: 'apis.put', resource: `apis/${row.name}`, owner: row.owner, ...states });
}
