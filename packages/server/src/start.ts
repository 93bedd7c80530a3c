import { mkdir } from 'node:fs/promises';
import { ConfigurationReader } from './configuration-reader.ts';
import { RefusedError, type Running, reportProblems, type StartOptions } from './started.ts';

export { RefusedError, type Role, type Running, type StartOptions } from './started.ts';

/** Starts one process from its configuration. Rejects with `RefusedError` when that is not valid. */
export async function start(options: StartOptions): Promise<Running> {
  const { role } = options;
  const reader = new ConfigurationReader();
  const read = await reader.read({ files: options.configFiles, env: options.env, number: 1, role });
  reportProblems(options, read.problems);
  const { settings } = read;
  if (settings === undefined || read.problems.some(({ severity }) => severity === 'error')) {
    reader.stop();
    throw new RefusedError('The configuration has errors');
  }
  // Keys and the database are in it.
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const begun = { options, reader, read, settings };
  try {
    // Each role loads what it needs, and not more: a gateway has no database.
    if (role !== 'gateway') return await (await import('./start-control.ts')).startControl(begun);
    const { control } = settings.gateway;
    if (control !== undefined) return await (await import('./start-remote-gateway.ts')).startRemoteGateway(begun, control);
    return await (await import('./start-file-gateway.ts')).startFileGateway(begun);
  } catch (error) {
    reader.stop();
    throw error;
  }
}
