import { median } from '../../report/statistics.ts';
import { GOALS } from '../goals.ts';
import { type Bench, type ScenarioResult, start } from './scenario.ts';

/**
 * From the command to the first accepted connection, and to the first right answer. Each start is a new process and directory,
 * on every core of the bench: nothing else runs, and a user pins nothing.
 */
export async function startup(bench: Bench): Promise<ScenarioResult> {
  const cores = `${bench.options.proxyCores},${bench.options.loadCores}`;
  const all = bench.proxies.map((proxy) => ({ proxy, listeningMs: [] as number[], readyMs: [] as number[] }));
  for (let run = 1; run <= bench.options.runs; run++) {
    for (const { proxy, listeningMs, readyMs } of all) {
      const running = await start(bench, proxy, cores);
      await running.child.stop();
      listeningMs.push(running.listeningMs);
      readyMs.push(running.readyMs);
      bench.say(`round ${run}/${bench.options.runs}  ${proxy.title}: listening after ${Math.round(running.listeningMs)} ms`);
    }
  }
  const toMs = (values: readonly number[]) => `${Math.round(median(values))} ms`;
  return {
    tables: [
      {
        title: 'From the command',
        columns: ['proxy', 'to listening', 'to the first answer', 'slowest to listening'],
        rows: all.map(({ proxy, listeningMs, readyMs }) => [
          proxy.title,
          toMs(listeningMs),
          toMs(readyMs),
          `${Math.round(Math.max(...listeningMs))} ms`,
        ]),
      },
    ],
    goals: all
      .filter(({ proxy }) => proxy.name.startsWith('gatehouse'))
      .map(({ proxy, listeningMs }) => ({
        text: `${proxy.title} listens within ${GOALS.listeningMs} ms`,
        figure: toMs(listeningMs),
        reached: median(listeningMs) <= GOALS.listeningMs,
      })),
    notes: [],
    data: all.map(({ proxy, listeningMs, readyMs }) => ({ proxy: proxy.name, listeningMs, readyMs })),
  };
}
