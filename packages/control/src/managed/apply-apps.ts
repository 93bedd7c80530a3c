import { writeDigests } from '../apps/app-changed.ts';
import { type Managed, managedAppNames, removeApp, saveApp, setAuthorizations } from '../apps/managed-apps.ts';
import { undeclaredApps } from '../apps/undeclared-apps.ts';
import type { FileApp } from './file-resources.ts';

/** Makes apps and what they may call what the file says; those that the file had and has no more are removed. */
export async function applyApps(options: Managed, apps: readonly FileApp[]): Promise<void> {
  const changed = new Set<string>();
  const managed: Managed = { ...options, changed };
  for (const { authorizations, ...app } of await undeclaredApps(managed, apps)) {
    await saveApp(managed, app);
    await setAuthorizations(managed, app.name, authorizations);
  }
  const wanted = new Set(apps.map(({ name }) => name));
  for (const name of await managedAppNames(managed)) if (!wanted.has(name)) await removeApp(managed, name);
  await writeDigests(managed.tx, managed.key, [...changed]);
}
