import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import { type TrafficRetention, toOldestMinute } from './sweep-traffic.ts';
import { HOUR_MS, MINUTE_MS } from './traffic-columns.ts';

/** What of the past is asked for, in ms since the epoch, in steps; a step begins at a multiple of its width. */
export interface TimeSpan {
  /** Begin of the first step. */
  sinceMs: number;
  /** Excluded. The last step may end later. */
  untilMs: number;
  stepMs: number;
  /** Before it there are only hours. */
  minutesSinceMs: number;
}

const DEFAULT_SPAN_MS = 3 * HOUR_MS;

/** Some 100 to 360 points, as many as a chart can show. */
const STEPS: readonly { spanMsMax: number; stepMs: number }[] = [
  { spanMsMax: 6 * HOUR_MS, stepMs: MINUTE_MS },
  { spanMsMax: 24 * HOUR_MS, stepMs: 5 * MINUTE_MS },
  { spanMsMax: 8 * 24 * HOUR_MS, stepMs: HOUR_MS },
  { spanMsMax: 31 * 24 * HOUR_MS, stepMs: 6 * HOUR_MS },
];
const LONGEST_STEP_MS = 24 * HOUR_MS;

/** Refuses what ends before it begins, or before anything that is kept (`request.invalid`). What begins before that begins there. */
export function toTimeSpan(
  query: { since?: string | undefined; until?: string | undefined },
  retention: TrafficRetention,
  nowMs: number,
): TimeSpan {
  const untilMs = Math.min(nowMs, query.until === undefined ? nowMs : Date.parse(query.until));
  const asked = query.since === undefined ? untilMs - DEFAULT_SPAN_MS : Date.parse(query.since);
  if (asked >= untilMs) {
    const limit =
      query.until === undefined || Date.parse(query.until) > nowMs ? `it is ${toTimestamp(nowMs)} now` : `until is ${toTimestamp(untilMs)}`;
    refuseInvalid(['query', 'since'], `must be earlier: ${limit}`);
  }
  const oldest = nowMs - Math.max(retention.minutes, retention.hours);
  if (untilMs <= oldest) refuseInvalid(['query', 'until'], `must be later: figures are kept since ${toTimestamp(oldest)}`);
  const sinceMs = Math.max(asked, oldest);
  const bySpan = STEPS.find(({ spanMsMax }) => untilMs - sinceMs <= spanMsMax)?.stepMs ?? LONGEST_STEP_MS;
  const stepMs = sinceMs < nowMs - retention.minutes - MINUTE_MS ? Math.max(bySpan, HOUR_MS) : bySpan;
  return {
    sinceMs: Math.floor(sinceMs / stepMs) * stepMs,
    untilMs,
    stepMs,
    minutesSinceMs: toOldestMinute(retention, nowMs),
  };
}
