import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { RateAlgorithm, RateDecision, RateRule } from './rate-table.ts';
import { acquire } from './set-lock.ts';
import { createRateTable, lockIndex, rateTableBytes, releaseLocksOf } from './shared-rate-table.ts';

const T = 1_800_000_000_000;
const ALGORITHMS: readonly RateAlgorithm[] = ['fixed-window', 'sliding-window', 'token-bucket'];

function rule(algorithm: RateAlgorithm, limit: number, windowMs = 1000, burst = limit): RateRule {
  return { algorithm, limit, windowMs, burst };
}

function openTable(slots = 64) {
  return createRateTable(new SharedArrayBuffer(rateTableBytes(slots)), 0);
}

/** Takes until refused, and returns how many were allowed. */
function exhaust(take: () => RateDecision): number {
  for (let count = 0; ; count++) if (!take().allowed) return count;
}

describe.each(ALGORITHMS)('%s', (algorithm) => {
  test('allows exactly the limit, counting down, then refuses', () => {
    const table = openTable();
    const decisions = Array.from({ length: 5 }, () => table.take('k', rule(algorithm, 3), T));
    expect(decisions.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
    expect(decisions.map(({ retryAfterMs }) => retryAfterMs > 0)).toEqual([false, false, true, true, true]);
  });

  test('keys do not disturb each other', () => {
    const table = openTable(4096);
    const one = rule(algorithm, 1);
    for (let i = 0; i < 200; i++) expect(table.take(`key ${i}`, one, T).allowed).toBe(true);
    for (let i = 0; i < 200; i++) expect(table.take(`key ${i}`, one, T).allowed).toBe(false);
    expect(table.evictions).toBe(0);
  });

  test('a refused request is not counted: hammering does not push the recovery away', () => {
    const [quiet, hammered] = [openTable(), openTable()];
    const five = rule(algorithm, 5);
    for (const table of [quiet, hammered]) exhaust(() => table.take('k', five, T));
    for (let i = 0; i < 500; i++) hammered.take('k', five, T + 1);
    const { retryAfterMs } = quiet.take('k', five, T + 1);
    expect(hammered.take('k', five, T + 1).retryAfterMs).toBe(retryAfterMs);
    const at = T + 1 + retryAfterMs;
    expect(exhaust(() => hammered.take('k', five, at))).toBe(exhaust(() => quiet.take('k', five, at)));
  });

  test('retryAfterMs is the moment: refused a millisecond before, allowed then', () => {
    // Random traffic of every limit and window from a fixed generator.
    let seed = 7;
    const random = (below: number) => {
      seed = Math.imul(seed, 1_664_525) + 1_013_904_223;
      return (seed >>> 8) % below;
    };
    let checked = 0;
    for (let round = 0; round < 300; round++) {
      const table = openTable();
      const used = rule(algorithm, 1 + random(12), 1 + random(5000), 1 + random(20));
      let now = T + random(1000);
      for (let i = 0; i < 60; i++) {
        now += random(3) === 0 ? random(used.windowMs) : 0;
        const { retryAfterMs, allowed, remaining } = table.take('k', used, now);
        expect(Number.isInteger(remaining)).toBe(true);
        if (allowed || retryAfterMs === 0) continue;
        checked++;
        if (retryAfterMs > 1) expect(table.take('k', used, now + retryAfterMs - 1).allowed, `${JSON.stringify(used)} early`).toBe(false);
        now += retryAfterMs;
        expect(table.take('k', used, now).allowed, JSON.stringify(used)).toBe(true);
      }
    }
    expect(checked).toBeGreaterThan(500);
  });

  test('a clock that is set back neither opens the limit nor closes it for longer than the rule does', () => {
    const table = openTable();
    const three = rule(algorithm, 3);
    exhaust(() => table.take('k', three, T));
    const back = T - 3_600_000;
    const refused = table.take('k', three, back);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(2 * three.windowMs);
    expect(table.take('k', three, back + refused.retryAfterMs).allowed).toBe(true);
  });

  test('threads that read the clock in another order gain nothing', () => {
    const table = openTable();
    expect(exhaust(() => table.take('k', rule(algorithm, 100), T + 1))).toBe(100);
    let extra = 0;
    for (let i = 0; i < 2000; i++) if (table.take('k', rule(algorithm, 100), T + 1 - (i % 2)).allowed) extra++;
    expect(extra).toBe(0);
  });

  test('a changed rule goes on with what is counted: never negative, and right for the new limit', () => {
    const table = openTable();
    for (let i = 0; i < 50; i++) table.take('k', rule(algorithm, 100, 60_000), T);
    const lowered = table.take('k', rule(algorithm, 10, 60_000), T + 1);
    expect(lowered.remaining).toBeGreaterThanOrEqual(0);
    expect(lowered.remaining).toBeLessThan(10);
    for (const windowMs of [1, 10, 86_400_000, 2_147_483_647, 500]) {
      const decision = table.take('k', rule(algorithm, 10, windowMs), T + 2);
      expect(decision.remaining).toBeGreaterThanOrEqual(0);
      expect(decision.remaining).toBeLessThanOrEqual(10);
      expect(Number.isFinite(decision.retryAfterMs) && decision.retryAfterMs >= 0).toBe(true);
      expect(Number.isFinite(decision.resetMs) && decision.resetMs >= 0).toBe(true);
    }
    const shorter = table.take('k', rule(algorithm, 10, 100), T + 5000);
    expect([shorter.allowed, shorter.remaining]).toEqual([true, 9]);
  });

  test('several threads take exactly the limit in total', async () => {
    const buffer = new SharedArrayBuffer(rateTableBytes(64));
    const limit = 5000;
    const perThread = 4000;
    const code = `
      const { workerData, parentPort, threadId } = require('node:worker_threads');
      import(workerData.module).then(({ createRateTable }) => {
        const table = createRateTable(workerData.buffer, threadId);
        const gate = new Int32Array(workerData.gate);
        Atomics.add(gate, 0, 1);
        while (Atomics.load(gate, 0) < workerData.threads) Atomics.wait(gate, 1, 0, 1);
        let allowed = 0;
        for (let i = 0; i < ${perThread}; i++) if (table.take('k', workerData.rule, ${T}).allowed) allowed++;
        parentPort.postMessage(allowed);
      });`;
    const threads = 4;
    const workerData = {
      buffer,
      threads,
      gate: new SharedArrayBuffer(8),
      rule: rule(algorithm, limit),
      module: new URL('./shared-rate-table.ts', import.meta.url).href,
    };
    const counts = await Promise.all(
      Array.from({ length: threads }, () => {
        const worker = new Worker(code, { eval: true, workerData });
        return new Promise<number>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
      }),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(limit);
    const table = createRateTable(buffer, 0);
    expect(table.take('k', rule(algorithm, limit), T).allowed).toBe(false);
    expect(table.lockTakeovers).toBe(0);
  });
});

test('a fixed window opens again as a whole when it ends', () => {
  const table = openTable();
  const three = rule('fixed-window', 3);
  exhaust(() => table.take('k', three, T));
  expect(table.take('k', three, T + 400)).toEqual({ allowed: false, remaining: 0, resetMs: 600, retryAfterMs: 600 });
  expect(table.take('k', three, T + 999).allowed).toBe(false);
  expect(exhaust(() => table.take('k', three, T + 1000))).toBe(3);
});

test('a sliding window lets requests through as those of the window before fall out of it', () => {
  const table = openTable();
  const ten = rule('sliding-window', 10);
  exhaust(() => table.take('k', ten, T));
  expect(table.take('k', ten, T + 1000).allowed).toBe(false);
  // A quarter of the second window is over: 7 of the 10 still count.
  expect(exhaust(() => table.take('k', ten, T + 1250))).toBe(3);
  expect(exhaust(() => table.take('k', ten, T + 1500))).toBe(2);
  expect(exhaust(() => table.take('k', ten, T + 4000))).toBe(10);
});

test.each([1, 2, 3, 10])('a sliding window of %i is used in full by a client that always asks', (limit) => {
  const table = openTable();
  let allowed = 0;
  for (let ms = 0; ms < 20_000; ms += 5) if (table.take('k', rule('sliding-window', limit), T + ms).allowed) allowed++;
  expect(allowed).toBeGreaterThanOrEqual(20 * limit);
  expect(allowed).toBeLessThanOrEqual(21 * limit);
});

test('a token bucket holds its burst and is refilled at its rate', () => {
  const table = openTable();
  const bucket = rule('token-bucket', 10, 1000, 30);
  expect(exhaust(() => table.take('k', bucket, T))).toBe(30);
  expect(table.take('k', bucket, T + 50)).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 50 });
  expect(exhaust(() => table.take('k', bucket, T + 500))).toBe(5);
  expect(exhaust(() => table.take('k', bucket, T + 60_000))).toBe(30);
});

