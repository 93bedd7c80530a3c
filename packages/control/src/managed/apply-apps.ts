import { type Managed, managedAppNames, removeApp, saveApp, setAuthorizations } from '../apps/managed-apps.ts';
import { undeclaredApps } from '../apps/undeclared-apps.ts';
import type { FileApp } from './file-resources.ts';

/** Makes apps and what they may call what the file says; those that the file had and has no more are removed. */
export async function applyApps(managed: Managed, apps: readonly FileApp[]): Promise<void> {
  for (const { authorizations, ...app } of await undeclaredApps(managed, apps)) {
    await saveApp(managed, app);
    await setAuthorizations(managed, app.name, authorizations);
  }
  const wanted = new Set(apps.map(({ name }) => name));
  for (const name of await managedAppNames(managed)) if (!wanted.has(name)) await removeApp(managed, name);
}
