import { addBackend } from '../backends/add-backend.ts';
import { type BackendRow, findManagedBackend } from '../backends/backend-rows.ts';
import { type DefineContext, defineBackend, isDefinedSo } from '../backends/define-backend.ts';
import { editBackend, edited } from '../backends/edit-backend.ts';
import type { Change } from '../publishing/change.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import type { FileBackend } from './file-resources.ts';
import { inPieces } from './in-pieces.ts';

/** The file needs nobody's consent: what it says is what its owner wants. */
export const CONFIRMED = () => undefined;

/** Makes the backend services what the file says. Returns their ids by name. */
export async function applyBackends(
  change: Change,
  backends: readonly FileBackend[],
  context: DefineContext,
): Promise<Map<string, string>> {
  const used = new Set(backends.flatMap(({ environments }) => Object.keys(environments)));
  if (used.size > 0) await refuseUnknownEnvironments(change.tx, [...used]);
  const ids = new Map<string, string>();
  for (const piece of inPieces(backends)) {
    const known = await readKnown(
      change,
      piece.map(({ name }) => name),
    );
    for (const backend of piece) {
      const found = known.get(backend.name);
      const isSame = found !== undefined && isDeclaredSo(change, found, backend);
      ids.set(backend.name, isSame ? found.row.id : await applyBackend(change, backend, context));
    }
  }
  return ids;
}

/** Returns its id. */
async function applyBackend(change: Change, backend: FileBackend, context: DefineContext): Promise<string> {
  const { name, type, description, owner, environments } = backend;
  const known = await findManagedBackend(change.tx, name);
  let row =
    known === undefined
      ? await addBackend(change, { name, type, description, owner }, context.rule)
      : await editBackend(change, known, { type, description, owner });
  for (const [environment, { written, definition }] of Object.entries(environments)) {
    const { version } = await defineBackend(change, row, { environment, written, definition }, CONFIRMED, context);
    row = { ...row, version };
  }
  return row.id;
}

/** What is there already. */
interface Known {
  row: BackendRow;
  /** By environment. */
  definitions: ReadonlyMap<string, { written: string; content: string }>;
}

function isDeclaredSo({ managedBy }: Change, { row, definitions }: Known, backend: FileBackend): boolean {
  const { type, description, owner, environments } = backend;
  if (edited(row, { type, description, owner }, managedBy) !== row) return false;
  return Object.entries(environments).every(([environment, wanted]) => {
    const defined = definitions.get(environment);
    return defined !== undefined && isDefinedSo(defined, wanted);
  });
}

async function readKnown({ tx }: Change, names: readonly string[]): Promise<Map<string, Known>> {
  const rows = await tx.selectFrom('backends').selectAll().where('name', 'in', names).execute();
  const definitions =
    rows.length === 0
      ? []
      : await tx
          .selectFrom('backend_definitions')
          .select(['backend_id', 'environment', 'written', 'content'])
          .where(
            'backend_id',
            'in',
            rows.map(({ id }) => id),
          )
          .execute();
  const byBackend = Map.groupBy(definitions, (definition) => definition.backend_id);
  return new Map(
    rows.map((row) => [
      row.name,
      { row, definitions: new Map((byBackend.get(row.id) ?? []).map((definition) => [definition.environment, definition])) },
    ]),
  );
}
