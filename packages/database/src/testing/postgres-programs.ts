import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDebianPackage } from './install-package.ts';

const VERSION_MIN = 15;

/** Directory with `initdb` and `postgres`, 15 or later, the newest there is; undefined when there is none. */
export function findPrograms(): string | undefined {
  const found: { version: number; directory: string }[] = [];
  for (const parent of ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']) {
    if (!existsSync(parent)) continue;
    for (const entry of readdirSync(parent)) {
      const version = Number(entry.replace('postgresql@', ''));
      const directory = join(parent, entry, 'bin');
      if (version >= VERSION_MIN && existsSync(join(directory, 'initdb'))) found.push({ version, directory });
    }
  }
  found.sort((a, b) => b.version - a.version);
  return found[0]?.directory;
}

/** Why PostgreSQL cannot be used by tests here, or undefined when it can. Installs Debian's package where it may. */
export function unavailability(): string | undefined {
  const why = ensureDebianPackage('postgresql', () => findPrograms() !== undefined);
  if (why === undefined) return undefined;
  return `install PostgreSQL ${VERSION_MIN} or later (Debian: apt-get install postgresql) or set GATEHOUSE_TEST_DATABASE_URL; ${why}`;
}
