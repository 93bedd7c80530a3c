import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';
import { TargetStates } from './target-states.ts';

const RULE = { failures: 3, durationMs: 1000, shareMax: 1 };
const yes = () => true;

test('a target is ejected after failures in a row, seen by every thread, and comes back', () => {
  const states = TargetStates.create(4, 2, 5_000);
  const other = new TargetStates(states.buffer, 1);
  states.recordFailure(1, RULE, 5_000, yes);
  other.recordFailure(1, RULE, 5_000, yes);
  expect(other.isEjected(1, 5_000)).toBe(false);
  expect(states.recordFailure(1, RULE, 5_000, yes)).toBe(true);
  expect(other.isEjected(1, 5_900)).toBe(true);
  expect(other.isAvailable(0, 5_900)).toBe(true);
  expect(other.isEjected(1, 6_100)).toBe(false);
});

test('a success in between starts the count anew', () => {
  const states = TargetStates.create(1, 1, 0);
  states.recordFailure(0, RULE, 0, yes);
  states.recordFailure(0, RULE, 0, yes);
  states.recordSuccess(0);
  expect(states.recordFailure(0, RULE, 0, yes)).toBe(false);
});

test('ejections that follow each other last longer', () => {
  const states = TargetStates.create(1, 1, 0);
  const once = { ...RULE, failures: 1 };
  states.recordFailure(0, once, 0, yes);
  states.recordFailure(0, once, 2_000, yes);
  expect(states.isEjected(0, 3_500)).toBe(true);
  expect(states.isEjected(0, 4_100)).toBe(false);
});

test('a target that must not be ejected stays', () => {
  const states = TargetStates.create(1, 1, 0);
  expect(states.recordFailure(0, { ...RULE, failures: 1 }, 0, () => false)).toBe(false);
  expect(states.isEjected(0, 0)).toBe(false);
});

test('retries stay a share of the requests, above a floor', () => {
  const budget = new RetryBudget(0.2);
  let taken = 0;
  while (budget.take()) taken++;
  expect(taken).toBe(30);
  for (let i = 0; i < 1000; i++) budget.countRequest(1);
  let more = 0;
  while (budget.take()) more++;
  expect(more).toBe(200);
});
