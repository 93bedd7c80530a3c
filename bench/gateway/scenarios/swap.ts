import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount, formatMicros, formatRatio } from '../../report/format.ts';
import type { Goal } from '../../report/report.ts';
import { median } from '../../report/statistics.ts';
import { GOALS, ratioGoal } from '../goals.ts';
import { type HalfLoadFigures, measurePaced, measureSaturated } from '../measure.ts';
import { readGauge } from '../probe.ts';
import type { RunningProxy } from '../running-proxy.ts';
import { type Bench, noteFailures, type ScenarioResult, start, stopEach } from './scenario.ts';

const SWAP_MS = 1_000;
/** Until the last configuration has been taken. */
const SETTLE_MS = 3_000;

interface Swap {
  proxy: string;
  title: string;
  rate: number;
  quiet: HalfLoadFigures[];
  swapping: HalfLoadFigures[];
  /** Configurations that were written. */
  written: number;
  /** Configurations that the proxy says that it took; undefined when it does not say. */
  taken: number | undefined;
}

/** Half load without and with a new configuration each second, in turns; both at the same rate. */
export async function swap(bench: Bench): Promise<ScenarioResult> {
  const { seconds, runs, connections, loadCores } = bench.options;
  const notes: string[] = [];
  const all: Swap[] = [];
  for (const proxy of bench.proxies) {
    if (proxy.reconfigure === undefined) {
      notes.push(`${proxy.title} was left out: it is not set up to take a new configuration while it runs`);
      continue;
    }
    const running = await start(bench, proxy);
    const { rps } = await measureSaturated(running, { seconds: Math.min(seconds, 5), connections, loadCores });
    const result: Swap = { proxy: proxy.name, title: proxy.title, rate: rps / 2, quiet: [], swapping: [], written: 0, taken: undefined };
    const before = await readConfigurationNumber(running);
    for (let run = 1; run <= runs; run++) {
      const quiet = await measurePaced(running, { rate: result.rate, seconds, loadCores });
      const swaps = swapEachSecond(running, result.written);
      let swapping: HalfLoadFigures;
      try {
        swapping = await measurePaced(running, { rate: result.rate, seconds, loadCores });
      } finally {
        result.written = swaps.stop();
      }
      result.quiet.push(quiet);
      result.swapping.push(swapping);
      noteFailures(notes, `${proxy.title}, quiet`, quiet.failed, quiet.failures);
      noteFailures(notes, `${proxy.title}, while swapping`, swapping.failed, swapping.failures);
      bench.say(`round ${run}/${runs}  ${proxy.title}: p99 ${formatMicros(quiet.p99)} quiet, ${formatMicros(swapping.p99)} while swapping`);
    }
    await sleep(SETTLE_MS);
    const after = await readConfigurationNumber(running);
    if (before !== undefined && after !== undefined) result.taken = after - before;
    if (result.taken !== undefined && result.taken < result.written / 2)
      notes.push(`FAILED: ${proxy.title} took only ${result.taken} of ${result.written} configurations`);
    await stopEach([running]);
    all.push(result);
  }
  return {
    tables: [
      {
        title: 'A new configuration each second, at half load',
        columns: ['proxy', 'rps', 'swaps', 'taken', 'p99 quiet', 'p99 swapping', 'ratio', 'longest quiet', 'longest swapping', 'failed'],
        rows: all.map(({ title, rate, written, taken, quiet, swapping }) => [
          title,
          formatCount(rate),
          formatCount(written),
          taken === undefined ? 'not counted' : formatCount(taken),
          formatMicros(medianP99(quiet)),
          formatMicros(medianP99(swapping)),
          formatRatio(medianP99(swapping) / medianP99(quiet)),
          formatMicros(Math.max(...quiet.map(({ max }) => max))),
          formatMicros(Math.max(...swapping.map(({ max }) => max))),
          formatCount(countFailed([...quiet, ...swapping])),
        ]),
      },
    ],
    goals: all.filter(({ proxy }) => proxy.startsWith('gatehouse')).flatMap(toGoals),
    notes,
    data: all,
  };
}

const medianP99 = (figures: readonly HalfLoadFigures[]): number => median(figures.map(({ p99 }) => p99));
const countFailed = (figures: readonly HalfLoadFigures[]): number => figures.reduce((sum, { failed }) => sum + failed, 0);

function toGoals({ title, quiet, swapping, written }: Swap): Goal[] {
  const failed = countFailed(swapping);
  return [
    { text: `${title}: no failed request in ${written} swaps`, figure: `${failed} failed`, reached: failed === 0 },
    ...ratioGoal(`${title}: p99 while swapping against quiet`, medianP99(swapping) / medianP99(quiet), GOALS.swapP99OfQuiet),
  ];
}

/** Writes configurations until it is stopped; `stop` returns how many there were in all. */
function swapEachSecond({ proxy, place, child }: RunningProxy, writtenBefore: number): { stop(): number } {
  let written = writtenBefore;
  const timer = setInterval(() => {
    if (child.ended() !== undefined) return;
    written += 1;
    proxy.reconfigure?.(place, child.pid, written);
  }, SWAP_MS);
  return {
    stop() {
      clearInterval(timer);
      return written;
    },
  };
}

function readConfigurationNumber({ proxy, place }: RunningProxy): Promise<number | undefined> {
  return proxy.configurationGauge === undefined ? Promise.resolve(undefined) : readGauge(place.adminPort, proxy.configurationGauge);
}
