import { expect, test } from 'vitest';
import { fromRows, isSameVariables, nameProblem, toRows } from './variables.ts';

const variables = { test: { url: 'a', region: 'eu' }, production: { url: 'b' } };

test('variables come back as they were, and what is not filled in yet is left out', () => {
  const rows = toRows(variables);
  expect(rows).toEqual([
    { name: 'url', values: { test: 'a', production: 'b' } },
    { name: 'region', values: { test: 'eu' } },
  ]);
  expect(fromRows([...rows, { name: '', values: { test: 'x' } }, { name: 'empty', values: { test: '' } }])).toEqual(variables);
  expect(isSameVariables({ production: { url: 'b' }, test: { region: 'eu', url: 'a' } }, variables)).toBe(true);
  expect(isSameVariables({ test: { url: 'a' } }, variables)).toBe(false);
});

test('a name that is there twice is told once, at the second', () => {
  const rows = [
    { name: 'a', values: {} },
    { name: 'a', values: {} },
    { name: 'a-b', values: {} },
  ];
  expect(rows.map((_, index) => nameProblem(rows, index) !== undefined)).toEqual([false, true, true]);
});
