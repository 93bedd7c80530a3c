import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALL_TIMEOUT_MS = 300_000;
const LOCK = join(tmpdir(), 'gatehouse-apt-install.lock');

/**
 * Installs a Debian package that tests need, where it may: as root on Debian. Returns why the program cannot be used, or undefined when
 * `isThere` says that it can. One test process installs, the others wait for it.
 */
export function ensureDebianPackage(name: string, isThere: () => boolean): string | undefined {
  if (isThere()) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return `it is not installed`;
  try {
    install(name, isThere);
  } catch (error) {
    return `installing it failed: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`;
  }
  return isThere() ? undefined : 'installing its package did not bring it';
}

function install(name: string, isThere: () => boolean): void {
  const deadline = Date.now() + INSTALL_TIMEOUT_MS;
  while (!tryLock()) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${LOCK}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  try {
    if (isThere()) return;
    process.stderr.write(`Installing ${name} for the tests\n`);
    // The packages would start servers of their own, which nobody needs: invoke-rc.d starts nothing in runlevel 1.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PG_CREATECLUSTER: 'no', RUNLEVEL: '1' };
    const options: ExecFileSyncOptions = { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_TIMEOUT_MS };
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', name], options);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    // Left behind by one that was killed.
    if (existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > INSTALL_TIMEOUT_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}
