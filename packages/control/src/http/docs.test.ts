import { readFileSync } from 'node:fs';
import { MANAGEMENT_ERRORS, OPERATIONS } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../../../docs/management.md', import.meta.url), 'utf8');

/** The rows of tables whose first column looks like this. */
const rows = (pattern: RegExp) => page.split('\n').flatMap((line) => pattern.exec(line)?.slice(1).join(' ') ?? []);

test('the page lists every error code with its status, and none that there is not', () => {
  const documented = rows(/^\| `([a-z.-]+)` \| (\d{3}) \|/);
  const real = Object.entries(MANAGEMENT_ERRORS).map(([code, { status }]) => `${code} ${status}`);
  expect(documented.sort()).toEqual(real.sort());
});

test('the page lists every operation with its role, and none that there is not', () => {
  const documented = rows(/^\| `([A-Z]+ \/[^`]*)` \| (\w+) \|/);
  const real = OPERATIONS.map(({ method, path, access }) => `${method} ${path} ${access}`);
  expect(documented.sort()).toEqual(real.sort());
});