test('the algorithms keep their counters apart under one key', () => {
  const table = openTable();
  for (const algorithm of ALGORITHMS) expect(exhaust(() => table.take('k', rule(algorithm, 4), T))).toBe(4);
});

test('a full set forgets the key that expires first and counts it', () => {
  const table = openTable(8);
  const long = rule('fixed-window', 1, 60_000);
  for (let i = 0; i < 7; i++) table.take(`long ${i}`, long, T);
  table.take('short', rule('fixed-window', 1, 1000), T);
  expect(table.evictions).toBe(0);
  table.take('new', long, T + 10);
  expect(table.evictions).toBe(1);
  for (let i = 0; i < 7; i++) expect(table.take(`long ${i}`, long, T + 20).allowed).toBe(false);
  expect(table.take('new', long, T + 20).allowed).toBe(false);
});

test('keys whose time is over make room without an eviction', () => {
  const table = openTable(8);
  for (let i = 0; i < 80; i++) table.take(`key ${i}`, rule('fixed-window', 1), T + i * 1000);
  expect(table.evictions).toBe(0);
});

test('keys that were written while the clock was years ahead do not stay for years', () => {
  const table = openTable(8);
  for (let i = 0; i < 8; i++) table.take(`future ${i}`, rule('fixed-window', 1), T + 1e11);
  for (let i = 0; i < 8; i++) table.take(`now ${i}`, rule('fixed-window', 1), T);
  expect(table.evictions).toBe(0);
});

