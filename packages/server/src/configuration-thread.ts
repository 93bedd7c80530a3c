import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { GatehouseConfig, Problem } from '@gatehouse/contract';
import { SnapshotPacker } from '@gatehouse/gateway';
import type { PackedSnapshot } from '@gatehouse/gateway/threads';
import { buildSnapshot } from './build-snapshot.ts';
import { ConfigurationLoader } from './load-configuration.ts';

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
}

export interface ReadConfiguration {
  /** Settings of the process; undefined when the files could not be understood. */
  settings: Pick<GatehouseConfig, 'gateway' | 'control'> | undefined;
  /** What is to be live; undefined when there are errors. */
  snapshot: PackedSnapshot | undefined;
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

/**
 * Reading a large configuration takes a core for a second: threads that carry traffic go first. Linux gives each thread a priority of its
 * own; elsewhere that of the whole process would change, so nothing does.
 */
function yieldToTraffic(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // Without /proc, or without the permission: the same, only slower for others.
  }
}

async function read(loader: ConfigurationLoader, packer: SnapshotPacker, { files, env, number }: ReadRequest): Promise<ReadConfiguration> {
  const { config, parts, problems, inputs } = await loader.load(files, env);
  const settings = config === undefined ? undefined : { gateway: config.gateway, control: config.control };
  if (parts === undefined) return { settings, snapshot: undefined, problems, inputs };
  const { packed, problems: compileProblems } = packer.pack(buildSnapshot(parts, number));
  return { settings, snapshot: packed, problems: [...problems, ...compileProblems], inputs };
}
