import { expect, test } from 'vitest';
import { createTestExchange } from '../policies/test-exchange.ts';
import { queryValues, withoutParameters } from './query.ts';
import { compilePath, fillStageVariables } from './uri-template.ts';
import { compileFieldValue, compileValue } from './value-source.ts';

const exchangeWith = (query: string, params: string[] = [], fields: string[] = []) =>
  Object.assign(createTestExchange({ fields }), { query, params });

test('a mapped value cannot leave its segment; a greedy route parameter brings its slashes along', () => {
  const scope = { parameterNames: ['proxy'] };
  const mapped = new Map([['id', 'method.request.querystring.id']]);
  const path = compilePath('/v1/{id}/{proxy}', mapped, scope);
  expect(path(exchangeWith('id=a%2F..%2Fb', ['x/y%2Fz']))).toBe('/v1/a%2F..%2Fb/x/y%2Fz');
  expect(path(exchangeWith('id=..', ['x']))).toBe('/v1/%2E%2E/x');
});

test('a placeholder that nothing fills is refused when it is compiled', () => {
  expect(() => compilePath('/v1/{id}', new Map(), { parameterNames: ['petId'] })).toThrow('{id}');
  expect(() => compileValue('method.request.path.id', { parameterNames: ['petId'] })).toThrow('Invalid mapping expression specified');
  expect(() => compileValue('method.request.cookie.id', {})).toThrow('is not a value');
});

test('stage variables are filled in, a missing one as nothing', () => {
  expect(fillStageVariables('http://${stageVariables.a}.x/${stageVariables.b}', { a: 'pets' })).toBe('http://pets.x/');
  expect(compileValue('stageVariables.toString', { variables: {} })(createTestExchange())).toBeUndefined();
});

test("the client's own copies of a mapped parameter go, however they are written; the rest stays byte for byte", () => {
  expect(withoutParameters('a=1&%69d=2&b=%zz&id=3&id&c', new Set(['id']))).toBe('a=1&b=%zz&c');
  expect(queryValues('a=1&%61=2+3', 'a')).toEqual(['1', '2 3']);
});

test('of several values the last counts, unless all are asked for; a value that would break out of a field is none', () => {
  const exchange = exchangeWith('a=1&a=2&b=x%0d%0aSet-Cookie:y', [], ['X-A', '1', 'x-a', '2']);
  expect(compileValue('method.request.querystring.a', {})(exchange)).toBe('2');
  expect(compileValue('method.request.multivaluequerystring.a', {})(exchange)).toBe('1,2');
  expect(compileValue('method.request.multivalueheader.X-A', {})(exchange)).toBe('1, 2');
  expect(compileFieldValue('method.request.querystring.b', {})(exchange)).toBeUndefined();
});
