import type { Goal, Table } from '../../report/report.ts';
import type { GatewayBenchOptions } from '../options.ts';
import type { ProxyDescriptor } from '../proxies/proxy.ts';
import { type RunningProxy, startProxy } from '../running-proxy.ts';

/** What a scenario works with. */
export interface Bench {
  options: GatewayBenchOptions;
  /** What to measure; nothing is missing for these. */
  proxies: readonly ProxyDescriptor[];
  /** Directory for generated files. */
  root: string;
  originPort: number;
  /** One line for whoever waits. */
  say(line: string): void;
}

export interface ScenarioResult {
  tables: Table[];
  goals: Goal[];
  notes: string[];
  data: unknown;
}

export const start = (bench: Bench, proxy: ProxyDescriptor, cores = bench.options.proxyCores): Promise<RunningProxy> =>
  startProxy(proxy, bench.root, bench.originPort, cores);

/** Starts every proxy; one that does not start is left out with a note. */
export async function startEach(bench: Bench, notes: string[]): Promise<RunningProxy[]> {
  const running: RunningProxy[] = [];
  for (const proxy of bench.proxies) {
    try {
      running.push(await start(bench, proxy));
    } catch (error) {
      notes.push(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
      bench.say(notes.at(-1) ?? '');
    }
  }
  return running;
}

export async function stopEach(running: readonly RunningProxy[]): Promise<void> {
  await Promise.all(running.map(({ child }) => child.stop()));
}

/** Failed requests are told in the notes: the figures beside them are not worth much. */
export function noteFailures(notes: string[], title: string, failed: number, detail?: Record<string, number>): void {
  if (failed > 0) notes.push(`FAILED: ${title}: ${failed} requests failed${detail === undefined ? '' : ` ${JSON.stringify(detail)}`}`);
}

/** The load generator shares its core with the origin: from here on it measures itself as well. */
const CLIENT_BUSY_MAX = 0.75;

export function noteBusyClient(notes: string[], title: string, clientBusy: number): void {
  if (clientBusy > CLIENT_BUSY_MAX)
    notes.push(`${title}: the load generator used ${Math.round(100 * clientBusy)} % of its core, so its latencies are too high`);
}
