import { describe, expect, test } from 'vitest';
import { PASS, PolicyConfigError } from '../../pipeline/policy-kind.ts';
import { compilePolicy, createTestExchange } from '../test-exchange.ts';
import { headersPolicy } from './policy.ts';

/** The request's fields after the policy, as a flat list. */
function editRequest(edits: unknown, fields: string[]): string[] {
  const exchange = createTestExchange({ fields });
  expect(compilePolicy(headersPolicy, { request: edits }).onRequest?.(exchange)).toBe(PASS);
  return exchange.request.list;
}

describe('edits', () => {
  test('remove, set and add are done in that order, whatever the case of the names', () => {
    const edits = { add: { 'X-Tag': 'three' }, set: { 'X-Tag': 'two' }, remove: ['x-old', 'X-TAG'] };
    expect(editRequest(edits, ['X-Old', '1', 'x-tag', 'one', 'Accept', '*/*', 'X-OLD', '2'])).toEqual([
      'Accept',
      '*/*',
      'X-Tag',
      'two',
      'X-Tag',
      'three',
    ]);
  });

  test('set replaces every copy of a header', () => {
    expect(editRequest({ set: { 'X-User': 'gateway' } }, ['x-user', 'a', 'Accept', '*/*', 'X-USER', 'b'])).toEqual([
      'X-User',
      'gateway',
      'Accept',
      '*/*',
    ]);
  });

  test('add leaves what is there', () => {
    expect(editRequest({ add: { Via: { value: '1.1 gatehouse' } } }, ['Via', '1.1 edge'])).toEqual([
      'Via',
      '1.1 edge',
      'Via',
      '1.1 gatehouse',
    ]);
  });

  test('responses are edited on their way back and requests are left alone', () => {
    const exchange = createTestExchange({ fields: ['Server', 'client'] });
    exchange.response.list = ['Server', 'backend/1.2', 'Content-Type', 'text/plain'];
    const steps = compilePolicy(headersPolicy, { response: { remove: ['Server'], set: { 'X-Frame-Options': 'DENY' } } });
    expect(steps.onRequest).toBeUndefined();
    steps.onResponse?.(exchange);
    expect(exchange.response.list).toEqual(['Content-Type', 'text/plain', 'X-Frame-Options', 'DENY']);
    expect(exchange.request.list).toEqual(['Server', 'client']);
  });
});

describe('values from the request', () => {
  const set = { set: { 'X-Tenant': { from: 'method.request.header.x-team' } } };

  test('a value is taken over', () => {
    expect(editRequest(set, ['X-Team', 'blue', 'X-Tenant', 'forged'])).toEqual(['X-Team', 'blue', 'X-Tenant', 'blue']);
  });

  test("without a value the client's own copy does not get through", () => {
    expect(editRequest(set, ['X-Tenant', 'forged', 'Accept', '*/*'])).toEqual(['Accept', '*/*']);
    expect(editRequest({ set: { 'X-User': { from: 'context.authorizer.user' } } }, ['x-user', 'forged'])).toEqual([]);
  });

  test('without a value nothing is added', () => {
    expect(editRequest({ add: { 'X-Tenant': { from: 'method.request.header.x-team' } } }, ['X-Tenant', 'own'])).toEqual([
      'X-Tenant',
      'own',
    ]);
  });

  test('a value that cannot stand in a header is treated as absent, so nothing is injected', () => {
    const exchange = createTestExchange();
    exchange.query = 'next=a%0d%0aSet-Cookie:%20s=1&name=%E2%82%AC';
    const edits = { 'X-Next': { from: 'method.request.querystring.next' }, 'X-Name': { from: 'method.request.querystring.name' } };
    compilePolicy(headersPolicy, { request: { set: edits, add: edits } }).onRequest?.(exchange);
    expect(exchange.request.list).toEqual([]);
  });

  test('an expression that means nothing is refused with the name of the header', () => {
    const compile = () => compilePolicy(headersPolicy, { request: { set: { 'X-A': { from: 'nowhere.at.all' } } } });
    expect(compile).toThrow(PolicyConfigError);
    expect(compile).toThrow(/^X-A: /);
  });
});

describe('configuration', () => {
  const accepts = (config: unknown) => headersPolicy.config.safeParse(config).success;

  test.each([
    'Connection',
    'keep-alive',
    'Transfer-Encoding',
    'CONTENT-LENGTH',
    'TE',
    'Trailer',
    'Upgrade',
    'Proxy-Authorization',
    'Proxy-Connection',
    'X A',
    'X:A',
    '',
    'X-Ä',
  ])('"%s" can be edited in no direction and by no edit', (name) => {
    for (const direction of ['request', 'response']) {
      expect(accepts({ [direction]: { set: { [name]: 'x' } } })).toBe(false);
      expect(accepts({ [direction]: { add: { [name]: 'x' } } })).toBe(false);
      expect(accepts({ [direction]: { remove: [name] } })).toBe(false);
    }
  });

  test.each(['Host', 'X-Forwarded-For', 'X-Request-Id', 'traceparent', 'X-Gatehouse-App'])(
    '%s of a request is refused, because the gateway writes it itself',
    (name) => {
      expect(accepts({ request: { set: { [name]: 'x' } } })).toBe(false);
    },
  );

  test.each([
    'a\r\nSet-Cookie: s=1',
    'a\0',
    'price in \u20ac',
    ' padded',
    { value: 'a\n' },
    { from: '' },
    { value: 'a', from: 'context.requestId' },
    1,
  ])('%j is no value', (value) => {
    expect(accepts({ request: { set: { 'X-A': value } } })).toBe(false);
    expect(accepts({ request: { set: { 'X-A': 'plain' } } })).toBe(true);
  });

  test('one header in two spellings is refused', () => {
    expect(accepts({ request: { set: { 'X-A': '1', 'x-a': '2' } } })).toBe(false);
  });

  test('nothing to do is refused', () => {
    expect(accepts({})).toBe(false);
  });
});
