import { expect, test } from 'vitest';
import type { RequestBody } from '../../exchange/exchange.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { PASS } from '../../pipeline/policy-kind.ts';
import { compilePolicy, createTestExchange } from '../test-exchange.ts';
import { requestSizePolicy } from './policy.ts';

/** A body of which only the announced length is known, -1 for chunked; reading it fails the test. */
function announced(length: number): RequestBody {
  const unread = () => {
    throw new Error('The body was touched');
  };
  return { length, exchange: null, borrowed: false, broken: false, start: unread, pause: unread, resume: unread, cancel: unread };
}

test('a body that is announced to be too large is refused before it is read', () => {
  const steps = compilePolicy(requestSizePolicy, { limit: '1KiB' });
  const verdict = steps.onRequest?.(createTestExchange({ body: announced(1025) }));
  expect(verdict).toBeInstanceOf(ErrorReply);
  expect(verdict).toMatchObject({ status: 413, code: 'request.body-too-large', detail: 'The request body may have at most 1024 bytes' });
});

test('a body of exactly the limit, or none, passes', () => {
  const steps = compilePolicy(requestSizePolicy, { limit: '1KiB' });
  expect(steps.onRequest?.(createTestExchange({ body: announced(1024) }))).toBe(PASS);
  expect(steps.onRequest?.(createTestExchange())).toBe(PASS);
});

test('a body without a length is cut by the wire at the limit', () => {
  const exchange = createTestExchange({ body: announced(-1) });
  expect(compilePolicy(requestSizePolicy, { limit: 100 }).onRequest?.(exchange)).toBe(PASS);
  expect(exchange.requestBytesMax).toBe(100);
});

test('the limit never raises one that is already lower', () => {
  const exchange = createTestExchange({ body: announced(-1) });
  exchange.requestBytesMax = 50;
  compilePolicy(requestSizePolicy, { limit: 100 }).onRequest?.(exchange);
  expect(exchange.requestBytesMax).toBe(50);
});

test.each([{ limit: 0 }, { limit: '0KiB' }, { limit: -1 }, { limit: 'ten' }, {}, { limit: 1, more: true }])(
  '%j is no configuration',
  (config) => {
    expect(requestSizePolicy.config.safeParse(config).success).toBe(false);
  },
);
