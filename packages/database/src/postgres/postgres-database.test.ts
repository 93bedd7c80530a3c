import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '../database.ts';
import { DatabaseUnavailableError } from '../errors.ts';
import { openDatabase } from '../open-database.ts';
import { describePostgres, type RunningPostgres, startPostgres } from '../testing/index.ts';

interface Schema {
  pets: { name: string };
}

const notUsed = { dataDir: '/nonexistent' };

describePostgres('an outage', () => {
  let server: RunningPostgres;
  let database: Database<Schema> | undefined;

  beforeAll(async () => {
    server = await startPostgres();
    const first = await openDatabase<Schema>({ url: server.url, ...notUsed });
    await first.transaction(async (tx) => sql`create table pets (name text primary key)`.execute(tx));
    await first.close();
  });

  afterEach(async () => {
    await database?.close();
    database = undefined;
  });

  afterAll(() => server.remove());

  const open = async (options: { statementTimeoutMs?: number } = {}) => {
    database = await openDatabase<Schema>({ url: server.url, ...notUsed, ...options });
    return database;
  };

  const password = () => new URL(server.url).password;

  const messagesOf = (error: unknown): string => {
    const parts: string[] = [];
    for (let e = error; e instanceof Error; e = e.cause) parts.push(e.message, e.stack ?? '', JSON.stringify(e));
    return parts.join('\n');
  };

  test('is told as unavailable, without credentials, and is over without a restart', async () => {
    const db = await open();
    const wakes = vi.fn();
    db.notifier.listen('changes', wakes);
    await vi.waitFor(() => expect(wakes).toHaveBeenCalledTimes(1));
    const leadership = await db.tryLead('scans');
    const begun = Promise.withResolvers<void>();
    const halted = Promise.withResolvers<void>();
    const interrupted = db.transaction(async (tx) => {
      await tx.insertInto('pets').values({ name: 'half' }).execute();
      begun.resolve();
      await halted.promise;
      await tx.insertInto('pets').values({ name: 'other half' }).execute();
    });

    await begun.promise;
    await server.stop();
    halted.resolve();
    await expect(interrupted).rejects.toThrow(DatabaseUnavailableError);
    await leadership?.lost;
    const attempts = [
      db.ping(),
      db.read.selectFrom('pets').selectAll().execute(),
      db.transaction(async (tx) => tx.insertInto('pets').values({ name: 'lost' }).execute()),
      db.tryLead('scans'),
      openDatabase({ url: server.url, ...notUsed }),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      const error = attempt.status === 'rejected' ? attempt.reason : undefined;
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect(messagesOf(error)).toContain('127.0.0.1');
      expect(messagesOf(error)).not.toContain(password());
    }

    await server.start();
    await db.transaction(async (tx) => tx.insertInto('pets').values({ name: 'rex' }).execute());
    expect(await db.read.selectFrom('pets').selectAll().execute()).toEqual([{ name: 'rex' }]);
    // What was notified meanwhile may have been missed: listeners are woken to look for themselves.
    await vi.waitFor(() => expect(wakes.mock.calls.length).toBeGreaterThan(1), 10_000);
    const before = wakes.mock.calls.length;
    await db.transaction((tx) => db.notifier.notify(tx, 'changes'));
    await vi.waitFor(() => expect(wakes.mock.calls.length).toBeGreaterThan(before));
    expect(await db.tryLead('scans')).toBeDefined();
  });

  test('of a server that stands still ends in an error and not in waiting', async () => {
    const db = await open({ statementTimeoutMs: 200 });
    await db.ping();
    server.pause();
    try {
      await expect(db.ping()).rejects.toThrow(DatabaseUnavailableError);
    } finally {
      server.resume();
    }
    await db.ping();
  });

  test('of the connection during a commit leaves open whether the change was stored, and says so', async () => {
    const db = await open();
    await db.transaction(async (tx) =>
      sql`
        create or replace function end_session() returns trigger as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'
        language plpgsql`.execute(tx),
    );
    await db.transaction(async (tx) =>
      sql`create constraint trigger at_commit after delete on pets deferrable initially deferred for each row execute function end_session()`.execute(
        tx,
      ),
    );
    await db.transaction(async (tx) => tx.insertInto('pets').values({ name: 'doubtful' }).execute());
    const error = await db
      .transaction(async (tx) => tx.deleteFrom('pets').where('name', '=', 'doubtful').execute())
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(error).toMatchObject({ outcomeUnknown: true });
    await db.ping();
  });

  test('is not what a deadlock is: the loser is run again', async () => {
    const db = await open();
    await db.transaction(async (tx) =>
      tx
        .insertInto('pets')
        .values([{ name: 'a' }, { name: 'b' }])
        .onConflict((c) => c.doNothing())
        .execute(),
    );
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const touch = (first: string, second: string, own: number) =>
      db.transaction(async (tx) => {
        runs++;
        await sql`select 1 from pets where name = ${first} for update`.execute(tx);
        both[own]?.resolve();
        await both[1 - own]?.promise;
        await sql`select 1 from pets where name = ${second} for update`.execute(tx);
      });
    await Promise.all([touch('a', 'b', 0), touch('b', 'a', 1)]);
    expect(runs).toBe(3);
  });

  test('is not what a mistake in a statement is', async () => {
    const db = await open();
    const error = await sql`select nonsense`.execute(db.read).catch((caught: unknown) => caught);
    expect(error).not.toBeInstanceOf(DatabaseUnavailableError);
    expect(error).toMatchObject({ code: '42703' });
    await expect(openDatabase({ url: 'mysql://root:secret@host/db', ...notUsed })).rejects.toThrow(
      /^(?!.*secret).*Unknown kind of database/,
    );
    await expect(openDatabase({ url: 'postgresql://root:secret@ho st:99999999/db', ...notUsed })).rejects.toThrow(
      /^(?!.*secret).*cannot be read/,
    );
  });
});
