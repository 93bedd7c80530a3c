import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { Cluster, destroyCluster } from './cluster.ts';

/** Names the process that the shared cluster belongs to; the setup of a test run sets it. */
export const OWNER_VARIABLE = 'GATEHOUSE_TEST_POSTGRES_OWNER';

const START_TIMEOUT_MS = 60_000;

let shared: Promise<string> | undefined;

/** URL of a PostgreSQL in which databases can be created: the one given, or one cluster for the whole test run, started by who is first. */
export function serverUrl(): Promise<string> {
  const given = process.env.GATEHOUSE_TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return Promise.resolve(given);
  shared ??= startOrJoin(ownerPid());
  return shared;
}

/** Ends the cluster of this test run, if one was started. */
export async function stopSharedCluster(owner: number): Promise<void> {
  const directory = directoryOf(owner);
  if (existsSync(directory)) await destroyCluster(directory);
}

async function startOrJoin(owner: number): Promise<string> {
  const directory = directoryOf(owner);
  const urlFile = join(directory, 'url');
  if (!isFirst(directory)) {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!existsSync(urlFile)) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL for the tests was not started; is ${directory} left over?`);
      await delay(50);
    }
    return readFileSync(urlFile, 'utf8');
  }
  try {
    const cluster = await Cluster.create(directory, owner);
    // Whole or not at all: others read it as soon as it is there.
    writeFileSync(`${urlFile}.new`, cluster.url, { mode: 0o600 });
    renameSync(`${urlFile}.new`, urlFile);
    return cluster.url;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function isFirst(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function directoryOf(owner: number): string {
  return join(tmpdir(), `gatehouse-postgres-${owner}`);
}

/** The process of the whole run: what the setup said, else the parent of a forked test worker. */
function ownerPid(): number {
  const owner = Number(process.env[OWNER_VARIABLE]);
  if (Number.isInteger(owner) && owner > 1) return owner;
  return process.env.VITEST !== undefined && isMainThread ? process.ppid : process.pid;
}
