import { expect, test } from 'vitest';
import { withoutOwnCookies } from './own-cookies.ts';

test('cookies of Gatehouse go in neither direction, those of others stay as they are', () => {
  expect(withoutOwnCookies(['Accept', '*/*', 'Cookie', 'a=1; gatehouse_session=x; b="2 3"'])).toEqual([
    'Accept',
    '*/*',
    'Cookie',
    'a=1; b="2 3"',
  ]);
  expect(withoutOwnCookies(['Cookie', ' __Host-gatehouse_session=x;gatehouse_sign_in=y'])).toEqual([]);
  expect(
    withoutOwnCookies(['Set-Cookie', 'a=1; Path=/', 'set-cookie', ' __Host-gatehouse_session=x', 'SET-COOKIE', 'gatehouse_session=x']),
  ).toEqual(['Set-Cookie', 'a=1; Path=/']);
  expect(withoutOwnCookies(['Cookie', 'my_gatehouse_session=1'])).toEqual(['Cookie', 'my_gatehouse_session=1']);
});
