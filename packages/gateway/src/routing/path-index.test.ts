import { expect, test } from 'vitest';
import { PathIndex } from './path-index.ts';

test('the longest prefix on a segment boundary is found, with its length in the path that was asked for', () => {
  const index = new PathIndex<string>();
  for (const prefix of ['/v1', 'v1/%61%2fb/c', '/caf\u00e9']) expect(index.add(prefix, prefix)).toBeUndefined();
  expect(index.longest('/v1/a%2Fb/c/d', 0)).toEqual({ value: 'v1/%61%2fb/c', length: '/v1/a%2Fb/c'.length });
  expect(index.longest('/test/v1/a%2Fb/', '/test'.length)).toEqual({ value: '/v1', length: 3 });
  expect(index.longest('/caf%C3%A9', 0)).toEqual({ value: '/caf\u00e9', length: 10 });
  for (const path of ['/', '/v', '/v10', '/x/v1', '/V1']) expect(index.longest(path, 0)).toBeUndefined();
});

test('a prefix that is taken is not replaced', () => {
  const index = new PathIndex<string>();
  index.add('', 'first');
  expect(index.add('/', 'second')).toBe('first');
  expect(index.longest('/a', 0)).toEqual({ value: 'first', length: 0 });
});
