import { type MessagePort, parentPort } from 'node:worker_threads';
import type { GatehouseConfig, Problem } from '@gatehouse/contract';
import { packSnapshot } from '@gatehouse/gateway';
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
  const loader = new ConfigurationLoader();
  port.on('message', (request: ReadRequest) => {
    read(loader, request).then(
      (result) => port.postMessage({ id: request.id, read: result } satisfies ReadAnswer),
      (error: unknown) =>
        port.postMessage({
          id: request.id,
          failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies ReadAnswer),
    );
  });
}

async function read(loader: ConfigurationLoader, { files, env, number }: ReadRequest): Promise<ReadConfiguration> {
  const { config, parts, problems, inputs } = await loader.load(files, env);
  const settings = config === undefined ? undefined : { gateway: config.gateway, control: config.control };
  if (parts === undefined) return { settings, snapshot: undefined, problems, inputs };
  const { packed, problems: compileProblems } = packSnapshot(buildSnapshot(parts, number));
  return { settings, snapshot: packed, problems: [...problems, ...compileProblems], inputs };
}
