import type { RegionRule } from '../backends/add-backend.ts';
import { addBackend } from '../backends/add-backend.ts';
import { type BackendRow, findManagedBackend } from '../backends/backend-rows.ts';
import { defineBackend } from '../backends/define-backend.ts';
import { editBackend } from '../backends/edit-backend.ts';
import { publishedOn } from '../backends/published-on.ts';
import { removeBackend } from '../backends/remove-backend.ts';
import { undefineBackend } from '../backends/undefine-backend.ts';
import type { Change } from '../publishing/change.ts';
import type { FileBackend } from './file-resources.ts';
import type { Left } from './left.ts';

/** The file needs nobody's consent: what it says is what its owner wants. */
const CONFIRMED = () => undefined;

/** Makes the backend services what the file says. Returns their ids by name. */
export async function applyBackends(change: Change, backends: readonly FileBackend[], rule: RegionRule): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { name, type, description, owner, environments } of backends) {
    const known = await findManagedBackend(change.tx, name);
    let row =
      known === undefined
        ? await addBackend(change, { name, type, description, owner }, rule)
        : await editBackend(change, known, { type, description, owner });
    ids.set(name, row.id);
    for (const [environment, { written, definition }] of Object.entries(environments)) {
      const { version } = await defineBackend(change, row, { environment, written, definition }, CONFIRMED);
      row = { ...row, version };
    }
  }
  return ids;
}

/** Removes what the file had and has no more, as far as nothing that is published needs it. */
export async function dropBackends(change: Change, backends: readonly FileBackend[], left: Left): Promise<void> {
  const { tx } = change;
  const wanted = new Map(backends.map((backend) => [backend.name, backend]));
  for (const managed of await tx.selectFrom('backends').selectAll().where('managed_by', '=', 'file').orderBy('name').execute()) {
    let row: BackendRow = managed;
    const declared = wanted.get(row.name);
    const defined = await tx.selectFrom('backend_definitions').select('environment').where('backend_id', '=', row.id).execute();
    for (const { environment } of defined) {
      if (declared?.environments[environment] !== undefined) continue;
      // What was to be pruned is unpublished by now: these are people's publications, which the file does not take away.
      if ((await publishedOn(tx, row.id, environment)).length > 0) {
        left.report(`The backend service "${row.name}" is not defined in ${environment} any more, and APIs are published there on it`);
        continue;
      }
      const removed = await undefineBackend(change, row, environment, CONFIRMED);
      row = { ...row, version: removed?.version ?? row.version };
    }
    if (declared !== undefined) continue;
    const drafts = await tx.selectFrom('api_backends').select('api_id').where('backend_id', '=', row.id).limit(1).execute();
    if (drafts.length === 0 && (await publishedOn(tx, row.id)).length === 0) await removeBackend(change, row, () => true);
    else {
      left.report(`The backend service "${row.name}" is not in the file any more, and APIs use it`);
      await tx.updateTable('backends').set({ managed_by: null }).where('id', '=', row.id).execute();
    }
  }
}
