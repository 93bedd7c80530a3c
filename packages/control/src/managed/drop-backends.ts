import { describeBackend } from '../backends/add-backend.ts';
import { type BackendRow, findManagedBackend } from '../backends/backend-rows.ts';
import { publishedOn } from '../backends/published-on.ts';
import { removeBackend } from '../backends/remove-backend.ts';
import { undefineBackend } from '../backends/undefine-backend.ts';
import type { Change } from '../publishing/change.ts';
import { CONFIRMED } from './apply-backends.ts';
import type { FileBackend } from './file-resources.ts';
import type { Left } from './left.ts';

/** Removes what the file had and has no more, as far as nothing that is published needs it. */
export async function dropBackends(change: Change, backends: readonly FileBackend[], left: Left): Promise<void> {
  const wanted = new Map(backends.map((backend) => [backend.name, backend]));
  for (const [name, environments] of await readDropped(change, wanted)) {
    let row = await findManagedBackend(change.tx, name);
    if (row === undefined) continue;
    const { id } = row;
    const isDeclared = wanted.has(name);
    for (const environment of environments) {
      // What was to be pruned is unpublished by now: these are people's publications, which the file does not take away.
      if (await isUsed(change, row, () => isPublishedOn(change, id, environment))) {
        const what = `The backend service "${name}" is not defined in ${environment} any more, and APIs are published there on it`;
        if (isDeclared) left.report(what, 'unpublish them there: it goes when the file is applied next');
        else left.report(what);
        continue;
      }
      const removed = await undefineBackend(change, row, environment, CONFIRMED);
      row = { ...row, version: removed?.version ?? row.version };
    }
    if (!isDeclared) await dropBackend(change, row, left);
  }
}

/** Asks first, so that what stays costs no snapshot, and again once nobody else changes what is live. */
async function isUsed(change: Change, { name }: BackendRow, ask: () => Promise<boolean>): Promise<boolean> {
  if (await ask()) return true;
  await change.beginLive(`backends/${name}`);
  return ask();
}

async function isPublishedOn({ tx }: Change, id: string, environment?: string): Promise<boolean> {
  return (await publishedOn(tx, id, environment)).length > 0;
}

async function dropBackend(change: Change, row: BackendRow, left: Left): Promise<void> {
  const { tx } = change;
  const used = await isUsed(change, row, async () => {
    const drafts = await tx.selectFrom('api_backends').select('api_id').where('backend_id', '=', row.id).limit(1).execute();
    return drafts.length > 0 || isPublishedOn(change, row.id);
  });
  if (!used) {
    await removeBackend(change, row, () => true);
    return;
  }
  left.report(`The backend service "${row.name}" is not in the file any more, and APIs use it`);
  const after: BackendRow = { ...row, managed_by: null, version: row.version + 1, updated_at: change.atMs };
  await tx.updateTable('backends').set(after).where('id', '=', row.id).execute();
  const states = { before: describeBackend(row), after: describeBackend(after) };
  change.audit({ action: 'backends.update', resource: `backends/${row.name}`, owner: row.owner, ...states });
}

/** Names of the file's backend services that are not in it any more, or are defined where it does not say so: those environments. */
async function readDropped({ tx }: Change, wanted: ReadonlyMap<string, FileBackend>): Promise<Map<string, string[]>> {
  const rows = await tx
    .selectFrom('backends')
    .leftJoin('backend_definitions', 'backend_definitions.backend_id', 'backends.id')
    .select(['backends.name', 'backend_definitions.environment'])
    .where('backends.managed_by', '=', 'file')
    .orderBy('backends.name')
    .orderBy('backend_definitions.environment')
    .execute();
  const dropped = new Map<string, string[]>();
  for (const { name, environment } of rows) {
    const declared = wanted.get(name);
    if (environment !== null && declared?.environments[environment] === undefined) {
      dropped.set(name, [...(dropped.get(name) ?? []), environment]);
    } else if (declared === undefined && !dropped.has(name)) dropped.set(name, []);
  }
  return dropped;
}
