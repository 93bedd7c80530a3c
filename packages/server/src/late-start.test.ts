import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import { expect, test } from 'vitest';
import { LateStart } from './late-start.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function startLate(steps: (() => Promise<unknown>)[]) {
  const late = new LateStart({ steps, reason: 'refused', log: silent, retryMs: { min: 1, max: 2 } });
  expect(late.notReady).toBe('the control plane waits for its database: refused');
  late.start();
  return late;
}

test('a step is done again while the database is away, and the ones before it are not', async () => {
  const done: string[] = [];
  const ended = Promise.withResolvers<void>();
  const late = startLate([
    async () => done.push('open'),
    async () => {
      done.push('apply');
      if (done.length < 4) throw new DatabaseUnavailableError('gone again');
    },
    async () => ended.resolve(),
  ]);
  await ended.promise;
  await late.stop();
  expect(done).toEqual(['open', 'apply', 'apply', 'apply']);
});

test('what a start would be refused for is told, and not tried again', async () => {
  let tries = 0;
  const late = startLate([
    async () => {
      tries++;
      throw new Error('The installation key is not the one of the database');
    },
  ]);
  await expect.poll(() => late.notReady).toBe('the control plane cannot start: The installation key is not the one of the database');
  await late.stop();
  expect(tries).toBe(1);
});

test('stopping ends the waiting, after the try that runs', async () => {
  const begun = Promise.withResolvers<void>();
  const late = startLate([
    async () => {
      begun.resolve();
      throw new DatabaseUnavailableError('away');
    },
  ]);
  await begun.promise;
  await late.stop();
  expect(late.notReady).toContain('waits for its database: away');
});
