import { writtenBackendDefinition } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Definition, valueAt, withValue } from './definition.ts';
import { SETTINGS } from './settings.ts';

const { properties } = z.toJSONSchema(writtenBackendDefinition, { io: 'input', unrepresentable: 'any' });
/** These have forms of their own. */
const OWN = ['url', 'targets', 'network', 'service', 'https', 'mock', 'tls'];
const settings = SETTINGS.flatMap((group) => group.settings);

function leaves(schema: unknown, path: string[]): string[] {
  const inner = valueAt(schema, ['properties']);
  if (typeof inner !== 'object' || inner === null) return [path.join('.')];
  return Object.entries(inner).flatMap(([key, value]) => leaves(value, [...path, key]));
}

test('the form has every setting that a definition may have, and no other', () => {
  const known = Object.entries(properties ?? {})
    .filter(([key]) => !OWN.includes(key))
    .flatMap(([key, schema]) => leaves(schema, [key]));
  expect(settings.map(({ path }) => path.join('.')).sort()).toEqual(known.sort());
});

test('what the form calls usual is what the gateway takes', () => {
  const usual = writtenBackendDefinition.parse({ url: 'http://a', healthCheck: { path: '/' } });
  let said: Definition = { url: 'http://a', healthCheck: { path: '/' } };
  for (const { path, usual, input } of settings) {
    // Timeouts have their defaults at the gateway, after all levels: they are in the descriptions only.
    if (path[0] !== 'timeouts' && usual !== '') said = withValue(said, path, input === 'number' ? Number(usual) : usual);
  }
  const written = writtenBackendDefinition.parse(said);
  expect(written).toEqual(usual);
  for (const { path, usual } of settings.filter((setting) => setting.path[0] === 'timeouts')) {
    const description = valueAt(properties, ['timeouts', 'properties', path[1] ?? '', 'description']);
    expect(description).toContain(`default ${usual}`);
  }
});
