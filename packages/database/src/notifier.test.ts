import { expect, test, vi } from 'vitest';
import { describeDatabases } from './testing/index.ts';

describeDatabases<Record<string, never>>('a notification', (open, dialect) => {
  test('wakes every listener of its channel after the commit, and none after a rollback', async () => {
    const database = await open();
    const wakes = { changes: 0, others: 0 };
    database.notifier.listen('changes', () => wakes.changes++);
    database.notifier.listen('others', () => wakes.others++);
    // Each is woken once when listening has begun.
    await vi.waitFor(() => expect(wakes).toEqual({ changes: 1, others: 1 }));
    await database.transaction(async (tx) => {
      await database.notifier.notify(tx, 'changes');
      await database.notifier.notify(tx, 'changes');
      await database.ping();
      expect(wakes.changes).toBe(1);
    });
    await vi.waitFor(() => expect(wakes).toEqual({ changes: 2, others: 1 }));
    const refused = database.transaction(async (tx) => {
      await database.notifier.notify(tx, 'changes');
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    // Were the one that was rolled back delivered, it would come before this one.
    await database.transaction((tx) => database.notifier.notify(tx, 'others'));
    await vi.waitFor(() => expect(wakes.others).toBe(2));
    expect(wakes.changes).toBe(2);
  });

  test('reaches no one who has stopped listening', async () => {
    const database = await open();
    let stopped = 0;
    let wakes = 0;
    const stop = database.notifier.listen('changes', () => stopped++);
    database.notifier.listen('changes', () => wakes++);
    await vi.waitFor(() => expect([stopped, wakes]).toEqual([1, 1]));
    stop();
    await database.transaction((tx) => database.notifier.notify(tx, 'changes'));
    await vi.waitFor(() => expect(wakes).toBe(2));
    expect(stopped).toBe(1);
    expect(() => database.notifier.listen('"; drop table x', () => undefined)).toThrow('no channel');
  });

  if (dialect === 'sqlite') return;

  test('reaches other nodes', async () => {
    const one = await open();
    const other = await open.again(one);
    let wakes = 0;
    other.notifier.listen('changes', () => wakes++);
    await vi.waitFor(() => expect(wakes).toBe(1));
    await one.transaction((tx) => one.notifier.notify(tx, 'changes'));
    await vi.waitFor(() => expect(wakes).toBe(2));
  });
});

describeDatabases<Record<string, never>>('leadership', (open, dialect) => {
  test('can be had, and ends with its release', async () => {
    const database = await open();
    const leadership = await database.tryLead('scans');
    expect(leadership).toBeDefined();
    await leadership?.release();
    await leadership?.lost;
    expect(await database.tryLead('scans')).toBeDefined();
  });

  if (dialect === 'sqlite') return;

  test('is held by one node at a time, for each name', async () => {
    const one = await open();
    const other = await open.again(one);
    const leadership = await one.tryLead('scans');
    expect(await other.tryLead('scans')).toBeUndefined();
    const second = await other.tryLead('schedules');
    expect(second).toBeDefined();
    await leadership?.release();
    const successor = await other.tryLead('scans');
    expect(successor).toBeDefined();
    await successor?.release();
    await second?.release();
  });
});
