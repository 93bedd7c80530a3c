import { expect, test } from 'vitest';
import { inSlices } from './in-slices.ts';

test('other work of the thread goes on between slices', async () => {
  let others = 0;
  let running = true;
  const other = () => {
    others++;
    if (running) setImmediate(other);
  };
  setImmediate(other);
  let steps = 0;
  await inSlices(() => {
    const until = performance.now() + 0.3;
    while (performance.now() < until);
    return ++steps === 20;
  });
  running = false;
  expect(steps).toBe(20);
  expect(others).toBeGreaterThan(5);
});
