import { expect, test } from 'vitest';
import { ServerError } from '../../server/server-error.ts';
import { hostProblem, rowProblems, toPath } from './mappings.ts';

const row = (path: string, api = 'pets') => ({ path, api, environment: 'test' });

test('what is wrong is said at its row, and the first of two rows with one path is right', () => {
  expect(rowProblems([row('v1'), row('v2/'), row('v1'), row('a b')], null).map(({ path }) => path !== undefined)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

test('what the server refuses is said at the row and field that it names', () => {
  const problems = [
    { severity: 'error' as const, code: 'reference.unknown', message: 'there is no API "zoo"', path: ['body', 'mappings', 1, 'api'] },
    { severity: 'error' as const, code: 'x', message: 'another', path: ['body', 'mappings', 9, 'api'] },
    { severity: 'error' as const, code: 'x', message: 'nowhere' },
  ];
  const error = new ServerError({ status: 422, code: 'reference.unknown', title: 'x', problems });
  expect(rowProblems([row('a'), row('b', 'zoo')], error)).toEqual([{}, { api: 'There is no API "zoo"' }]);
});

test.each([
  ['api.example.com', true],
  ['*.example.com', true],
  ['localhost', true],
  ['https://api.example.com', false],
  ['api.example.com:8443', false],
  ['api..com', false],
  ['-a.com', false],
])('%s is taken for a host: %s', (host, isHost) => {
  expect(hostProblem(host) === undefined).toBe(isHost);
});

test('a path may be typed with the slash that it begins with', () => {
  expect([toPath('/v1/pets'), toPath(' v1 '), toPath('/')]).toEqual(['v1/pets', 'v1', '']);
});
