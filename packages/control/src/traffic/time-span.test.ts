import { expect, test } from 'vitest';
import { Refusal } from '../operation/refusal.ts';
import { toTimeSpan } from './time-span.ts';
import { HOUR_MS, MINUTE_MS } from './traffic-columns.ts';

const NOW = Date.parse('2026-03-20T12:34:56Z');
const DAY_MS = 24 * HOUR_MS;
const RETENTION = { minutes: DAY_MS, hours: 30 * DAY_MS, calls: DAY_MS };

const iso = (ms: number) => new Date(ms).toISOString();
const spanOf = (backMs: number, untilMs = NOW) => toTimeSpan({ since: iso(untilMs - backMs), until: iso(untilMs) }, RETENTION, NOW);

test('the longer the span, the wider its steps, which begin at whole ones and never are more than a chart can show', () => {
  const widths = [HOUR_MS, 6 * HOUR_MS, 7 * HOUR_MS, DAY_MS, 2 * DAY_MS, 8 * DAY_MS, 9 * DAY_MS, 30 * DAY_MS].map((back) => {
    const { sinceMs, untilMs, stepMs } = spanOf(back);
    expect(sinceMs % stepMs).toBe(0);
    expect(sinceMs).toBeLessThanOrEqual(NOW - back);
    expect((untilMs - sinceMs) / stepMs).toBeLessThanOrEqual(361);
    return stepMs / MINUTE_MS;
  });
  expect(widths).toEqual([1, 1, 5, 5, 60, 60, 360, 360]);
});

test('it is the last three hours unless something else is asked for', () => {
  expect(toTimeSpan({}, RETENTION, NOW)).toMatchObject({ sinceMs: NOW - 56_000 - 3 * HOUR_MS, untilMs: NOW, stepMs: MINUTE_MS });
});

test('where there are only hours, steps are not shorter', () => {
  expect(spanOf(HOUR_MS, NOW - 3 * DAY_MS).stepMs).toBe(HOUR_MS);
});

test('what begins before anything that is kept begins there, and what ends after now ends now', () => {
  const span = toTimeSpan({ since: '1970-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' }, RETENTION, NOW);
  expect(span.untilMs).toBe(NOW);
  expect(NOW - 30 * DAY_MS - span.sinceMs).toBeLessThan(span.stepMs);
});

test('what is over before it begins, or before anything is kept, is refused', () => {
  expect(() => toTimeSpan({ since: iso(NOW), until: iso(NOW - 1) }, RETENTION, NOW)).toThrow(Refusal);
  expect(() => toTimeSpan({ since: iso(NOW + 1) }, RETENTION, NOW)).toThrow(/now/);
  expect(() => spanOf(HOUR_MS, NOW - 40 * DAY_MS)).toThrow(/figures are kept since/);
});
