import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program, or undefined. Looks into the sbin directories too, which ordinary users do not have in PATH. */
export function findTool(name: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/** The path of a program; when it is missing, an error that says what to install. */
export function requireTool(name: string, packageName = name): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is missing: apt-get install ${packageName}`);
  return path;
}

/** What a program prints about its version, one line; empty when it prints nothing. */
export function readVersion(path: string, args: readonly string[]): string {
  // nginx and wrk print to stderr, and wrk exits with 1.
  const text = execFileSync('sh', ['-c', '"$@" 2>&1 || true', 'sh', path, ...args], { encoding: 'utf8', timeout: 10_000 });
  return (text.split('\n', 1)[0] ?? '').trim();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
