import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../exchange/exchange.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { PASS, type PolicySteps } from '../../pipeline/policy-kind.ts';
import { compilePolicy, createTestExchange, createTestServices } from '../test-exchange.ts';
import { rateLimitPolicy } from './policy.ts';

/** Sends a request through, and gives whether it passed. */
function passes(steps: PolicySteps, exchange: Exchange = createTestExchange()): boolean {
  return steps.onRequest?.(exchange) === PASS;
}

/** How many of so many requests pass. */
function countPassing(steps: PolicySteps, requests: number, create: (index: number) => Exchange = () => createTestExchange()): number {
  let count = 0;
  for (let i = 0; i < requests; i++) if (passes(steps, create(i))) count++;
  return count;
}

/** RateLimit fields of the response, after all the given policies ran as in the gateway. */
function fieldsOf(policies: PolicySteps[], backend: string[] = []): { policy: string[]; limit: string[] } {
  const exchange = createTestExchange();
  for (const steps of policies) if (!passes(steps, exchange)) break;
  exchange.response.list = [...backend];
  for (const steps of policies.toReversed()) steps.onResponse?.(exchange);
  return { policy: exchange.response.all('ratelimit-policy'), limit: exchange.response.all('ratelimit') };
}

describe('refusal', () => {
  test('the request after the last allowed one gets 429 and is told when to come back', () => {
    const steps = compilePolicy(rateLimitPolicy, { limit: 2, window: '90s', algorithm: 'fixed-window' });
    expect(countPassing(steps, 2)).toBe(2);
    const verdict = steps.onRequest?.(createTestExchange());
    expect(verdict).toBeInstanceOf(ErrorReply);
    expect(verdict).toMatchObject({ code: 'limit.exceeded', status: 429, fields: ['Retry-After', '90'] });
  });

  test('Retry-After is rounded up and never 0, and coming back then works', () => {
    const services = createTestServices();
    const steps = compilePolicy(rateLimitPolicy, { limit: 1, window: '1500ms', algorithm: 'fixed-window' }, services);
    passes(steps);
    expect(steps.onRequest?.(createTestExchange())).toMatchObject({ fields: ['Retry-After', '2'] });
    services.nowMs += 1400;
    expect(steps.onRequest?.(createTestExchange())).toMatchObject({ fields: ['Retry-After', '1'] });
    services.nowMs += 1000;
    expect(passes(steps)).toBe(true);
  });

  test('the sliding window is the default', () => {
    const services = createTestServices();
    const steps = compilePolicy(rateLimitPolicy, { limit: 10, window: '1s' }, services);
    expect(countPassing(steps, 20)).toBe(10);
    services.nowMs += 1500;
    expect(countPassing(steps, 20)).toBe(5);
  });

  test('a token bucket allows its burst at once', () => {
    const config = { limit: 1, window: '1s', algorithm: 'token-bucket' };
    expect(countPassing(compilePolicy(rateLimitPolicy, config), 20)).toBe(1);
    expect(countPassing(compilePolicy(rateLimitPolicy, { ...config, burst: 7 }), 20)).toBe(7);
  });
});

describe('what is counted by', () => {
  const withHeader = (value?: string, client?: string) =>
    createTestExchange({ fields: value === undefined ? [] : ['X-Team', value], client });
  const compile = (by?: unknown) => compilePolicy(rateLimitPolicy, { limit: 1, window: '1m', ...(by !== undefined && { by }) });

  test('addresses have counters of their own; an IPv6 customer cannot hop through the /64', () => {
    const steps = compile();
    expect(passes(steps, createTestExchange({ client: '10.0.0.1' }))).toBe(true);
    expect(passes(steps, createTestExchange({ client: '10.0.0.2' }))).toBe(true);
    expect(passes(steps, createTestExchange({ client: '::ffff:10.0.0.1' }))).toBe(false);
    expect(passes(steps, createTestExchange({ client: '2001:db8::1' }))).toBe(true);
    expect(passes(steps, createTestExchange({ client: '2001:db8::2' }))).toBe(false);
  });

  test('by header, each value has its counter', () => {
    const steps = compile({ header: 'X-Team' });
    expect(passes(steps, withHeader('blue'))).toBe(true);
    expect(passes(steps, withHeader('red'))).toBe(true);
    expect(passes(steps, withHeader('blue'))).toBe(false);
  });

  test('without the header a request is counted by its address', () => {
    const steps = compile({ header: 'X-Team' });
    expect(passes(steps, withHeader(undefined, '10.0.0.1'))).toBe(true);
    expect(passes(steps, withHeader('', '10.0.0.1'))).toBe(false);
    expect(passes(steps, withHeader(undefined, '10.0.0.2'))).toBe(true);
  });

  test("a header's value cannot use up the limit of another client's address", () => {
    const steps = compile({ header: 'X-Team' });
    passes(steps, withHeader('10.0.0.1', '10.9.9.9'));
    expect(passes(steps, withHeader(undefined, '10.0.0.1'))).toBe(true);
  });

  test('by principal, callers are told apart by kind and id, and the fact is asked for', () => {
    const steps = compile('principal');
    const caller = (id: string, kind: string) => Object.assign(createTestExchange(), { principal: { id, kind } });
    expect(passes(steps, caller('7', 'app'))).toBe(true);
    expect(passes(steps, caller('7', 'user'))).toBe(true);
    expect(passes(steps, caller('7', 'app'))).toBe(false);
    const needs = (by: unknown) => rateLimitPolicy.needs?.(rateLimitPolicy.config.parse({ limit: 1, window: '1s', by }));
    expect(needs('principal')).toEqual(['principal']);
    expect(needs('ip')).toEqual([]);
  });

  test('by api, all share one counter', () => {
    const steps = compile('api');
    expect(countPassing(steps, 5, (index) => createTestExchange({ client: `10.0.0.${index}` }))).toBe(1);
  });

  test('attachments count apart, unless they have the same name', () => {
    const services = createTestServices();
    const compileAt = (id: string, name?: string) => compilePolicy(rateLimitPolicy, { limit: 1, window: '1m', name }, services, id);
    expect([passes(compileAt('a')), passes(compileAt('b'))]).toEqual([true, true]);
    expect([passes(compileAt('a', 'shared')), passes(compileAt('b', 'shared'))]).toEqual([true, false]);
  });

  test('a policy that is compiled anew goes on counting where it was', () => {
    const services = createTestServices();
    const compileAgain = (limit: number) => compilePolicy(rateLimitPolicy, { limit, window: '1m' }, services);
    expect(countPassing(compileAgain(5), 3)).toBe(3);
    expect(countPassing(compileAgain(4), 9)).toBe(1);
  });
});

