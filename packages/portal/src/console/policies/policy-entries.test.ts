import { expect, test } from 'vitest';
import { checkPolicies, moved, sortProblems, summarize } from './policy-entries.ts';

test('what the server refuses of a policy is told at its field, and the rest apart', () => {
  const { byPolicy, others } = sortProblems([
    {
      severity: 'error',
      code: 'config.invalid',
      message: '[1].rate-limit.limit must be at least 1; found 0',
      path: ['body', 'policies', 1, 'rate-limit', 'limit'],
    },
    { severity: 'error', code: 'policy.fact-missing', message: 'rate-limit needs to know the principal' },
  ]);
  expect([...byPolicy]).toEqual([[1, [{ path: ['limit'], message: 'must be at least 1; found 0' }]]]);
  expect(others.map(({ code }) => code)).toEqual(['policy.fact-missing']);
});

test('a policy that does not exist, and one that lacks something, are found before anything is sent', () => {
  const kinds = [
    { name: 'a', title: 'A', description: '', config: { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] } },
  ];
  const found = checkPolicies(
    [
      { name: 'a', config: { b: 'x' } },
      { name: 'a', config: {} },
      { name: 'z', config: {} },
    ],
    kinds,
  );
  expect([...found.keys()]).toEqual([1, 2]);
});

test('a policy is moved and summarized', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(summarize({ limit: 10, window: '1s', by: { header: 'x' }, names: ['a', 'b'] })).toBe(
    'limit 10 · window 1s · by header · names a, b',
  );
});
