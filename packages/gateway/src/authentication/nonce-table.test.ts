import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { createNonceMemory, NonceTable } from './nonce-table.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

describe('a nonce', () => {
  test('is used once, until its time is over', () => {
    const table = new NonceTable(createNonceMemory(), 1);
    expect(table.claim('a', NOW + 15 * MINUTE, NOW)).toBe('first');
    expect(table.claim('a', NOW + 30 * MINUTE, NOW + 15 * MINUTE)).toBe('used');
    expect(table.claim('b', NOW + 15 * MINUTE, NOW)).toBe('first');
    expect(table.claim('a', NOW + 30 * MINUTE, NOW + 15 * MINUTE + 1000)).toBe('first');
    expect(table.claim('a', NOW + 30 * MINUTE, NOW + 16 * MINUTE)).toBe('used');
  });

  test('that was taken back may be used again', () => {
    const table = new NonceTable(createNonceMemory(), 1);
    table.claim('a', NOW + MINUTE, NOW);
    table.forget('a');
    expect(table.claim('a', NOW + MINUTE, NOW)).toBe('first');
  });

  test('is remembered however many come after it: the memory grows, also under the view of another thread', () => {
    const memory = createNonceMemory();
    const before = memory.byteLength;
    const [one, other] = [new NonceTable(memory, 1), new NonceTable(memory, 2)];
    for (let i = 0; i < 40_000; i++) expect(one.claim(`n${i}`, NOW + MINUTE, NOW)).toBe('first');
    expect(memory.byteLength).toBeGreaterThan(before);
    for (let i = 0; i < 40_000; i++) expect(other.claim(`n${i}`, NOW + MINUTE, NOW)).toBe('used');
    // What is over makes room: no further growth.
    const grown = memory.byteLength;
    for (let i = 0; i < 40_000; i++) expect(one.claim(`m${i}`, NOW + 3 * MINUTE, NOW + 2 * MINUTE)).toBe('first');
    expect(memory.byteLength).toBe(grown);
  });

  test('is let through by exactly one of the threads that see it at once', async () => {
    const memory = createNonceMemory();
    const code = `
      const { parentPort, workerData, threadId } = require('node:worker_threads');
      import(workerData.module).then(({ NonceTable }) => {
        const table = new NonceTable(workerData.memory, threadId);
        const start = new Int32Array(workerData.start);
        Atomics.add(start, 0, 1);
        while (Atomics.load(start, 0) < 2) ;
        let first = 0;
        for (let i = 0; i < 30000; i++) if (table.claim('n' + i, ${NOW + MINUTE}, ${NOW}) === 'first') first++;
        parentPort.postMessage(first);
      });`;
    const start = new SharedArrayBuffer(4);
    const module = new URL('./nonce-table.ts', import.meta.url).href;
    const counts = await Promise.all(
      [0, 1].map(async () => {
        const worker = new Worker(code, { eval: true, workerData: { memory, start, module } });
        const [count] = (await once(worker, 'message')) as [number];
        await worker.terminate();
        return count;
      }),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30_000);
  });
});