describe('RateLimit fields', () => {
  test('tell the quota and what is left of it', () => {
    const steps = compilePolicy(rateLimitPolicy, { limit: 100, window: '1m', name: 'per-minute' });
    expect(fieldsOf([steps])).toEqual({ policy: ['"per-minute";q=100;w=60'], limit: ['"per-minute";r=99;t=60'] });
    expect(fieldsOf([steps])).toEqual({ policy: ['"per-minute";q=100;w=60'], limit: ['"per-minute";r=98;t=60'] });
  });

  test('of a refused request agree with its Retry-After', () => {
    const services = createTestServices();
    const steps = compilePolicy(rateLimitPolicy, { limit: 1, window: '1m', algorithm: 'token-bucket', burst: 3, name: 'b' }, services);
    countPassing(steps, 3);
    services.nowMs += 18_000;
    expect(steps.onRequest?.(createTestExchange())).toMatchObject({ fields: ['Retry-After', '42'] });
    expect(fieldsOf([steps])).toEqual({ policy: ['"b";q=3;w=180'], limit: ['"b";r=0;t=42'] });
  });

  test('of several limits stand in one list, in the order in which they ran', () => {
    const services = createTestServices();
    const second = compilePolicy(rateLimitPolicy, { limit: 10, window: '500ms', name: 'short' }, services);
    const hour = compilePolicy(rateLimitPolicy, { limit: 1000, window: '1h', name: 'long' }, services);
    expect(fieldsOf([hour, second])).toEqual({
      policy: ['"long";q=1000;w=3600, "short";q=10;w=1'],
      limit: ['"long";r=999;t=3600, "short";r=9;t=1'],
    });
  });

  test("replace the backend's own", () => {
    const steps = compilePolicy(rateLimitPolicy, { limit: 5, window: '1s', name: 'mine' });
    const backend = ['ratelimit', '"theirs";r=1;t=1', 'RateLimit-Policy', '"theirs";q=1', 'RateLimit', '"more";r=1'];
    expect(fieldsOf([steps, compilePolicy(rateLimitPolicy, { limit: 9, window: '1s', name: 'other' })], backend)).toEqual({
      policy: ['"mine";q=5;w=1, "other";q=9;w=1'],
      limit: ['"mine";r=4;t=1, "other";r=8;t=1'],
    });
  });

  test('without a name carry the place, in characters that need no escaping', () => {
    const steps = compilePolicy(
      rateLimitPolicy,
      { limit: 5, window: '1s' },
      createTestServices(),
      'pets/test/GET /a"b\\ä/{id}/policies[1]',
    );
    expect(fieldsOf([steps]).limit).toEqual(['"pets/test/GET-/a-b--/{id}/policies-1";r=4;t=1']);
  });

  test('are absent where the limit did not run, as on a preflight', () => {
    const exchange = createTestExchange({ method: 'OPTIONS' });
    compilePolicy(rateLimitPolicy, { limit: 5, window: '1s' }).onResponse?.(exchange);
    expect(exchange.response.list).toEqual([]);
  });
});

test.each([
  { limit: 0, window: '1s' },
  { limit: 1.5, window: '1s' },
  { limit: 1 },
  { limit: 1, window: 0 },
  { limit: 1, window: '0.1ms' },
  { limit: 1, window: '1s', burst: 5 },
  { limit: 1, window: '1s', by: 'cookie' },
  { limit: 1, window: '1s', by: { header: 'a b' } },
  { limit: 1, window: '1s', name: 'a"b' },
])('%j is no configuration', (config) => {
  expect(rateLimitPolicy.config.safeParse(config).success).toBe(false);
});
