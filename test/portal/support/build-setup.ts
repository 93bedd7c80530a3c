import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the portal once before the tests, when it is older than its sources. */
export function setup(): void {
  const build = fileURLToPath(new URL('../../../packages/portal/build.ts', import.meta.url));
  execFileSync(process.execPath, [build, '--missing'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
