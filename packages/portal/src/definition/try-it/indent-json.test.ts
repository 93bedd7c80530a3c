import { expect, it } from 'vitest';
import { indentJson } from './indent-json.ts';

it('JSON is laid out as people read it', () => {
  const value = { a: [1, { b: 'x, "y": {' }], c: {}, d: [], e: null, 'f:': '\\' };
  expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  expect(indentJson(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
});

it('what a number or a name would lose by being read stays', () => {
  expect(indentJson('{"id":12345678901234567890,"id":1.0,"e":1E400}')).toBe(
    '{\n  "id": 12345678901234567890,\n  "id": 1.0,\n  "e": 1E400\n}',
  );
});

it('a text that was cut is laid out as far as it goes', () => {
  expect(indentJson('[{"a":"b')).toBe('[\n  {\n    "a": "b');
  expect(indentJson('[1,')).toBe('[\n  1,\n  ');
  expect(indentJson('}}]"\\')).toContain('"');
});
