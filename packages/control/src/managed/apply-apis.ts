import { type HeadColumns, saveDraft, toHeadColumns } from '../apis/save-draft.ts';
import { hashRevision } from '../import/hash-revision.ts';
import { replaceBackends } from '../import/replace-backends.ts';
import type { Change } from '../publishing/change.ts';
import { publishRevision } from '../publishing/publish-revision.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { backendsOf, type RevisionContent } from '../snapshot/revision-content.ts';
import type { FileApi } from './file-resources.ts';
import { inPieces } from './in-pieces.ts';

/** Makes drafts and publications what the file says. `backends`: their ids by name. */
export async function applyApis(change: Change, apis: readonly FileApi[], backends: ReadonlyMap<string, string>): Promise<void> {
  if (apis.length > 0) await refuseUnknownEnvironments(change.tx, [...new Set(apis.flatMap(({ publish }) => publish))]);
  for (const piece of inPieces(apis)) {
    const known = await readKnown(
      change,
      piece.map(({ name }) => name),
    );
    for (const api of piece) await applyApi(change, api, backends, known.get(api.name));
  }
}

async function applyApi(change: Change, api: FileApi, backends: ReadonlyMap<string, string>, known: Known | undefined): Promise<void> {
  const named = JSON.parse(api.content) as RevisionContent;
  const stored = replaceBackends(named, (name) => backends.get(name) ?? name);
  const content = JSON.stringify(stored);
  const hash = hashRevision(content, api.document);
  const unpublished = api.publish.filter((environment) => known?.live.get(environment) !== hash);
  let id = known?.id;
  if (
    known === undefined ||
    id === undefined ||
    !isSavedSo(known.columns, { ...toHeadColumns({ ...api, hash }), managed_by: change.managedBy })
  ) {
    // Before its row is locked: whoever publishes has the number first and waits for the row then.
    if (unpublished.length > 0) await change.beginLive(`apis/${api.name}`);
    ({ id } = await saveDraft(change, { ...api, content, hash, backends: backendsOf(stored) }));
  }
  for (const environment of unpublished) {
    await publishRevision(change, {
      apiId: id,
      environment,
      comment: null,
      action: 'apis.publish',
      mayTakePaths: true,
      isVisible: () => true,
    });
  }
}

type SavedColumns = HeadColumns & { managed_by: string | null };

/** What of an API is there already. */
interface Known {
  id: string;
  columns: SavedColumns;
  /** The hash of what is live, by environment, where it is the newest revision and the file's. */
  live: Map<string, string>;
}

function isSavedSo(columns: SavedColumns, wanted: SavedColumns): boolean {
  return (Object.keys(wanted) as (keyof SavedColumns)[]).every((key) => columns[key] === wanted[key]);
}

async function readKnown({ tx, managedBy }: Change, names: readonly string[]): Promise<Map<string, Known>> {
  const rows = await tx
    .selectFrom('apis')
    .select(['id', 'name', 'title', 'description', 'owner', 'api_group', 'base_path', 'draft', 'definition', 'content_hash', 'operations'])
    .select('managed_by')
    .where('name', 'in', names)
    .execute();
  const live =
    rows.length === 0
      ? []
      : await tx
          .selectFrom('publications')
          .innerJoin('revisions', (join) =>
            join.onRef('revisions.api_id', '=', 'publications.api_id').onRef('revisions.number', '=', 'publications.revision'),
          )
          .select(['publications.api_id', 'publications.environment', 'revisions.content_hash'])
          .where(
            'publications.api_id',
            'in',
            rows.map(({ id }) => id),
          )
          .where('publications.managed_by', '=', managedBy)
          .where('publications.revision', '=', (newest) =>
            newest
              .selectFrom('revisions as newer')
              .select((each) => each.fn.max('newer.number').as('number'))
              .whereRef('newer.api_id', '=', 'publications.api_id'),
          )
          .execute();
  const byApi = Map.groupBy(live, (publication) => publication.api_id);
  return new Map(
    rows.map(({ id, name, ...columns }) => [
      name,
      { id, columns, live: new Map((byApi.get(id) ?? []).map(({ environment, content_hash }) => [environment, content_hash])) },
    ]),
  );
}
