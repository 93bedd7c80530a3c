import type { FieldExpectations } from '../support/matchers.ts';
import type { Signing } from '../support/sign-request.ts';
import type { BackendExpectation } from './forwarding-record.ts';

/** APIs that differ in how callers are authenticated; each is published under its name. `authentication.test.ts` has their settings. */
export type AuthenticatedApi =
  | 'open'
  | 'app'
  | 'alibaba'
  | 'aws-rest'
  | 'header-code'
  | 'no-code'
  | 'no-signature'
  | 'nonce-required'
  | 'forwarding'
  | 'operations';

/** One request of a caller, and what must come of it. */
export interface AuthenticationRecord {
  /** Unique; says what happens. */
  id: string;
  /** The rule that it proves. */
  rule: string;
  api: AuthenticatedApi;
  method?: string;
  /** Behind `/<api>`. */
  target?: string;
  /** Header lines. `{now}`, `{now+16m}` and `{now-16m}` stand for a time in milliseconds, `{unique}` for a text of its own. */
  lines?: readonly string[];
  body?: string;
  /** Who signs; absent: nobody. `resource` is behind `/<api>` too. */
  sign?: Omit<Signing, 'appKey' | 'appSecret'> & { as?: AppName | 'nobody' };
  expect: {
    status: number;
    /** Of the problem document. */
    code?: string;
    fields?: FieldExpectations;
    /** Absent: it must not have been asked. */
    backend?: BackendExpectation;
  };
}

/** `partner` may call everything in production, `tester` everything in test, `stranger` nothing. */
export type AppName = 'partner' | 'tester' | 'stranger';

export const APPS: Readonly<Record<AppName, { appKey: string; appSecret: string; appCode: string }>> = {
  partner: { appKey: 'partner-app-key-0001', appSecret: 'partner-app-secret-0001', appCode: 'partner-app-code-0001' },
  tester: { appKey: 'tester-app-key-00002', appSecret: 'tester-app-secret-00002', appCode: 'tester-app-code-00002' },
  stranger: { appKey: 'stranger-app-key-003', appSecret: 'stranger-app-secret-003', appCode: 'stranger-app-code-003' },
};
