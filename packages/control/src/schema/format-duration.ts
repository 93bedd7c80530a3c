const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** A duration as people write it, which reads back into the same milliseconds: `90s`, `250ms`; 0 for none. */
export function formatDuration(ms: number): string | 0 {
  if (ms === 0) return 0;
  for (const [unit, size] of UNITS) if (ms % size === 0) return `${ms / size}${unit}`;
  // Nine digits is what a written duration may have.
  return ms < 1e9 ? `${ms}ms` : `${ms / 1000}s`;
}

/** Each duration of an object written as people do; those that are absent stay away. */
export function formatDurations(durations: Readonly<Record<string, number | undefined>>): Record<string, string | 0> {
  return Object.fromEntries(Object.entries(durations).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, formatDuration(ms)]])));
}
