import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPluginPath } from '@gatehouse/contract';
import type { WrittenPlugin } from './written-plugin.ts';

/** Where a plugin's module is, as a file URL; or why it is not there. Runs nothing of it. */
export function resolveModule({
  settings: { module },
  file,
}: Pick<WrittenPlugin, 'settings' | 'file'>): { url: string } | { missing: string } {
  if (isPluginPath(module)) {
    const path = resolve(dirname(file), module);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true) return { url: pathToFileURL(path).href };
    return { missing: found === undefined ? `there is no file "${module}"` : `"${module}" is not a file: name the module in it` };
  }
  try {
    // As Node finds packages: in the node_modules of the directory of the configuration file, and of those around it.
    return { url: pathToFileURL(createRequire(file).resolve(module)).href };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED')
      return { missing: `the package "${module}" exports nothing under this name that can be loaded: its "exports" should have "default"` };
    return { missing: `the package "${module}" is not installed where this file is` };
  }
}