test('the lock of a thread that is gone is released, and only its', () => {
  const buffer = new SharedArrayBuffer(rateTableBytes(32));
  const words = new Int32Array(buffer);
  acquire(words, lockIndex(0), 8);
  acquire(words, lockIndex(2), 8);
  acquire(words, lockIndex(3), 9);
  expect(releaseLocksOf(buffer, 7)).toBe(2);
  expect([0, 1, 2, 3].map((set) => words[lockIndex(set)])).toEqual([0, 0, 0, 9]);
});

test('a lock that is never released is taken over, so no thread waits for ever', () => {
  const buffer = new SharedArrayBuffer(rateTableBytes(8));
  acquire(new Int32Array(buffer), lockIndex(0), 99);
  const table = createRateTable(buffer, 1);
  expect(table.take('k', rule('fixed-window', 1), T).allowed).toBe(true);
  expect(table.take('k', rule('fixed-window', 1), T).allowed).toBe(false);
  expect(table.lockTakeovers).toBe(1);
});

test('tables are keyed at random, and all that open one agree on its key', () => {
  const words = () => {
    const buffer = new SharedArrayBuffer(rateTableBytes(8));
    const table = createRateTable(buffer, 1);
    table.take('k', rule('fixed-window', 1), T);
    expect(createRateTable(buffer, 2).take('k', rule('fixed-window', 1), T).allowed).toBe(false);
    // The hashes of a set of eight stand behind the header of 16 words.
    return new Int32Array(buffer).slice(16, 18).join();
  };
  expect(words()).not.toBe(words());
});

test.each([0, 63, 64, 1000])('a buffer of %i bytes is refused', (bytes) => {
  expect(() => createRateTable(new SharedArrayBuffer(bytes), 0)).toThrow(RangeError);
});
