import { describe, expect, test, vi } from 'vitest';
import type { EntityProvider, ScanMode } from './mutation.ts';
import { ProviderRunner } from './provider-runner.ts';
import type { ScanSummary } from './scan.ts';

const SUMMARY: ScanSummary = { sources: 0, unchanged: 0, failed: 0, broken: 0, written: 0, gone: 0, conflicts: 0 };

function runnerOf(scan: (mode: ScanMode, signal: AbortSignal) => Promise<void>, schedule: Partial<EntityProvider['schedule']> = {}) {
  const provider: EntityProvider = {
    name: 'test',
    type: 'awsS3',
    target: 'nothing',
    schedule: { frequencyMs: 10, timeoutMs: 1_000, initialDelayMs: 60_000, ...schedule },
    list: async () => ({ type: 'full', items: [] }),
  };
  const failures: string[] = [];
  const runner = new ProviderRunner(provider, {
    scan: async (_, mode, signal) => {
      await scan(mode, signal);
      return SUMMARY;
    },
    failed: async (_, _mode, error) => void failures.push(String(error)),
  });
  return { runner, failures };
}

describe('the schedule of a provider', () => {
  test('a scan that takes longer than the schedule does not overlap itself, and is repeated once for all who asked meanwhile', async () => {
    let running = 0;
    const modes: ScanMode[] = [];
    const first = Promise.withResolvers<void>();
    const { runner } = runnerOf(
      async (mode) => {
        modes.push(mode);
        expect(++running).toBe(1);
        if (modes.length === 1) await first.promise;
        running--;
      },
      { frequencyMs: undefined },
    );
    runner.start();
    const asked = [runner.request('changed'), runner.request('changed'), runner.request('full'), runner.request('changed')];
    first.resolve();
    await Promise.all(asked);
    expect(modes).toEqual(['changed', 'full']);
    await runner.stop();
  });

  test('a scan that hangs is given up, said, and tried again', async () => {
    let scans = 0;
    const { runner, failures } = runnerOf(
      (_, signal) => {
        scans++;
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      { timeoutMs: 20, initialDelayMs: 0 },
    );
    runner.start();
    await vi.waitUntil(() => scans > 1);
    await runner.stop();
    expect(failures[0]).toContain('was given up after 0.02 s');
  });

  test('stopping ends a scan without calling it a failure', async () => {
    const { runner, failures } = runnerOf(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    runner.start();
    const asked = runner.request('full');
    await runner.stop();
    await asked;
    expect(failures).toEqual([]);
  });
});
