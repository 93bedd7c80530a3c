import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
/** What the suite is run against: the sources, or another entry point such as that of a built package. */
const MAIN = process.env.GATEHOUSE_TEST_MAIN ?? fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** A running `gatehouse` command and what it has printed so far. */
export class Command {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** Exit code, or the signal's name; undefined while it runs. */
  exit: number | NodeJS.Signals | undefined;
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly #guard: ChildProcess | undefined;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(NODE, [MAIN, ...args], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#guard = guard(this.child);
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      // 'close' and not 'exit': what it printed last has been read by then.
      this.child.once('close', (code, signal) => {
        this.exit = code ?? signal ?? 1;
        this.#dismissGuard();
        resolve(this.exit);
      });
    });
    // Whoever awaits it sees the rejection; without this line one that nobody awaits would end the test run.
    this.exited.catch((error: unknown) => {
      this.stderr += String(error);
    });
  }

  /** Everything printed, for the message of a failing test. */
  get output(): string {
    return `stdout:\n${this.stdout}\nstderr:\n${this.stderr}`;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends the process if it still runs: with `signal`, and with SIGKILL when that took longer than `patienceMs`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', patienceMs = 10_000): Promise<number | NodeJS.Signals> {
    if (this.exit !== undefined) return this.exit;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), patienceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #dismissGuard(): void {
    // First the shell, so that the end of its input no longer makes it kill a number that may belong to another process by then.
    this.#guard?.kill('SIGKILL');
    this.#guard?.stdin?.destroy();
  }
}

/**
 * A shell that waits for the end of its input and then kills the process. Its input ends when this test process goes, however it
 * goes: so a test run that is itself killed leaves no gateway behind.
 */
export function guard(child: ChildProcess): ChildProcess | undefined {
  if (child.pid === undefined || process.platform === 'win32') return undefined;
  const shell = spawn('sh', ['-c', 'cat >/dev/null; kill -9 "$0" 2>/dev/null', String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => child.kill('SIGKILL'));
  shell.stdin?.on('error', () => shell.kill('SIGKILL'));
  shell.unref();
  return shell;
}

/** Runs `gatehouse` with these arguments to its end. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 15_000,
): Promise<Command> {
  const command = new Command(args, env);
  const timer = setTimeout(() => command.signal('SIGKILL'), timeoutMs);
  await command.exited;
  clearTimeout(timer);
  return command;
}
