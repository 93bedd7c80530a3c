import type { FieldExpectations } from '../support/matchers.ts';

/** An error that the gateway itself answers with, in the form of one error profile. */
export interface ErrorRecord {
  /** What goes wrong; `errors.test.ts` makes it happen for an API of every profile. */
  cause:
    | 'unknown-route'
    | 'wrong-method'
    | 'refused-by-address'
    | 'over-limit'
    | 'body-too-large'
    | 'backend-resets'
    | 'backend-refuses'
    | 'backend-stalls'
    | 'no-healthy-target';
  profile: 'problem' | 'aws-rest' | 'aws-http';
  rule: string;
  expect: { status: number; fields: FieldExpectations; body: Record<string, unknown> };
}
