import { readFileSync } from 'node:fs';
import { SIGN_IN_ERRORS } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../../../docs/sign-in.md', import.meta.url), 'utf8');

test('the page explains every reason not to be let in, and none that there is not', () => {
  const section = page.slice(page.indexOf('### When it does not work'));
  const documented = section.split('\n').flatMap((line) => /^\| `([a-z-]+)` \|/.exec(line)?.[1] ?? []);
  expect(documented.sort()).toEqual(Object.keys(SIGN_IN_ERRORS).sort());
});
