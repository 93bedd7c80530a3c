import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from './command.ts';
import { freePort } from './ports.ts';

/** A configuration as an object (JSON is YAML), or as YAML text, which then has to name its ports itself. */
export type ConfigInput = string | ConfigObject;
export type ConfigObject = { gateway?: Record<string, unknown> } & Record<string, unknown>;

export interface GatewayOptions {
  config: ConfigInput;
  /** Further files beside gatehouse.yaml: relative path to content. */
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Further arguments of `gatehouse start`. */
  args?: readonly string[];
  threads?: number;
  /** Needed with YAML text; taken from the free ones otherwise. */
  port?: number;
  adminPort?: number;
}

/** A gateway process of its own, with its own directory. */
export interface RunningGateway {
  url: string;
  port: number;
  adminUrl: string;
  /** Where gatehouse.yaml and the other files are. */
  directory: string;
  process: Command;
  /** Everything printed so far, standard error last. */
  logs(): string;
  /** The value of a metric summed over its series whose text has all of these parts; 0 when there is none. */
  metric(name: string, ...parts: string[]): Promise<number>;
  /** Replaces gatehouse.yaml in one step. The running process may notice it by itself. */
  writeConfig(config: ConfigInput): Promise<void>;
  /** `writeConfig`, SIGHUP, and waits until a snapshot of a higher number is live. Rejects with the logs when none comes. */
  reload(config: ConfigInput): Promise<void>;
  /** Ends the process and removes its directory. Resolves with the exit code or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

const START_MS = 20_000;

/** Starts the real command in gateway role and waits until it is ready. Rejects with its output when it ends instead. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const port = options.port ?? (await freePort());
  const adminPort = options.adminPort ?? (await freePort());
  const file = join(directory, 'gatehouse.yaml');
  const toText = (config: ConfigInput) =>
    typeof config === 'string' ? config : JSON.stringify(withListen(config, port, adminPort, options.threads));
  for (const [name, content] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  await writeFile(file, toText(options.config));

  const data = join(directory, 'data');
  const process = new Command(['start', '--config', file, '--role', 'gateway', '--data', data, ...(options.args ?? [])], options.env);
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const metric = async (name: string, ...parts: string[]) => sumSeries(await fetchText(`${adminUrl}/metrics`), name, parts);
  const writeConfig = async (config: ConfigInput) => {
    await writeFile(`${file}.new`, toText(config));
    await rename(`${file}.new`, file);
  };
  const stop = async (signal?: NodeJS.Signals) => {
    const exit = await process.stop(signal);
    await rm(directory, { recursive: true, force: true });
    return exit;
  };
  try {
    await until('it is ready', process, START_MS, () => isOk(`${adminUrl}/readyz`));
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    adminUrl,
    directory,
    process,
    logs: () => process.output,
    metric,
    writeConfig,
    async reload(config) {
      const before = await metric('gatehouse_snapshot_number');
      await writeConfig(config);
      process.signal('SIGHUP');
      await until('a new snapshot is live', process, START_MS, async () => (await metric('gatehouse_snapshot_number')) > before);
    },
    stop,
  };
}

/** Polls until a condition holds. Rejects with the command's output when it ends or the time is over before. */
export async function until(what: string, command: Command, timeoutMs: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (command.exit !== undefined) throw new Error(`gatehouse ended (${command.exit}) before ${what}.\n${command.output}`);
    if (Date.now() > deadline) throw new Error(`gatehouse: waited ${timeoutMs} ms until ${what}.\n${command.output}`);
    await sleep(20);
  }
}

function withListen(config: ConfigObject, port: number, adminPort: number, threads = 1): ConfigObject {
  return {
    ...config,
    gateway: {
      threads,
      accessLog: { format: 'none' },
      ...config.gateway,
      listen: { host: '127.0.0.1', port },
      admin: { listen: { host: '127.0.0.1', port: adminPort } },
    },
  };
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    // Nothing listens yet: fetch reports every failure of the network as a TypeError.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function fetchText(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Sums the samples of one metric in Prometheus text exposition. */
function sumSeries(text: string, name: string, parts: readonly string[]): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!(line.startsWith(`${name} `) || line.startsWith(`${name}{`)) || !parts.every((part) => line.includes(part))) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}
