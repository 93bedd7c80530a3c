import { readFileSync } from 'node:fs';
import { toConfigJsonSchema } from '@gatehouse/documents';
import { configSchema } from '@gatehouse/server';
import { expect, test } from 'vitest';

test('the published JSON Schema is the one that the configuration is checked with', () => {
  const published = JSON.parse(readFileSync(new URL('../gatehouse.schema.json', import.meta.url), 'utf8'));
  expect(published, 'run: npm run schema').toEqual(JSON.parse(JSON.stringify(toConfigJsonSchema(configSchema))));
});
