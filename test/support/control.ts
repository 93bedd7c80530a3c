import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OperationResult, system } from '@gatehouse/contract/management';
import { createManagementClient, type ManagementClient } from '@gatehouse/sdk/management';
import { Command } from './command.ts';
import { until } from './gateway.ts';
import { freePort } from './ports.ts';

/** What a node is in the management interface. */
export type NodeView = OperationResult<typeof system.getNode>;

const START_MS = 60_000;
const ADMIN_TOKEN = 'an-admin-token-for-tests-only';
/** For `env`: control nodes on one database share it; one that is alone makes its own. */
export const SHARED_KEY = { GATEHOUSE_INSTALLATION_KEY: Buffer.alloc(32, 11).toString('hex') };

export interface InstanceOptions {
  role: 'all' | 'control' | 'gateway';
  /** Of the `control` block. */
  control?: Record<string, unknown>;
  /** Of the `gateway` block. */
  gateway?: Record<string, unknown>;
  /** Further blocks of gatehouse.yaml. */
  config?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Another instance's, to be used too. */
  dataDir?: string;
}

/** `gatehouse start` as a real process, which can be ended in any way and started again on its ports and its data. */
export class Instance {
  readonly role: InstanceOptions['role'];
  /** Where gatehouse.yaml and, unless another one was given, the data are. */
  readonly directory: string;
  readonly dataDir: string;
  readonly gatewayPort: number;
  readonly controlPort: number;
  readonly #adminPort: number;
  readonly #env: Record<string, string>;
  #blocks: Omit<InstanceOptions, 'role' | 'env' | 'dataDir'>;
  #process: Command | undefined;

  private constructor(directory: string, ports: [number, number, number], { role, env = {}, dataDir, ...blocks }: InstanceOptions) {
    this.role = role;
    this.directory = directory;
    this.dataDir = dataDir ?? join(directory, 'data');
    [this.gatewayPort, this.controlPort, this.#adminPort] = ports;
    this.#env = env;
    this.#blocks = blocks;
  }

  /** Makes its directory and its configuration; `start` starts it. */
  static async prepare(options: InstanceOptions): Promise<Instance> {
    const directory = await mkdtemp(join(tmpdir(), 'gatehouse-control-test-'));
    const instance = new Instance(directory, [await freePort(), await freePort(), await freePort()], options);
    await mkdir(instance.dataDir, { recursive: true });
    await instance.write();
    return instance;
  }

  /** Starts it and waits until it is ready. Rejects with its output when it ends instead. */
  static async start(options: InstanceOptions): Promise<Instance> {
    const instance = await Instance.prepare(options);
    try {
      await instance.start();
    } catch (error) {
      await instance.remove();
      throw error;
    }
    return instance;
  }

  get process(): Command {
    if (this.#process === undefined) throw new Error('It was not started');
    return this.#process;
  }

  /** Where traffic goes. */
  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.gatewayPort}`;
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${this.controlPort}`;
  }

  /** `/readyz`, `/metrics`. */
  get adminUrl(): string {
    return this.role === 'gateway' ? `http://127.0.0.1:${this.#adminPort}` : this.controlUrl;
  }

  /** The management interface, as the admin. */
  get client(): ManagementClient {
    return createManagementClient({ url: this.controlUrl, token: ADMIN_TOKEN });
  }

  /** The management interface, with another token. */
  as(token: string): ManagementClient {
    return createManagementClient({ url: this.controlUrl, token });
  }

  /** Writes gatehouse.yaml, with these blocks in the place of the ones before. A running process may notice it by itself. */
  async write(blocks: Pick<InstanceOptions, 'control' | 'gateway' | 'config'> = {}): Promise<void> {
    this.#blocks = { ...this.#blocks, ...blocks };
    const { control, gateway, config } = this.#blocks;
    const listen = (port: number) => ({ host: '127.0.0.1', port });
    const written = {
      ...config,
      control: { listen: listen(this.controlPort), ...control },
      gateway: {
        threads: 1,
        accessLog: { format: 'none' },
        listen: listen(this.gatewayPort),
        admin: { listen: listen(this.#adminPort) },
        drainTimeout: '5s',
        ...gateway,
      },
    };
    await writeFile(join(this.directory, 'gatehouse.yaml'), JSON.stringify(written));
  }

  /** Starts the process without waiting for anything. */
  launch(): Command {
    const args = ['start', '--config', join(this.directory, 'gatehouse.yaml'), '--role', this.role, '--data', this.dataDir];
    const env = { GATEHOUSE_ADMIN_TOKEN: ADMIN_TOKEN, NODE_COMPILE_CACHE: COMPILE_CACHE, ...this.#env };
    this.#process = new Command(args, env);
    return this.#process;
  }

  async start(): Promise<void> {
    const process = this.launch();
    await until('it is ready', process, START_MS, () => this.isReady());
  }

  /** `/readyz` says so. */
  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.adminUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch (error) {
      if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return false;
      throw error;
    }
  }

  /** Ends the process; the data stay. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals | undefined> {
    return this.#process?.stop(signal);
  }

  /** Ends the process and removes its files. */
  async remove(): Promise<void> {
    await this.end();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Makes an access token of role `node`. */
  async nodeToken(): Promise<string> {
    const { body } = await this.client.call(system.createToken, { body: { name: 'gateway nodes', role: 'node' } });
    return body.token;
  }

  /** What the management interface knows of all nodes. */
  async nodes(): Promise<NodeView[]> {
    const { body } = await this.client.call(system.listNodes);
    return body.items;
  }
}

/** One for all: compiled sources are the same for every instance, and their own new data directories would each begin without. */
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/gatehouse-test', import.meta.url));
