import { setTimeout as sleep } from 'node:timers/promises';
import { formatMegabytes } from '../../report/format.ts';
import { rssGoal } from '../goals.ts';
import { measureSaturated } from '../measure.ts';
import { type Bench, noteFailures, type ScenarioResult, start } from './scenario.ts';

/** Until a process that has just started is quiet. */
const SETTLE_MS = 3_000;

/** Resident memory when idle, and after as much load as the proxy takes. */
export async function rss(bench: Bench): Promise<ScenarioResult> {
  const { seconds, connections, loadCores } = bench.options;
  const notes: string[] = [];
  const all: { proxy: string; title: string; idleBytes: number; loadedBytes: number }[] = [];
  for (const proxy of bench.proxies) {
    const running = await start(bench, proxy);
    await sleep(SETTLE_MS);
    const idleBytes = running.measure().rssBytes;
    const { rssBytes: loadedBytes, failed } = await measureSaturated(running, { seconds, connections, loadCores });
    noteFailures(notes, proxy.title, failed);
    await running.child.stop();
    all.push({ proxy: proxy.name, title: proxy.title, idleBytes, loadedBytes });
    bench.say(`${proxy.title}: ${formatMegabytes(idleBytes)} idle, ${formatMegabytes(loadedBytes)} after load`);
  }
  return {
    tables: [
      {
        title: 'Resident memory',
        columns: ['proxy', 'idle', 'after load'],
        rows: all.map(({ title, idleBytes, loadedBytes }) => [title, formatMegabytes(idleBytes), formatMegabytes(loadedBytes)]),
      },
    ],
    goals: all.filter(({ proxy }) => proxy.startsWith('gatehouse')).map(({ title, loadedBytes }) => rssGoal(title, loadedBytes)),
    notes,
    data: all,
  };
}
