import { expect, test } from 'vitest';
import { formatRelative } from './time.tsx';

const NOW = Date.parse('2026-05-04T12:00:00Z');

test.each([
  ['2026-05-04T11:59:40Z', 'just now'],
  ['2026-05-04T11:57:00Z', '3 min. ago'],
  ['2026-05-03T11:00:00Z', 'yesterday'],
  ['2026-05-06T12:00:00Z', 'in 2 days'],
  ['2026-05-04T12:00:20Z', 'in a moment'],
])('the time %s is told as "%s"', (at, told) => {
  expect(formatRelative(at, NOW)).toBe(told);
});
