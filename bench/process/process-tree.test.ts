import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { measureProcessTree, parseStat } from './process-tree.ts';

describe('the process tree', () => {
  it('reads a line whose command holds spaces and parentheses', () => {
    const line = '42 (a) b (c)) S 7 42 42 0 -1 4194304 100 0 0 0 150 50 9 9 20 0 3 0 999 12345678 256 18446744073709551615 1 1 0';
    expect(parseStat(line)).toEqual({ pid: 42, parentPid: 7, cpuMicros: 2_000_000, rssBytes: 256 * 4096 });
  });

  it.runIf(process.platform === 'linux')('sums what the children of a process used', async () => {
    const child = spawn('sh', ['-c', 'sh -c "while :; do :; done" & wait'], { stdio: 'ignore', detached: true });
    const pid = child.pid ?? 0;
    try {
      const deadline = performance.now() + 15_000;
      while (measureProcessTree(pid).cpuMicros < 100_000 && performance.now() < deadline) await sleep(20);
      // The outer shell itself only waits: the time is its child's.
      expect(measureProcessTree(pid).cpuMicros).toBeGreaterThanOrEqual(100_000);
    } finally {
      process.kill(-pid, 'SIGKILL');
    }
  });
});
