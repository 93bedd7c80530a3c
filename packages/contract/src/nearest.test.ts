import { expect, test } from 'vitest';
import { findNearestWord } from './nearest.ts';

test.each([
  ['aps', 'apis'],
  ['pulbish', 'publish'],
  ['REQUESTID', 'requestId'],
  ['nam', 'name'],
  ['a', undefined],
  ['wholly-unlike', undefined],
  ['x'.repeat(65), undefined],
])('what was meant by %s is %s', (word, meant) => {
  expect(findNearestWord(word, ['apis', 'publish', 'requestId', 'name', 'b', 'x'.repeat(64)])).toBe(meant);
});
