import { DURATION_BOUNDS_MS } from '@gatehouse/contract';

/** How many requests took how long. */
export interface Latencies {
  /** By bucket: see `DURATION_BOUNDS_MS`. */
  counts: readonly number[];
  /** Sum, in milliseconds. */
  sumMs: number;
}

/**
 * The latency that this share of requests was not above, in milliseconds; null: there were none. It lies in the right bucket; where in it
 * is estimated. Buckets grow by the factor 2 to 2.5 and latencies thin out towards the end of a bucket, so steps of equal ratio are
 * nearer to the truth than equal steps, which Prometheus takes. In the bucket without bound it is the mean that the sum leaves for it:
 * its lower bound would call a backend that always takes 30 s one of 10 s.
 */
export function percentile(latencies: Latencies, share: number): number | null {
  const { counts } = latencies;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [bucket, upper] of DURATION_BOUNDS_MS.entries()) {
    const count = counts[bucket] ?? 0;
    if (count > 0 && below + count >= rank) return round(within(bucket, upper, Math.max(0, rank - below) / count));
    below += count;
  }
  return round(meanOfLast(latencies));
}

function within(bucket: number, upper: number, share: number): number {
  const lower = DURATION_BOUNDS_MS[bucket - 1];
  // From zero on there is no ratio.
  return lower === undefined ? upper * share : lower * (upper / lower) ** share;
}

function meanOfLast({ counts, sumMs }: Latencies): number {
  const lowest = DURATION_BOUNDS_MS.at(-1) ?? 0;
  let rest = sumMs;
  for (const [bucket, upper] of DURATION_BOUNDS_MS.entries()) rest -= (counts[bucket] ?? 0) * within(bucket, upper, 0.5);
  return Math.max(lowest, rest / (counts[DURATION_BOUNDS_MS.length] ?? 1));
}

/** More digits than the buckets can tell would only look exact. */
function round(ms: number): number {
  return Number(ms.toPrecision(3));
}
