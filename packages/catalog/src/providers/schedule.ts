import type { Schedule } from '../processing/mutation.ts';
import type { ScheduleSettings } from '../processing/settings.ts';

const TIMEOUT_MS = 15 * 60_000;

/** A schedule as it is configured; `frequencyMs` when it says none. */
export function toSchedule(settings: ScheduleSettings | undefined, frequencyMs: number): Schedule {
  const frequency = settings?.frequency ?? frequencyMs;
  return {
    frequencyMs: typeof frequency === 'number' ? frequency : undefined,
    timeoutMs: settings?.timeout ?? TIMEOUT_MS,
    initialDelayMs: settings?.initialDelay ?? 0,
  };
}
