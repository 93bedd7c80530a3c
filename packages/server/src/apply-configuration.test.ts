import { createConfigSchema } from '@gatehouse/contract';
import { Refusal } from '@gatehouse/control';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { applyConfiguration, type ConfiguredParts } from './apply-configuration.ts';
import type { StartOptions } from './started.ts';

const policy = z.never();
const settings = createConfigSchema({ policy }).parse({});
const resources = { settings: { environments: [] }, backends: [], apis: [], apps: [], domains: [], prune: false };

/** `applied`: what the control plane says; the node's answer to the snapshot is `state`. */
function createParts(applied: ConfiguredParts['control']['applyFile'], state: 'applied' | 'rejected') {
  const done: string[] = [];
  const parts: ConfiguredParts = {
    control: {
      applyFile: applied,
      settled: async () => [{ id: 'n1', name: 'edge', state, reason: 'no memory' }],
      useAuth: () => void done.push('auth'),
    },
    proxy: {
      prepare: () => ({ prepared: { settings: settings.proxy, snapshot: null, hash: '' }, problems: [] }),
      commit: () => void done.push('proxy'),
    },
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = { log, report: () => undefined } as unknown as StartOptions;
  const read = { resources, settings } as unknown as Parameters<typeof applyConfiguration>[2];
  return { done, apply: () => applyConfiguration({ options }, parts, read, true) };
}

test('what is stored is in use as a whole, also when a node rejects the snapshot, which is told', async () => {
  const rejected = createParts(async () => ({ number: 7, problems: [] }), 'rejected');
  expect(await rejected.apply()).toBe(false);
  expect(rejected.done).toEqual(['proxy', 'auth']);
  const served = createParts(async () => ({ number: 7, problems: [] }), 'applied');
  expect(await served.apply()).toBe(true);
  expect(served.done).toEqual(['proxy', 'auth']);
});

test('nothing is in use of what is refused', async () => {
  const refused = createParts(async () => {
    throw new Refusal('publication.invalid', 'It does not compile');
  }, 'applied');
  expect(await refused.apply()).toBe(false);
  expect(refused.done).toEqual([]);
});
