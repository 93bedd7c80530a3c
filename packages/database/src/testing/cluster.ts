import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findPrograms } from './postgres-programs.ts';
import { childrenOf, isAlive, signal } from './processes.ts';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const USER = 'gatehouse';

/** The unprivileged user that runs PostgreSQL, which refuses to run as root; undefined when we are nobody special ourselves. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

/** The server's own directory, in the one that is given: its user owns this and goes through that. */
const HOME = 'server';

/** A private PostgreSQL in `directory`, on a free port of the loopback interface, for as long as the process `ownerPid` lives. */
export class Cluster {
  readonly #directory: string;
  readonly #home: string;
  readonly #programs: string;
  readonly #user = unprivileged();
  readonly #password: string;
  #port = 0;
  #paused: number[] = [];

  private constructor(directory: string, programs: string, password: string) {
    this.#directory = directory;
    this.#home = join(directory, HOME);
    this.#programs = programs;
    this.#password = password;
  }

  /** Makes and starts one. `directory` is removed with the cluster. */
  static async create(directory: string, ownerPid: number): Promise<Cluster> {
    const programs = findPrograms();
    if (programs === undefined) throw new Error('PostgreSQL is not installed');
    mkdirSync(join(directory, HOME), { mode: 0o700 });
    chmodSync(directory, 0o711);
    const cluster = new Cluster(directory, programs, randomBytes(12).toString('hex'));
    try {
      await cluster.#initialize();
      cluster.#guard(ownerPid);
      await cluster.start();
    } catch (error) {
      await cluster.destroy();
      throw error;
    }
    return cluster;
  }

  /** URL of its maintenance database. */
  get url(): string {
    return `postgresql://${USER}:${this.#password}@127.0.0.1:${this.#port}/postgres`;
  }

  /** Starts it, on the same port as before. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const fixed = this.#port !== 0;
      if (!fixed) this.#port = await freePort();
      try {
        await this.#launch();
        return;
      } catch (error) {
        if (fixed || attempt === 3) throw error;
        this.#port = 0;
      }
    }
  }

  /** Stops it as a crash would: connections break at once. */
  async stop(): Promise<void> {
    this.resume();
    await stopServer(this.#directory);
  }

  /** Freezes it: connections stay, nobody answers. */
  pause(): void {
    const pid = postmasterPid(this.#directory);
    if (pid === undefined) throw new Error('PostgreSQL is not running');
    // The postmaster first: it starts no more children then.
    signal(pid, 'SIGSTOP');
    this.#paused = [pid, ...childrenOf(pid)];
    for (const child of this.#paused.slice(1)) signal(child, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of this.#paused) signal(pid, 'SIGCONT');
    this.#paused = [];
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #initialize(): Promise<void> {
    const home = this.#home;
    if (this.#user !== undefined) chownSync(home, this.#user.uid, this.#user.gid);
    const passwordFile = join(home, 'password');
    writeFileSync(passwordFile, this.#password, { mode: 0o600 });
    if (this.#user !== undefined) chownSync(passwordFile, this.#user.uid, this.#user.gid);
    const options = ['-D', join(home, 'data'), '-U', USER, '-E', 'UTF8', '--no-sync', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    // A collation that is not by code point, as installations have: what depends on it shows in tests.
    options.push('--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en');
    try {
      await promisify(execFile)(join(this.#programs, 'initdb'), options, { ...this.#user, cwd: home });
    } finally {
      rmSync(passwordFile);
    }
  }

  async #launch(): Promise<void> {
    const log = openSync(join(this.#home, 'log'), 'a');
    const settings = {
      port: String(this.#port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      // A test's data need not survive the machine; it must survive the server, which tests stop as a crash would.
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      shared_buffers: '32MB',
      autovacuum: 'off',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(this.#programs, 'postgres'), ['-D', join(this.#home, 'data'), ...options], {
      ...this.#user,
      cwd: this.#home,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    server.unref();
    await this.#answering(server);
  }

  async #answering(server: ChildProcess): Promise<void> {
    let failure: string | undefined;
    server.once('error', (error) => {
      failure = error.message;
    });
    server.once('exit', (code) => {
      failure = `exit code ${code}`;
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (failure !== undefined) {
          throw new Error(`PostgreSQL ended (${failure}): ${readFileSync(join(this.#home, 'log'), 'utf8').slice(-1000)}`, { cause: error });
        }
        if (Date.now() > deadline) throw error;
        await delay(30);
      }
    }
  }

  /** Stops the cluster after its owner, however that ended: Ctrl-C, crash, SIGKILL. */
  #guard(ownerPid: number): void {
    const script = `
      while kill -0 "$1" 2>/dev/null && [ -d "$0/${HOME}" ]; do sleep 1; done
      pid=$(head -n 1 "$0/${HOME}/data/postmaster.pid" 2>/dev/null)
      [ -n "$pid" ] && { kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children"); kill -QUIT "$pid"; sleep 1; kill -KILL "$pid"; } 2>/dev/null
      rm -rf "$0"`;
    spawn('sh', ['-c', script, this.#directory, String(ownerPid)], { cwd: '/', detached: true, stdio: 'ignore' }).unref();
  }
}

/** Stops the cluster in `directory` and removes it. */
export async function destroyCluster(directory: string): Promise<void> {
  await stopServer(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** Stops it as a crash would. */
async function stopServer(directory: string): Promise<void> {
  const pid = postmasterPid(directory);
  if (pid === undefined) return;
  signal(pid, 'SIGQUIT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await delay(20);
  }
  rmSync(join(directory, HOME, 'data', 'postmaster.pid'), { force: true });
}

function postmasterPid(directory: string): number | undefined {
  const file = join(directory, HOME, 'data', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
