import { DatabaseUnavailableError } from '@gatehouse/database';
import { expect, onTestFinished, test } from 'vitest';
import { Housekeeping, type HousekeepingOptions } from './housekeeping.ts';

function keepHouse(sweeps: HousekeepingOptions['sweeps'], everyMs = 60_000) {
  const warnings: object[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const housekeeping = new Housekeeping({ sweeps, log, firstMs: 0, everyMs });
  onTestFinished(() => housekeeping.stop());
  return { housekeeping, warnings };
}

const failing = (error: Error) => () => Promise.reject(error);

test('a sweep that fails is told of by name and stops none of the others', async () => {
  const swept = Promise.withResolvers<void>();
  const { warnings } = keepHouse([
    { name: 'sessions', run: failing(new Error('no such table')) },
    { name: 'nodes', run: async () => swept.resolve() },
  ]);
  await swept.promise;
  expect(warnings).toEqual([{ sweep: 'sessions', error: 'no such table' }]);
});

test('rounds go on after one in which the database was away', async () => {
  let rounds = 0;
  const third = Promise.withResolvers<void>();
  keepHouse(
    [
      {
        name: 'sessions',
        run: async () => {
          rounds++;
          if (rounds < 3) throw new DatabaseUnavailableError('away');
          third.resolve();
        },
      },
    ],
    1,
  );
  await third.promise;
});

test('stopping waits for the sweep that runs, and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const done: string[] = [];
  const { housekeeping } = keepHouse([
    {
      name: 'first',
      run: async () => {
        begun.resolve();
        await ended.promise;
        done.push('first');
      },
    },
    { name: 'second', run: async () => void done.push('second') },
  ]);
  await begun.promise;
  const stopped = housekeeping.stop().then(() => done.push('stopped'));
  ended.resolve();
  await stopped;
  expect(done).toEqual(['first', 'stopped']);
});
