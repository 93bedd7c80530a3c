import { expect, test } from 'vitest';
import { parseHost } from './host.ts';

test('a host loses port, case and final dot', () => {
  expect(parseHost('API.Example.com:8443')).toBe('api.example.com');
  expect(parseHost('example.com.')).toBe('example.com');
  expect(parseHost('127.0.0.1:80')).toBe('127.0.0.1');
  expect(parseHost('[::1]:8000')).toBe('[::1]');
  expect(parseHost('[::1]')).toBe('[::1]');
  expect(parseHost('my_service')).toBe('my_service');
});

test.each([
  '',
  'a b',
  'a/b',
  'a@b',
  '[::1',
  '::1',
  'example.com:',
  'example.com:99999',
  'example.com:8a',
  'a..b',
  '-a',
  'a,b',
  'a\tb',
  'a#b',
  'a?b',
  '%41',
  'x'.repeat(301),
])('the host %j is refused', (field) => {
  expect(parseHost(field)).toBeUndefined();
});
