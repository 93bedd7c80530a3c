import { formatMegabytes, formatRatio } from '../report/format.ts';
import type { Goal } from '../report/report.ts';
import { cpuRatio, type Rounds } from './scenarios/compare.ts';

/** Figures that this version is to reach. One place, so that a later version raises them here. */
export const GOALS = {
  fullChainOfNginx: 2.6,
  fullChainOfFastify: 0.6,
  manyRoutesOfFew: 1.03,
  swapP99OfQuiet: 2,
  rssBytes: 200 * 1024 ** 2,
  listeningMs: 1500,
  /** Of RSS, after the first five minutes of a soak. */
  soakGrowth: 0.05,
} as const;

/** Goals about CPU per request; those whose proxies were not measured are left out. */
export function compareGoals(all: readonly Rounds[]): Goal[] {
  const find = (name: string) => all.find(({ proxy }) => proxy.name === name);
  return [
    ratioGoal('CPU of the full chain against bare nginx', cpuRatio(find('gatehouse-full'), find('nginx')), GOALS.fullChainOfNginx),
    ratioGoal(
      'CPU of the full chain against bare @fastify/http-proxy',
      cpuRatio(find('gatehouse-full'), find('fastify-http-proxy')),
      GOALS.fullChainOfFastify,
    ),
    ratioGoal('CPU with 10,000 routes against 10', cpuRatio(find('gatehouse-10000'), find('gatehouse')), GOALS.manyRoutesOfFew),
  ].flat();
}

export function ratioGoal(text: string, ratio: number, max: number): Goal[] {
  if (Number.isNaN(ratio)) return [];
  return [{ text: `${text}, at most ${formatRatio(max)}`, figure: formatRatio(ratio), reached: ratio <= max }];
}

export function rssGoal(title: string, rssBytes: number): Goal {
  return {
    text: `RSS of ${title}, under ${formatMegabytes(GOALS.rssBytes)}`,
    figure: formatMegabytes(rssBytes),
    reached: rssBytes < GOALS.rssBytes,
  };
}
