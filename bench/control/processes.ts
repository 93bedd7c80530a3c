import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../process/children.ts';
import { findFreePort } from '../process/ports.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const START_MS = 60_000;

export const ADMIN_TOKEN = 'bench-admin-token-of-the-bench';
const INSTALLATION_KEY = Buffer.alloc(32, 7).toString('hex');

/** What every control process of the bench is started with. */
export const CONTROL_ENV = { GATEHOUSE_ADMIN_TOKEN: ADMIN_TOKEN, GATEHOUSE_INSTALLATION_KEY: INSTALLATION_KEY };

export interface RunningProcess {
  child: Child;
  /** Of the management interface, or of the admin endpoints. */
  url: string;
}

export interface ControlPlaceOptions {
  directory: string;
  role: 'all' | 'control';
  /** Default: SQLite in the directory. */
  database?: string;
  cores: string;
}

/** Starts a control plane and waits until it answers. */
export async function startControlPlane({ directory, role, database = 'sqlite', cores }: ControlPlaceOptions): Promise<RunningProcess> {
  const port = await findFreePort();
  const config = {
    gateway: { listen: { host: '127.0.0.1', port: await findFreePort() }, threads: 1, accessLog: { format: 'none' } },
    control: { listen: { host: '127.0.0.1', port }, database },
  };
  return startGatehouse(role, directory, config, `http://127.0.0.1:${port}`, cores);
}

/** Starts a remote gateway node and waits until it serves. */
export async function startNode(directory: string, control: string, token: string, cores: string): Promise<RunningProcess> {
  const port = await findFreePort();
  const config = {
    gateway: {
      listen: { host: '127.0.0.1', port: await findFreePort() },
      admin: { listen: { host: '127.0.0.1', port } },
      threads: 1,
      accessLog: { format: 'none' },
      control: { url: control, token, name: directory.split('/').at(-1) },
    },
  };
  return startGatehouse('gateway', directory, config, `http://127.0.0.1:${port}`, cores);
}

async function startGatehouse(role: string, directory: string, config: object, url: string, cores: string): Promise<RunningProcess> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'gatehouse.yaml');
  writeFileSync(file, JSON.stringify(config));
  const args = [MAIN, 'start', '--config', file, '--role', role, '--data', join(directory, 'data')];
  const child = startChild(role, { command: process.execPath, args, env: CONTROL_ENV }, cores, join(directory, 'log'));
  const deadline = performance.now() + START_MS;
  while (!(await isOk(`${url}/readyz`))) {
    const ended = child.ended();
    if (ended !== undefined || performance.now() > deadline) {
      await child.stop();
      throw new Error(`gatehouse ${role} did not start (${ended ?? 'too slow'}):\n${child.tail()}`);
    }
    await sleep(20);
  }
  return { child, url };
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Calls the management interface as admin; throws for what is not a success. */
export async function call<Body = unknown>(control: string, method: string, path: string, body?: unknown): Promise<Body> {
  const response = await fetch(`${control}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as Body;
}
