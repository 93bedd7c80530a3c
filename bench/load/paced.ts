import { fileURLToPath } from 'node:url';
import { runChild } from '../process/children.ts';
import type { PacedOptions, PacedResult } from './paced-client.ts';

const CLIENT = fileURLToPath(new URL('paced-client.ts', import.meta.url));

/** Requests at a steady rate, in a process of their own. */
export async function runPaced({ cores, ...options }: PacedOptions & { cores: string }): Promise<PacedResult> {
  const command = { command: process.execPath, args: [CLIENT, JSON.stringify(options)] };
  return JSON.parse(await runChild('The paced client', command, cores, (options.seconds + 20) * 1000)) as PacedResult;
}

/** How many requests failed. */
export function countFailures(result: PacedResult): number {
  return Object.values(result.failures).reduce((sum, count) => sum + count, 0);
}
