import { expect, test } from 'vitest';
import { authProblem, fromAuthChoice, toAuthChoice } from './auth.ts';

test.each([
  [undefined, undefined],
  ['none', 'none'],
  ['app', 'app'],
  [{ kind: 'app' }, 'app'],
  [
    { kind: 'app', appCode: 'header', signature: true },
    { kind: 'app', appCode: 'header' },
  ],
  [
    { kind: 'app', requireNonce: true, appCode: 'header-and-query' },
    { kind: 'app', requireNonce: true },
  ],
])('%j is written as %j', (read, written) => {
  expect(fromAuthChoice(toAuthChoice(read))).toEqual(written);
});

test('an API that nobody could call is told so', () => {
  expect(authProblem(toAuthChoice({ kind: 'app', appCode: 'disabled', signature: false }))).toMatch(/nobody/);
  expect(authProblem(toAuthChoice({ kind: 'app', appCode: 'disabled' }))).toBeUndefined();
});
