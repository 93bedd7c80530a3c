import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureDebianPackage } from '@gatehouse/database/testing';

const run = promisify(execFile);

/** Runs a curl command as a page gives it, in a shell, with these variables set. Throws where there is no curl and it cannot be installed. */
export async function runCurl(command: string, variables: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
  const why = ensureDebianPackage('curl', () => spawnSync('curl', ['--version']).status === 0);
  if (why !== undefined) throw new Error(`The command of the page needs curl (Debian: apt-get install curl); ${why}`);
  const script = `${command} --silent --write-out '\\n%{http_code}'`;
  const { stdout } = await run('sh', ['-c', script], { env: { ...process.env, ...variables } });
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}
