import { describe, expect, test } from 'vitest';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { CallSample } from './call-sample.ts';
import { FairSample } from './fair-sample.ts';
import { createEndedExchange } from './test-exchange.ts';

const LIMITS = { errors: [20, 8], successes: [6, 3], unproven: [4, 2] } as const;

function called(app: string, status = 200, requestId = 'r'): Exchange {
  const exchange = createEndedExchange({ requestId });
  exchange.principal = { kind: 'app', id: app };
  exchange.status = status;
  return exchange;
}

function appsOf(sample: CallSample): Record<string, number> {
  const calls = sample.drain();
  return Object.fromEntries([...Map.groupBy(calls, ({ app }) => app)].map(([app, own]) => [app, own.length]));
}

describe('a fair sample', () => {
  test('lets in who is not in it yet, in the place of who has most, and never holds more than it may', () => {
    const sample = new FairSample<string>(6, 4);
    for (let item = 0; item < 10; item++) {
      sample.add('busy', `busy-${item}`);
      sample.add('second', `second-${item}`);
    }
    for (const owner of ['c', 'd', 'e', 'f', 'g', 'h']) sample.add(owner, owner);
    const items = sample.drain();
    expect(items).toHaveLength(6);
    // Everybody has one by then; who comes later finds nobody who has two.
    expect(items.toSorted()).toEqual(['busy-2', 'c', 'd', 'e', 'f', 'second-2']);
    expect(sample.drain()).toEqual([]);
    sample.add('busy', 'anew');
    expect(sample.drain()).toEqual(['anew']);
  });
});

test('an app that calls without end leaves room for the others', () => {
  const sample = new CallSample(LIMITS);
  for (let call = 0; call < 100; call++) sample.note(called('busy'), 1001);
  for (let call = 0; call < 100; call++) sample.note(called('busy', 500), 1001);
  sample.note(called('quiet'), 1001);
  sample.note(called('quiet', 429), 1001);
  expect(appsOf(sample)).toEqual({ busy: 11, quiet: 2 });
});

test('whoever knows an AppKey can crowd out with wrong signatures neither calls of that app nor those of others', () => {
  const sample = new CallSample(LIMITS);
  const forged = (app: string) => {
    const exchange = createEndedExchange();
    exchange.error = new ErrorReply('auth.signature-mismatch', { app: { id: app, proven: false } });
    exchange.status = 401;
    return exchange;
  };
  for (let call = 0; call < 100; call++) for (const app of ['one', 'two', 'three']) sample.note(forged(app), 1001);
  for (let call = 0; call < 8; call++) sample.note(called('one', 404), 1001);
  const calls = sample.drain();
  expect(calls.filter(({ proven }) => proven)).toHaveLength(8);
  expect(calls.filter(({ proven }) => !proven)).toHaveLength(4);
  expect(new Set(calls.filter(({ proven }) => !proven).map(({ app }) => app)).size).toBe(3);
});

test('a call is told as it was; what belongs to no app is not told', () => {
  const sample = new CallSample(LIMITS);
  const exchange = called('partner', 504, 'request-7');
  exchange.error = new ErrorReply('backend.timeout');
  const before = Date.now();
  sample.note(exchange, exchange.startedMs + 30_000.1234);
  sample.note(createEndedExchange(), 1001);
  const refused = createEndedExchange();
  refused.error = new ErrorReply('auth.missing');
  sample.note(refused, 1001);
  const [call, ...more] = sample.drain();
  expect(more).toEqual([]);
  expect(call).toMatchObject({
    app: 'partner',
    proven: true,
    requestId: 'request-7',
    api: 'petstore',
    environment: 'production',
    operation: 'GET /pets/{id}',
    status: 504,
    ms: 30_000.123,
    code: 'backend.timeout',
  });
  expect(Math.abs((call?.at ?? 0) - (before - 30_000))).toBeLessThan(1_000);
});
