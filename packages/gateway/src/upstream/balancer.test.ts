import { expect, test } from 'vitest';
import { createBalancer } from './balancer.ts';
import { HEALTH_BAD, TargetStates } from './target-states.ts';

const targets = (...weights: number[]) => weights.map((weight, slot) => ({ slot, weight }));

function pickMany(balancer: ReturnType<typeof createBalancer>, count: number): number[] {
  return Array.from({ length: count }, () => balancer.pick([], 0)?.slot ?? -1);
}

test('weights 3 to 1 are kept exactly, and spread', () => {
  const balancer = createBalancer('round-robin', targets(3, 1), TargetStates.create(2, 1, 0));
  expect(pickMany(balancer, 8)).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
});

test('a target that is unhealthy, ejected or tried already is passed over', () => {
  const states = TargetStates.create(3, 1, 0);
  const all = targets(1, 1, 1);
  const balancer = createBalancer('round-robin', all, states);
  states.setHealth(0, HEALTH_BAD);
  expect(pickMany(balancer, 4)).toEqual([1, 2, 1, 2]);
  expect(balancer.pick([all[1] as (typeof all)[number]], 0)?.slot).toBe(2);
  states.recordFailure(2, { failures: 1, durationMs: 1000, shareMax: 1 }, 0, () => true);
  expect(pickMany(balancer, 2)).toEqual([1, 1]);
  states.setHealth(1, HEALTH_BAD);
  expect(balancer.pick([], 0)).toBeUndefined();
});

test('least-requests goes where the fewest requests are in flight for its weight, over all threads', () => {
  const states = TargetStates.create(2, 2, 0);
  const otherThread = new TargetStates(states.buffer, 1);
  const balancer = createBalancer('least-requests', targets(1, 1), states);
  otherThread.begin(0);
  expect(pickMany(balancer, 3)).toEqual([1, 1, 1]);
  states.begin(1);
  states.begin(1);
  expect(pickMany(balancer, 3)).toEqual([0, 0, 0]);
  states.end(1);
  states.forgetThread(1);
  expect(pickMany(balancer, 2)).toEqual([0, 0]);
});
