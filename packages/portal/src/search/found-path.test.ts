import { expect, test } from 'vitest';
import { foundPath } from './found-path.ts';

const found = { title: 't', detail: null, operation: null };

test.each([
  [{ ...found, kind: 'entity' as const, ref: 'api:default/petstore' }, '/catalog/default/api/petstore'],
  [
    { ...found, kind: 'operation' as const, ref: 'api:default/pet store', operation: { method: 'GET', path: '/pets/{id}' } },
    '/catalog/default/api/pet%20store/definition?operation=GET+%2Fpets%2F%7Bid%7D',
  ],
  [{ ...found, kind: 'app' as const, ref: 'a/b' }, '/apps/a%2Fb'],
  [{ ...found, kind: 'entity' as const, ref: 'nonsense' }, '/catalog'],
])('what is found leads to its page: %o', (given, path) => {
  expect(foundPath(given)).toBe(path);
});
