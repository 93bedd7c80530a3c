import { selectAuthorizations } from './authorizations-store.ts';
import type { Managed } from './managed.ts';
import { isDeclaredSo, type ManagedApp } from './managed-apps.ts';
import { isGrantedSo, type ManagedGrant } from './managed-authorizations.ts';
import { credentialsNeed } from './managed-credentials.ts';

/** Apps that are read at a time: SQLite takes 32,766 parameters in one statement, and this keeps memory small. */
const PIECE = 500;

export interface DeclaredApp extends ManagedApp {
  authorizations: readonly ManagedGrant[];
}

/**
 * Those that are not yet as they are declared. Three statements for 500 apps: a file of 10,000 that nobody has changed is looked through
 * in a moment.
 */
export async function undeclaredApps<App extends DeclaredApp>(managed: Managed, apps: readonly App[]): Promise<App[]> {
  const undeclared: App[] = [];
  for (let start = 0; start < apps.length; start += PIECE) {
    const piece = apps.slice(start, start + PIECE);
    const isAsDeclared = await readPiece(
      managed,
      piece.map(({ name }) => name),
    );
    undeclared.push(...piece.filter((app) => !isAsDeclared(app)));
  }
  return undeclared;
}

async function readPiece(managed: Managed, names: readonly string[]): Promise<(app: DeclaredApp) => boolean> {
  const { tx, managedBy } = managed;
  const rows = await tx
    .selectFrom('apps')
    .select(['id', 'name', 'owner', 'description', 'managed_by'])
    .where('name', 'in', names)
    .execute();
  if (rows.length === 0) return () => false;
  const ids = rows.map(({ id }) => id);
  const credentials = Map.groupBy(await tx.selectFrom('credentials').selectAll().where('app_id', 'in', ids).execute(), (row) => row.app_id);
  const grants = Map.groupBy(
    await selectAuthorizations(tx).where('authorizations.app_id', 'in', ids).where('authorizations.managed_by', '=', managedBy).execute(),
    (row) => row.app_id,
  );
  const known = new Map(rows.map((row) => [row.name, row]));
  return (app) => {
    const row = known.get(app.name);
    return (
      row !== undefined &&
      isDeclaredSo(row, app, managedBy) &&
      credentialsNeed(managed, credentials.get(row.id) ?? [], app) === 'nothing' &&
      isGrantedSo(grants.get(row.id) ?? [], app.authorizations, managedBy)
    );
  };
}
