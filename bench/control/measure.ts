/** Times of one kind of call, in milliseconds. */
export interface Times {
  name: string;
  p50: number;
  p99: number;
  max: number;
  calls: number;
}

/** Makes calls one after the other and tells how long they took. */
export async function measureCalls(name: string, count: number, one: (index: number) => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await one(i);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { name, p50: at(0.5), p99: at(0.99), max: at(1), calls: count };
}

export const TIMES_COLUMNS = ['call', 'p50', 'p99', 'slowest', 'calls'];

export function toRow({ name, p50, p99, max, calls }: Times): string[] {
  return [name, ...[p50, p99, max].map((value) => `${value.toFixed(1)} ms`), String(calls)];
}
