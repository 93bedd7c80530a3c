import { expect, test } from 'vitest';
import { plainProblem } from './plain-problem.ts';

test.each([
  [
    "InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the entity api:default/a; caused by TypeError: /spec must have required property 'owner' - missingProperty: owner (line 4, column 7)",
    "/spec must have required property 'owner' (line 4, column 7)",
  ],
  ['YAML error at line 3: Nested mappings are not allowed', 'YAML error at line 3: Nested mappings are not allowed'],
  ['NotFoundError: https://git.example.com/a.yaml answered 404', 'https://git.example.com/a.yaml answered 404'],
])('what is for programs is left out, what is wrong and where stays: %s', (message, plain) => {
  expect(plainProblem(message)).toBe(plain);
});
