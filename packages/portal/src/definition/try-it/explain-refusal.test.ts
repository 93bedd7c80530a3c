import { expect, it } from 'vitest';
import { explainRefusal } from './explain-refusal.ts';

const response = { status: 403, headers: {}, body: '', bodyEncoding: 'utf8' as const, truncated: false };
const step = (outcome: 'passed' | 'refused' | 'failed', detail: string) => ({ step: 'authentication', outcome, ms: 1, detail });

it('a refusal of the gateway is explained by its code', () => {
  const trace = [step('passed', 'GET /pets of pets in test'), step('refused', '403 auth.not-authorized: The app is not authorized (x)')];
  expect(explainRefusal({ response, trace })).toMatchObject({ needsAccess: true });
});

it('what the service behind the gateway answered is not explained away', () => {
  expect(explainRefusal({ response, trace: [step('passed', 'http://backend answered 403')] })).toBeUndefined();
  expect(explainRefusal({ response, trace: [step('refused', '403 constructor.name: x')] })).toBeUndefined();
});

it('no answer is no status', () => {
  expect(explainRefusal({ response: { ...response, status: 0 }, trace: [] })?.meaning).toMatch(/no answer/);
});
