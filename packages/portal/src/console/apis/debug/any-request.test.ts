import { expect, test } from 'vitest';
import { buildAnyRequest } from './any-request.ts';

const typed = { method: 'POST', path: '/pets?status=sold', headers: [{ name: 'X-Tenant', value: 'a' }], body: '{}' };

test('a request is sent as it was typed', () => {
  expect(buildAnyRequest(typed)).toEqual({
    request: { method: 'POST', path: '/pets', query: '?status=sold', headers: [['X-Tenant', 'a']], body: '{}' },
    problems: [],
  });
});

test.each([
  [{ path: 'pets' }, 'path'],
  [{ path: '/a b' }, 'path'],
  [{ headers: [{ name: 'a b', value: '' }] }, 'header 0'],
  [{ headers: [{ name: '', value: 'x' }] }, 'header 0'],
  [{ headers: [{ name: 'a', value: 'x\r\ny: z' }] }, 'header 0'],
])('%j is not sent', (change, at) => {
  expect(buildAnyRequest({ ...typed, ...change }).problems.map((problem) => problem.at)).toEqual([at]);
});
