import { type MessagePort, parentPort } from 'node:worker_threads';
import type { GatehouseConfig, PackedSnapshot, Problem } from '@gatehouse/contract';
import { hasErrors } from '@gatehouse/contract/problem';
import type { FileResources } from '@gatehouse/control';
import { toFileResources, yieldToTraffic } from '@gatehouse/control/file';
import { SnapshotPacker } from '@gatehouse/gateway';
import { snapshotOfFile } from './file-snapshot.ts';
import { ConfigurationLoader } from './load-configuration.ts';
import type { WrittenPlugin } from './plugins/written-plugin.ts';
import type { Role } from './started.ts';

/**
 * Reads, checks, imports and compiles configuration in a thread of its own: the main thread stays free, what reading a large definition
 * takes of memory is given back when this thread ends, and one that is hostile enough to exhaust it takes down nothing else.
 */

export interface ReadRequest {
  id: number;
  files: readonly string[];
  env: Record<string, string | undefined> | undefined;
  /** Number of the snapshot, if one comes of it. */
  number: number;
  /** A gateway needs the snapshot, a control plane what the files declare. */
  role: Role;
}

export interface ReadConfiguration {
  /** Settings of the process; undefined when the files could not be understood. */
  settings: Pick<GatehouseConfig, 'gateway' | 'control' | 'proxy' | 'catalog' | 'integrations' | 'backend' | 'aws' | 'auth'> | undefined;
  /** What is to be live; undefined when there are errors, and for a control plane. */
  snapshot: PackedSnapshot | undefined;
  /** What the files declare; undefined when there are errors, and for a gateway. */
  resources: FileResources | undefined;
  /** Who may call, with their secrets: never logged. */
  apps: GatehouseConfig['apps'];
  /** Backend extensions of a control plane; their settings may hold secrets. */
  plugins: WrittenPlugin[];
  problems: Problem[];
  /** Every file that was read, absolute. */
  inputs: string[];
}

export type ReadAnswer = { id: number } & ({ read: ReadConfiguration } | { failure: string });

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  yieldToTraffic();
  const loader = new ConfigurationLoader();
  const packer = new SnapshotPacker();
  port.on('message', (request: ReadRequest) => {
    read(loader, packer, request).then(
      (result) => port.postMessage({ id: request.id, read: result } satisfies ReadAnswer),
      (error: unknown) =>
        port.postMessage({
          id: request.id,
          failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies ReadAnswer),
    );
  });
}

function toSettings({
  gateway,
  control,
  proxy,
  catalog,
  integrations,
  backend,
  aws,
  auth,
}: GatehouseConfig): ReadConfiguration['settings'] {
  return { gateway, control, proxy, catalog, integrations, backend, aws, auth };
}

async function read(
  loader: ConfigurationLoader,
  packer: SnapshotPacker,
  { files, env, number, role }: ReadRequest,
): Promise<ReadConfiguration> {
  const hasControlPlane = role !== 'gateway';
  const { config, parts, plugins, problems, inputs } = await loader.load(files, env, { hasControlPlane });
  const settings = config === undefined ? undefined : toSettings(config);
  const apps = config?.apps ?? [];
  const nothing = { settings, snapshot: undefined, resources: undefined, apps, plugins, inputs };
  if (parts === undefined) return { ...nothing, problems };
  const { packed, problems: compileProblems } = packer.pack(snapshotOfFile(parts, number));
  const all = [...problems, ...compileProblems];
  if (hasErrors(all)) return { ...nothing, problems: all };
  // A control plane compiles again, with what else there is; here problems still know their places in the files.
  if (hasControlPlane) return { ...nothing, resources: toFileResources(parts), problems: all };
  return { ...nothing, snapshot: packed, problems: all };
}
