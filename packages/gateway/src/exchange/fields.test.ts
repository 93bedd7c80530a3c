import { expect, test } from 'vitest';
import { Fields, isFieldValue } from './fields.ts';

test('names are compared without case and keep the case in which they came', () => {
  const fields = new Fields(['Content-Type', 'text/plain', 'X-A', '1']);
  expect(fields.get('content-type')).toBe('text/plain');
  expect(fields.get('x-b')).toBeUndefined();
  fields.set('x-a', 'x-a', '2');
  expect(fields.list).toEqual(['Content-Type', 'text/plain', 'x-a', '2']);
});

test('set replaces every field of the name in the place of the first; remove takes all of them', () => {
  const fields = new Fields(['A', '1', 'b', '2', 'a', '3', 'C', '4', 'A', '5']);
  expect(fields.all('a')).toEqual(['1', '3', '5']);
  expect(fields.joined('a')).toBe('1, 3, 5');
  fields.set('a', 'a', 'x');
  expect(fields.list).toEqual(['a', 'x', 'b', '2', 'C', '4']);
  fields.add('B', '6');
  fields.remove('b');
  expect(fields.list).toEqual(['a', 'x', 'C', '4']);
});

test('a value that could end its line or hide a NUL is not a field value', () => {
  for (const value of ['a\r\nb: c', 'a\nb', 'a\rb', 'a\0b', 'a\x7fb', 'a\u0100b']) expect(isFieldValue(value)).toBe(false);
  for (const value of ['', 'a b\tc', 'naïve', '{"a":1}']) expect(isFieldValue(value)).toBe(true);
});
