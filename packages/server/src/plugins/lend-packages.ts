import { registerHooks } from 'node:module';

/** What plugins import of Gatehouse, and what their types and schemas are made of. */
const LENT: ReadonlySet<string> = new Set(['@gatehouse/sdk/plugin', 'kysely', 'zod']);

let isLending = false;

/**
 * A plugin that lies where these packages are not installed, such as a single file beside gatehouse.yaml, gets Gatehouse's own. Where they
 * are, nothing changes.
 */
export function lendPackages(): void {
  if (isLending) return;
  isLending = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!LENT.has(specifier)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}
