import { expect, test } from 'vitest';
import { AttemptLimiter } from './attempt-limiter.ts';

function fail(limiter: AttemptLimiter, address: string, times: number): void {
  for (let count = 0; count < times; count++) limiter.failed(address);
}

test('whoever has a network of IPv6 does not get twenty attempts with each of its addresses', () => {
  const limiter = new AttemptLimiter(() => 0);
  for (let host = 0; host < 20; host++) limiter.failed(`2001:db8:0:7::${host.toString(16)}`);
  expect(limiter.waitSeconds('2001:db8:0:7:ffff::1')).toBe(300);
  expect(limiter.waitSeconds('2001:db8:0:8::1')).toBe(0);
  expect(limiter.waitSeconds('::1')).toBe(0);
});

test('addresses without end take no memory without end, and do not let anybody off who just failed', () => {
  const limiter = new AttemptLimiter(() => 0);
  fail(limiter, '10.0.0.1', 20);
  for (let count = 0; count < 9_000; count++) limiter.failed(`a${count}`);
  expect(limiter.waitSeconds('10.0.0.1')).toBe(300);
  for (let count = 0; count < 2_000; count++) limiter.failed(`b${count}`);
  expect(limiter.waitSeconds('10.0.0.1')).toBe(0);
});
