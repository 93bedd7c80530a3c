import { expect, it } from 'vitest';
import { fixturePolicy } from './config-fixture.ts';
import { validatePolicies } from './validate-policies.ts';

it('a list that is valid comes back as names and configurations', () => {
  const list = [{ 'rate-limit': { limit: 1, window: '1s' } }];
  expect(validatePolicies(list, fixturePolicy)).toEqual({
    policies: [{ name: 'rate-limit', config: { limit: 1, window: '1s' } }],
    issues: [],
  });
});

it('every issue of a list says where in it, in words', () => {
  const list = [{ cors: { allowOrigins: [1] } }, { 'rate-limt': {} }, { cors: { allowOrigins: [], maxage: true } }];
  expect(validatePolicies(list, fixturePolicy)).toEqual({
    policies: [],
    issues: [
      { path: [0, 'cors', 'allowOrigins', 0], message: '[0].cors.allowOrigins[0] must be a string; found 1 (put it in quotes)' },
      { path: [1, 'rate-limt'], message: 'unknown policy "rate-limt"; did you mean "rate-limit"?' },
      { path: [2, 'cors', 'maxage'], message: 'unknown key "maxage" in [2].cors; did you mean "maxAge"?' },
    ],
  });
});
