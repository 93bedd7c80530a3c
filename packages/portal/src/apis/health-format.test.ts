import { expect, test } from 'vitest';
import { formatMs, formatShare } from './health-format.ts';

test.each([
  [null, '–'],
  [0.4, '0.4 ms'],
  [84.4, '84 ms'],
  [1_250, '1.25 s'],
])('a latency of %s ms is shown as %s', (ms, shown) => expect(formatMs(ms)).toBe(shown));

test.each([
  [0, 0, '–'],
  [0, 9, '0 %'],
  [1, 5_000, '0.02 %'],
  [3, 4, '75 %'],
])('%s of %s is shown as %s: a few errors among many requests are not shown as none', (part, whole, shown) => {
  expect(formatShare(part, whole)).toBe(shown);
});
