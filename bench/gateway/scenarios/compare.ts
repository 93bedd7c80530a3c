import { formatCount, formatMegabytes, formatMicros, formatRatio } from '../../report/format.ts';
import type { Table } from '../../report/report.ts';
import { median } from '../../report/statistics.ts';
import { compareGoals } from '../goals.ts';
import { type Figures, type HalfLoadFigures, measurePaced, measureSaturated } from '../measure.ts';
import type { ProxyDescriptor } from '../proxies/proxy.ts';
import { type Bench, noteBusyClient, noteFailures, type ScenarioResult, startEach, stopEach } from './scenario.ts';

/** Rounds of one proxy, in order: round i of every proxy was measured in the same minute. */
export interface Rounds {
  proxy: Pick<ProxyDescriptor, 'name' | 'title' | 'chain'>;
  saturated: Figures[];
  half: HalfLoadFigures[];
}

/** Everything side by side: all proxies run, and take their turns A B C … A B C … so that a slow minute meets all of them. */
export async function compare(bench: Bench): Promise<ScenarioResult> {
  const { runs, seconds, connections, loadCores } = bench.options;
  const notes: string[] = [];
  const running = await startEach(bench, notes);
  const all: Rounds[] = running.map(({ proxy: { name, title, chain } }) => ({ proxy: { name, title, chain }, saturated: [], half: [] }));
  for (const proxy of running) {
    bench.say(`warming up ${proxy.proxy.title}`);
    await measureSaturated(proxy, { seconds: Math.min(5, Math.max(2, seconds)), connections, loadCores });
  }
  for (let run = 1; run <= runs; run++) {
    for (const [index, proxy] of running.entries()) {
      const saturated = await measureSaturated(proxy, { seconds, connections, loadCores });
      const half = await measurePaced(proxy, { rate: Math.max(1, saturated.rps / 2), seconds, loadCores });
      all[index]?.saturated.push(saturated);
      all[index]?.half.push(half);
      noteFailures(notes, `${proxy.proxy.title}, saturated`, saturated.failed);
      noteFailures(notes, `${proxy.proxy.title}, half load`, half.failed, half.failures);
      noteBusyClient(notes, `${proxy.proxy.title}, half load`, half.clientBusy);
      bench.say(
        `round ${run}/${runs}  ${proxy.proxy.title}: ${formatCount(saturated.rps)} rps, ${saturated.cpuMicros.toFixed(1)} µs CPU/request, ` +
          `p99 ${formatMicros(saturated.p99)}, at half load ${formatMicros(half.p99)}`,
      );
    }
  }
  await stopEach(running);
  return { tables: [toTable(all)], goals: compareGoals(all), notes, data: all };
}

/**
 * How much more CPU per request `rounds` needs than `base`: the median of the ratios of each round, in which both met the same
 * conditions. NaN when one of them was not measured.
 */
export function cpuRatio(rounds: Rounds | undefined, base: Rounds | undefined): number {
  return median((rounds?.saturated ?? []).map(({ cpuMicros }, round) => cpuMicros / (base?.saturated[round]?.cpuMicros ?? Number.NaN)));
}

function toTable(all: readonly Rounds[]): Table {
  const nginx = all.find(({ proxy }) => proxy.name === 'nginx');
  return {
    title: 'Side by side',
    columns: ['proxy', 'chain', 'rps', 'CPU µs/request', 'x nginx', 'core', 'p50', 'p99', 'p50 at half', 'p99 at half', 'RSS', 'failed'],
    rows: all.map((rounds) => {
      const { proxy, saturated, half } = rounds;
      const ratio = cpuRatio(rounds, nginx);
      const of = <Round>(list: readonly Round[], pick: (round: Round) => number) => median(list.map(pick));
      return [
        proxy.title,
        proxy.chain,
        formatCount(of(saturated, ({ rps }) => rps)),
        of(saturated, ({ cpuMicros }) => cpuMicros).toFixed(1),
        Number.isNaN(ratio) ? '' : formatRatio(ratio),
        `${Math.round(100 * of(saturated, ({ busy }) => busy))} %`,
        formatMicros(of(saturated, ({ p50 }) => p50)),
        formatMicros(of(saturated, ({ p99 }) => p99)),
        formatMicros(of(half, ({ p50 }) => p50)),
        formatMicros(of(half, ({ p99 }) => p99)),
        formatMegabytes(of(half, ({ rssBytes }) => rssBytes)),
        formatCount([...saturated, ...half].reduce((sum, { failed }) => sum + failed, 0)),
      ];
    }),
  };
}
