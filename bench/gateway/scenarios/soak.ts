import { formatCount, formatMegabytes, formatMicros } from '../../report/format.ts';
import { slope } from '../../report/statistics.ts';
import { GOALS } from '../goals.ts';
import { type HalfLoadFigures, measurePaced, measureSaturated } from '../measure.ts';
import type { RunningProxy } from '../running-proxy.ts';
import { type Bench, noteFailures, type ScenarioResult, start, stopEach } from './scenario.ts';

const SAMPLE_MS = 10_000;
/** Until caches and pools are filled; a sixth of a soak that is shorter than half an hour. */
const SETTLE_MINUTES = 5;

interface Sample {
  minute: number;
  rssBytes: number;
}

interface Soak {
  proxy: string;
  title: string;
  figures: HalfLoadFigures;
  samples: Sample[];
  /** Of the straight line through the samples after settling: its growth over that time, as a share of RSS. */
  growth: number;
}

/** Half load for a long time: memory must stay flat and no request fail. */
export async function soak(bench: Bench): Promise<ScenarioResult> {
  const { seconds, connections, loadCores, minutes } = bench.options;
  const settleMinutes = Math.min(SETTLE_MINUTES, minutes / 6);
  const notes: string[] = [];
  const all: Soak[] = [];
  for (const proxy of bench.proxies) {
    const running = await start(bench, proxy);
    const { rps } = await measureSaturated(running, { seconds, connections, loadCores });
    bench.say(`${proxy.title}: ${minutes} minutes at ${formatCount(rps / 2)} requests per second`);
    const sampling = sample(running, bench);
    let figures: HalfLoadFigures;
    try {
      figures = await measurePaced(running, { rate: rps / 2, seconds: minutes * 60, loadCores });
    } finally {
      sampling.stop();
    }
    await stopEach([running]);
    noteFailures(notes, proxy.title, figures.failed, figures.failures);
    const settled = sampling.samples.filter(({ minute }) => minute >= settleMinutes);
    const perMinute = slope(settled.map(({ minute, rssBytes }) => ({ x: minute, y: rssBytes })));
    const growth = (perMinute * (minutes - settleMinutes)) / (settled[0]?.rssBytes ?? Number.NaN);
    all.push({ proxy: proxy.name, title: proxy.title, figures, samples: sampling.samples, growth });
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    tables: [
      {
        title: `${minutes} minutes at half load`,
        columns: ['proxy', 'rps', 'RSS at first', 'RSS settled', 'RSS at last', 'RSS largest', 'growth', 'p99', 'longest', 'failed'],
        rows: all.map(({ title, figures, samples, growth }) => [
          title,
          formatCount(figures.rps),
          formatMegabytes(samples[0]?.rssBytes ?? Number.NaN),
          formatMegabytes(samples.find(({ minute }) => minute >= settleMinutes)?.rssBytes ?? Number.NaN),
          formatMegabytes(samples.at(-1)?.rssBytes ?? Number.NaN),
          formatMegabytes(Math.max(...samples.map(({ rssBytes }) => rssBytes))),
          percent(growth),
          formatMicros(figures.p99),
          formatMicros(figures.max),
          formatCount(figures.failed),
        ]),
      },
    ],
    goals: all.map(({ title, growth }) => ({
      text: `RSS of ${title} grows by less than ${percent(GOALS.soakGrowth)} after ${settleMinutes.toFixed(1)} minutes`,
      figure: percent(growth),
      reached: growth < GOALS.soakGrowth,
    })),
    notes,
    data: all,
  };
}

function sample(running: RunningProxy, bench: Bench): { samples: Sample[]; stop(): void } {
  const samples: Sample[] = [];
  const beganMs = performance.now();
  const take = () => {
    // A proxy that died shows as failed requests; sampling must not hide them behind an error of its own.
    if (running.child.ended() !== undefined) return;
    const minute = (performance.now() - beganMs) / 60_000;
    const { rssBytes } = running.measure();
    samples.push({ minute, rssBytes });
    running.truncateLogs();
    if (samples.length % 6 === 1) bench.say(`  minute ${Math.round(minute)}: ${formatMegabytes(rssBytes)}`);
  };
  take();
  const timer = setInterval(take, SAMPLE_MS);
  return { samples, stop: () => clearInterval(timer) };
}
