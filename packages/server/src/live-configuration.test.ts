import { expect, onTestFinished, test } from 'vitest';
import type { ReadConfiguration } from './configuration-thread.ts';
import { LiveConfiguration } from './live-configuration.ts';
import type { Begun, Settings } from './started.ts';

test('what only a restart changes is told of, block by block: taking back what may be read is not passed over in silence', async () => {
  const warnings: object[] = [];
  const log = { info: () => undefined, error: () => undefined, warn: (fields: object) => void warnings.push(fields) };
  const blocks = {
    gateway: {},
    control: {},
    catalog: {},
    integrations: {},
    aws: {},
    backend: { reading: { allow: [{ host: 'a.example' }] } },
  };
  const settings = blocks as unknown as Settings;
  const begun = { options: { log }, reader: { stop: () => undefined }, settings } as unknown as Begun;
  const live = new LiveConfiguration(begun, null, async () => true);
  onTestFinished(() => live.stop());
  const apply = (changed: object) =>
    live.apply({ settings: { ...settings, ...changed }, problems: [], inputs: [] } as unknown as ReadConfiguration);
  expect(await apply({})).toBe(true);
  expect(warnings).toEqual([]);
  await apply({ backend: { reading: { allow: [] } }, catalog: { rules: [] } });
  expect(warnings).toEqual([{ blocks: ['catalog', 'backend'] }]);
});
