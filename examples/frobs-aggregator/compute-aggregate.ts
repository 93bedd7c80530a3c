import { z } from 'zod';
import type { Reading } from './cached-source.ts';

export const frobList = z.array(z.object({ id: z.string(), name: z.string(), speed: z.number() })).max(100_000);
export const flerpBatch = z.object({ flerps: z.array(z.object({ frob: z.string(), count: z.number().int() })).max(100_000) });

export type Frobs = z.output<typeof frobList>;
export type Flerps = z.output<typeof flerpBatch>;

/** What a page wants to know; null: the sources that it takes did not answer. */
export interface FrobSummary {
  frobs: number | null;
  fastest: string | null;
  flerps: number | null;
  frobsWithoutFlerps: number | null;
  observations: number | null;
  sources: { name: string; state: Reading<unknown>['state']; ageSeconds?: number; error?: string }[];
}

/** Makes one answer of what three sources said, each of which may have said nothing. */
export function computeAggregate(readings: { frobs: Reading<Frobs>; flerps: Reading<Flerps>; observations: Reading<number> }): FrobSummary {
  const frobs = readings.frobs.value;
  const flerps = readings.flerps.value?.flerps;
  const supplied = new Set(flerps?.filter(({ count }) => count > 0).map(({ frob }) => frob));
  return {
    frobs: frobs?.length ?? null,
    fastest: frobs?.toSorted((a, b) => Math.abs(b.speed) - Math.abs(a.speed))[0]?.name ?? null,
    flerps: flerps?.reduce((sum, { count }) => sum + count, 0) ?? null,
    frobsWithoutFlerps: frobs === undefined || flerps === undefined ? null : frobs.filter(({ id }) => !supplied.has(id)).length,
    observations: readings.observations.value ?? null,
    sources: Object.entries(readings).map(([name, { state, ageMs, error }]) => ({
      name,
      state,
      ...(ageMs === undefined ? {} : { ageSeconds: Math.round(ageMs / 1000) }),
      ...(error === undefined ? {} : { error }),
    })),
  };
}
