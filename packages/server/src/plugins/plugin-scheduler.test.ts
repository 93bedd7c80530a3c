import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createPluginLog } from './plugin-log.ts';
import { Scheduler } from './plugin-scheduler.ts';

function create() {
  const lines: string[] = [];
  const write = (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = createPluginLog({ info: write, warn: write, error: write }, 'a');
  const scheduler = new Scheduler({ log, tryLead: async () => ({ lost: new Promise(() => undefined), release: async () => undefined }) });
  onTestFinished(() => scheduler.stop());
  return { scheduler, lines };
}

test('a task that takes longer than its interval is never run twice at a time', async () => {
  const { scheduler } = create();
  let running = 0;
  let most = 0;
  let runs = 0;
  scheduler.every(100, async () => {
    most = Math.max(most, ++running);
    await sleep(150);
    running--;
    runs++;
  });
  expect(running).toBe(0);
  scheduler.start();
  await expect.poll(() => runs).toBeGreaterThan(1);
  expect(most).toBe(1);
});

test('a task that fails is logged and runs again; one that takes too long is told to end', async () => {
  const { scheduler, lines } = create();
  let failures = 0;
  let told = '';
  scheduler.every(
    100,
    () => {
      failures++;
      throw new Error('no luck');
    },
    { name: 'failing', leaderOnly: false },
  );
  scheduler.every(
    10_000,
    (signal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          told = String(signal.reason);
          resolve();
        });
      }),
    { name: 'endless', timeoutMs: 100 },
  );
  scheduler.start();
  await expect.poll(() => failures).toBeGreaterThan(1);
  await expect.poll(() => told).toContain('longer than 100 ms');
  expect(lines.join('\n')).toMatch(/A task failed .*"task":"failing".*no luck.*"plugin":"a"/);
  expect(lines.join('\n')).toMatch(/takes longer .*"endless"/);
});

test('intervals that no timer can hold, and tasks that are added later, are refused', () => {
  const { scheduler } = create();
  for (const ms of [0, -1, 99, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])
    expect(() => scheduler.every(ms, () => {})).toThrow(RangeError);
  scheduler.start();
  expect(() => scheduler.every(1_000, () => {})).toThrow('while the plugin is registered');
});
