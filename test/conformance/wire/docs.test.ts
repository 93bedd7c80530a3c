import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withTables } from './docs-tables.ts';

test('docs/wire.md says what the records say; `node test/conformance/wire/write-docs.ts` writes it anew', async () => {
  const text = await readFile(new URL('../../../docs/wire.md', import.meta.url), 'utf8');
  expect(text).toBe(withTables(text));
});
