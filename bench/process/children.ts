import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessTree } from './process-tree.ts';

export interface Command {
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
}

export interface Child {
  name: string;
  pid: number;
  /** Milliseconds of `performance.now()` when it was started. */
  startedMs: number;
  /** Undefined while it runs, else why it ended. */
  ended(): string | undefined;
  /** The last lines that it wrote. */
  tail(): string;
  /** SIGTERM, and SIGKILL for whatever is left of it after five seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}

const running = new Set<{ pid: number }>();

/** Starts a process on one core, its output in a file. It is stopped by `stop`, by `stopAll`, or when this process exits. */
export function startChild(name: string, { command, args, env, cwd }: Command, cores: string, logFile: string): Child {
  const log = openSync(logFile, 'a');
  const startedMs = performance.now();
  // taskset replaces itself by the command: the pid is the command's.
  const child = spawn('taskset', ['-c', cores, command, ...args], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: is taskset (util-linux) installed?`);
  const entry = { pid };
  running.add(entry);
  let reason: string | undefined;
  child.once('exit', (code, signal) => {
    reason = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  child.once('error', (error) => {
    reason = error.message;
  });
  return {
    name,
    pid,
    startedMs,
    ended: () => reason,
    tail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n'),
    async stop() {
      await end(child, pid, () => reason !== undefined);
      running.delete(entry);
    },
  };
}

/** Runs a command on one core to its end and returns what it wrote to stdout. Rejects on failure and after `timeoutMs`. */
export async function runChild(name: string, { command, args, env }: Command, cores: string, timeoutMs: number): Promise<string> {
  const child = spawn('taskset', ['-c', cores, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: is taskset (util-linux) installed?`);
  const entry = { pid };
  running.add(entry);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('close', (...result) => resolve(result));
      child.once('error', reject);
    });
    if (code !== 0) throw new Error(`${name} failed (${signal ?? `exit code ${code}`})\n${stderr || stdout}`.trimEnd());
    return stdout;
  } finally {
    clearTimeout(timer);
    running.delete(entry);
  }
}

/** Ends everything that is still running, at once: for signals and failures, when there is no time left to wait. */
export function killAll(): void {
  for (const { pid } of running) killTree(pid);
  running.clear();
}

async function end(child: ChildProcess, pid: number, isEnded: () => boolean): Promise<void> {
  const tree = readProcessTree(pid);
  child.kill('SIGTERM');
  for (let waitedMs = 0; waitedMs < 5_000 && tree.some(isAlive); waitedMs += 20) await sleep(20);
  for (const stat of tree) if (isAlive(stat)) kill(stat.pid);
  while (!isEnded()) await sleep(5);
}

/** Workers of a killed master (nginx) would live on: the whole tree goes. */
function killTree(pid: number): void {
  for (const stat of readProcessTree(pid)) kill(stat.pid);
}

function isAlive({ pid, parentPid }: { pid: number; parentPid: number }): boolean {
  const [stat] = readProcessTree(pid);
  // A pid may have been given to another process by now; one whose parent ended belongs to the init process.
  return stat !== undefined && (stat.parentPid === parentPid || stat.parentPid === 1);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
