import { isForeignKeyViolation, isUniqueViolation } from '@gatehouse/database';
import { handedOver } from '../audit/handed-over.ts';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { locksRows } from '../schema/locks-rows.ts';
import { newId } from '../schema/new-id.ts';
import { readApproval } from '../schema/read-approval.ts';

/** The draft of an API, imported. */
export interface DraftToSave {
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  group: string | null;
  basePath: string;
  /** What was written, without the definition. */
  draft: Record<string, unknown>;
  /** The definition as it was written. */
  definition: string;
  /** The bundled OpenAPI document (JSON). */
  document: string;
  /** JSON of `RevisionContent`, backends by id. */
  content: string;
  /** See `hashRevision`. */
  hash: string;
  operations: number;
  /** Ids of the backends that it uses. */
  backends: readonly string[];
}

export interface SavedDraft {
  id: string;
  version: number;
  outcome: 'created' | 'changed' | 'unchanged';
}

/**
 * Saves a draft; what is published stays as it is. Does nothing when it is saved so already. Throws `version.stale` when another one
 * made an API of this name at this moment, and `reference.unknown` when another one deleted a backend service that it uses.
 */
export async function saveDraft(change: Change, wanted: DraftToSave): Promise<SavedDraft> {
  const { tx, atMs, managedBy } = change;
  const row = await tx
    .selectFrom('apis')
    .selectAll()
    .where('name', '=', wanted.name)
    .$if(locksRows(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  const columns = {
    ...toHeadColumns(wanted),
    document: wanted.document,
    content: wanted.content,
    managed_by: managedBy ?? row?.managed_by ?? null,
  };
  if (row === undefined) {
    const id = newId();
    try {
      await tx
        .insertInto('apis')
        .values({ id, name: wanted.name, ...columns, version: 1, created_at: atMs, updated_at: atMs })
        .execute();
    } catch (error) {
      if (isUniqueViolation(error)) throw new Refusal('version.stale', `Another one has just made an API "${wanted.name}"`);
      throw error;
    }
    await useBackends(change, id, wanted.backends);
    change.audit({ action: 'apis.put', resource: `apis/${wanted.name}`, owner: wanted.owner, after: describeDraft(columns) });
    return { id, version: 1, outcome: 'created' };
  }
  const isSame = (Object.keys(columns) as (keyof typeof columns)[]).every((key) => row[key] === columns[key]);
  if (isSame) return { id: row.id, version: row.version, outcome: 'unchanged' };
  const version = row.version + 1;
  await tx
    .updateTable('apis')
    .set({ ...columns, version, updated_at: atMs })
    .where('id', '=', row.id)
    .execute();
  await useBackends(change, row.id, wanted.backends);
  const states = { before: describeDraft(row), after: describeDraft(columns) };
  change.audit(...handedOver({ action: 'apis.put', resource: `apis/${wanted.name}`, owner: row.owner, ...states }, wanted.owner));
  return { id: row.id, version, outcome: 'changed' };
}

/** What tells one draft from another: the hash stands for document and content. */
export type HeadColumns = ReturnType<typeof toHeadColumns>;

export function toHeadColumns(wanted: Omit<DraftToSave, 'document' | 'content' | 'backends'>) {
  return {
    title: wanted.title,
    description: wanted.description,
    owner: wanted.owner,
    api_group: wanted.group,
    base_path: wanted.basePath,
    draft: JSON.stringify(wanted.draft),
    definition: wanted.definition,
    content_hash: wanted.hash,
    operations: wanted.operations,
  };
}

async function useBackends({ tx }: Change, apiId: string, backends: readonly string[]): Promise<void> {
  await tx.deleteFrom('api_backends').where('api_id', '=', apiId).execute();
  if (backends.length === 0) return;
  try {
    await tx
      .insertInto('api_backends')
      .values(backends.map((backend_id) => ({ api_id: apiId, backend_id })))
      .execute();
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new Refusal('reference.unknown', 'A backend service that the API uses has just been deleted');
    throw error;
  }
}

interface Described {
  title: string | null;
  description: string | null;
  owner: string | null;
  api_group: string | null;
  base_path: string;
  content_hash: string;
  operations: number;
  managed_by: string | null;
  /** As it was written; absent: the entry is not about it. */
  draft?: string;
}

/** What the audit tells of a draft: not its texts, which are large, and whose parameters may be secrets. */
export function describeDraft(row: Described): Record<string, unknown> {
  const { title, description, owner, api_group: group, base_path: basePath, content_hash: hash, operations, managed_by: managedBy } = row;
  const approval = row.draft === undefined ? {} : { approval: readApproval(row.draft) };
  return { title, description, owner, group, basePath, hash, operations, ...approval, managedBy };
}
