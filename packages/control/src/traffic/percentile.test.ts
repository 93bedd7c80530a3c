import { DURATION_BOUNDS_MS, DURATION_BUCKETS } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

function bucketOf(ms: number): number {
  const bucket = DURATION_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return bucket === -1 ? DURATION_BOUNDS_MS.length : bucket;
}

function toLatencies(all: readonly number[]) {
  const counts = new Array<number>(DURATION_BUCKETS).fill(0);
  for (const ms of all) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
  return { counts, sumMs: all.reduce((sum, ms) => sum + ms, 0) };
}

/** The same numbers at each run. */
function* pseudoRandom(): Generator<number> {
  for (let state = 42; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield (state + 0.5) / 2 ** 31;
  }
}

test('a percentile lies in the bucket of the latency that it is, whatever the distribution', () => {
  const random = pseudoRandom();
  const next = () => random.next().value as number;
  const distributions: (() => number)[] = [
    () => next() * 40,
    () => -Math.log(next()) * 80,
    () => Math.exp(2 + 1.5 * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())),
    () => (next() < 0.97 ? 3 + next() : 900 + 200 * next()),
  ];
  for (const [index, draw] of distributions.entries()) {
    for (const size of [1, 2, 7, 100, 5_000]) {
      const all = Array.from({ length: size }, draw).sort((a, b) => a - b);
      for (const share of [0.5, 0.95, 0.99]) {
        const exact = all[Math.ceil(share * size) - 1] ?? 0;
        const shown = percentile(toLatencies(all), share) ?? Number.NaN;
        const bucket = bucketOf(exact);
        const where = `distribution ${index}, ${size} requests, ${share}: ${shown} for ${exact}`;
        expect(shown, where).toBeGreaterThanOrEqual(DURATION_BOUNDS_MS[bucket - 1] ?? 0);
        expect(shown, where).toBeLessThanOrEqual(DURATION_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY);
      }
    }
  }
});

test('a backend that always takes half a minute is not shown as one of ten seconds', () => {
  expect(percentile(toLatencies([...Array(900).fill(4), ...Array(100).fill(30_000)]), 0.99)).toBeCloseTo(30_000, -3);
  expect(percentile(toLatencies(Array(10).fill(45_000)), 0.5)).toBe(45_000);
});

test('without requests there is none', () => {
  expect(percentile(toLatencies([]), 0.99)).toBeNull();
});
