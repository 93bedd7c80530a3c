import { expect, test } from 'vitest';
import { toName } from './to-name.ts';

test.each([
  ['Pet store (v2)', 'pet-store-v2'],
  ['Ärzte & Praxen', 'arzte-praxen'],
  ['…', ''],
  ['', ''],
  [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
])('the title %j suggests the name %j', (title, name) => {
  expect(toName(title)).toBe(name);
});
