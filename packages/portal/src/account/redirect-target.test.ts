import { expect, test } from 'vitest';
import { redirectTarget } from './redirect-target.ts';

const ORIGIN = 'https://portal.example.com';

test.each([
  ['/catalog?kind=API#a', '/catalog?kind=API#a'],
  [undefined, '/'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?redirect=/x', '/'],
  ['/api/auth/github/start', '/'],
])('after signing in, %s leads to %s', (given, target) => {
  expect(redirectTarget(given, ORIGIN)).toBe(target);
});
