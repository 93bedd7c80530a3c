import { expect, test } from 'vitest';
import { durationProblem, fromDuration, isSame, valueAt, withValue } from './definition.ts';

test('a changed value leaves everything else as it was, also what no form knows', () => {
  const before = { url: 'http://a', timeouts: { connect: '1s', total: '9s' }, fromTheFuture: { x: [1] } };
  const after = withValue(before, ['timeouts', 'connect'], '2s');
  expect(after).toEqual({ url: 'http://a', timeouts: { connect: '2s', total: '9s' }, fromTheFuture: { x: [1] } });
  expect(before.timeouts.connect).toBe('1s');
});

test('a block whose last setting goes is not written any more, unless it says something by being there', () => {
  expect(withValue({ url: 'http://a', retry: { attempts: 3 } }, ['retry', 'attempts'], undefined)).toEqual({ url: 'http://a' });
  expect(withValue({ mock: { status: 204 } }, ['mock', 'status'], undefined)).toEqual({ mock: {} });
});

test('targets are changed one by one', () => {
  const targets = [{ url: 'http://a', weight: 3 }, { url: 'http://b' }];
  expect(withValue({ targets }, ['targets', 1, 'weight'], 2)).toEqual({
    targets: [
      { url: 'http://a', weight: 3 },
      { url: 'http://b', weight: 2 },
    ],
  });
  expect(withValue({ targets }, ['targets', 0, 'weight'], undefined)).toEqual({ targets: [{ url: 'http://a' }, { url: 'http://b' }] });
});

test('names of headers are never taken for what objects have by nature', () => {
  expect(valueAt({ mock: { headers: {} } }, ['mock', 'headers', 'constructor'])).toBeUndefined();
  const named = withValue({}, ['mock', 'headers', '__proto__'], 'x');
  expect(JSON.stringify(named)).toBe('{"mock":{"headers":{"__proto__":"x"}}}');
});

test('the order of keys makes no difference between definitions', () => {
  expect(isSame({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
  expect(isSame({ a: [1] }, { a: [1, 2] })).toBe(false);
});

test.each([
  ['250ms', '250ms', true],
  [' 10s ', '10s', true],
  ['0', 0, true],
  ['', undefined, true],
  ['10', '10', false],
  ['10 s', '10 s', false],
])('a duration typed as "%s" is sent as %s', (typed, sent, isRight) => {
  expect(fromDuration(typed)).toBe(sent);
  expect(durationProblem(sent) === undefined).toBe(isRight);
});
