import { expect, test } from 'vitest';
import type { Database } from './database.ts';
import { migrate } from './migrations/migrate.ts';
import { takeNumber } from './take-number.ts';
import { describeDatabases } from './testing/index.ts';

interface Schema {
  changes: { number: number };
}

async function prepare(database: Database<Schema>): Promise<void> {
  await migrate(database, [
    {
      number: 1,
      name: 'changes',
      breaking: false,
      up: async (db, types) => db.schema.createTable('changes').addColumn('number', types.integer).execute(),
    },
  ]);
}

describeDatabases<Schema>(
  'a number that is taken',
  (open) => {
    test('is never seen before the numbers below it', async () => {
      const database = await open();
      const numbers = async () =>
        (await database.read.selectFrom('changes').select('number').orderBy('number').execute()).map((row) => row.number);
      const taken = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const change = (before: () => Promise<void>, after: () => Promise<void>) =>
        database.transaction(async (tx) => {
          await before();
          await tx
            .insertInto('changes')
            .values({ number: await takeNumber(tx, 'changes') })
            .execute();
          await after();
        });
      const slow = change(
        async () => undefined,
        async () => {
          taken.resolve();
          await go.promise;
        },
      );
      await taken.promise;
      let done = false;
      const fast = change(
        async () => undefined,
        async () => undefined,
      ).then(() => {
        done = true;
      });
      // The second has everything it needs but the first one's commit.
      for (let i = 0; i < 20; i++) expect(await numbers()).toEqual([]);
      expect(done).toBe(false);
      go.resolve();
      await Promise.all([slow, fast]);
      expect(await numbers()).toEqual([1, 2]);
    });

    test('is given again when its transaction was rolled back, so that none is missing', async () => {
      const database = await open();
      const refused = database.transaction(async (tx) => {
        expect(await takeNumber(tx, 'changes')).toBe(1);
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      expect(await database.transaction((tx) => takeNumber(tx, 'changes'))).toBe(1);
      expect(await database.transaction((tx) => takeNumber(tx, 'changes'))).toBe(2);
      expect(await database.transaction((tx) => takeNumber(tx, 'others'))).toBe(1);
    });

    test('has its order whatever many writers and readers do', async () => {
      const database = await open();
      let writing = true;
      const reader = (async () => {
        while (writing) {
          const rows = await database.read.selectFrom('changes').select('number').orderBy('number').execute();
          expect(rows.map((row) => row.number)).toEqual(rows.map((_, index) => index + 1));
          await new Promise(setImmediate);
        }
      })();
      await Promise.all(
        Array.from({ length: 40 }, () =>
          database.transaction(async (tx) => {
            await tx
              .insertInto('changes')
              .values({ number: await takeNumber(tx, 'changes') })
              .execute();
          }),
        ),
      );
      writing = false;
      await reader;
      expect(await database.read.selectFrom('changes').select('number').execute()).toHaveLength(40);
    });
  },
  prepare,
);
