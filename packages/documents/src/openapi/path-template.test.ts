import { expect, test } from 'vitest';
import { parsePathTemplate } from './path-template.ts';

test.each([
  ['/', '/', '/', []],
  ['/pets/{id}', '/pets/{id}', '/pets/{}', ['id']],
  ['/pets/{id}/', '/pets/{id}/', '/pets/{}/', ['id']],
  ['/files/{path+}', '/files/{path+}', '/files/{+}', ['path']],
  ['/a%7eb/%c3%a9', '/a~b/%C3%A9', '/a~b/%C3%A9', []],
  ['/café/a b', '/caf%C3%A9/a%20b', '/caf%C3%A9/a%20b', []],
  ['/a%2fb', '/a%2Fb', '/a%2Fb', []],
  ["/v1:batch/(x)/a@b,c;d='e'", "/v1:batch/(x)/a@b,c;d='e'", "/v1:batch/(x)/a@b,c;d='e'", []],
])('%s is read into the form in which requests are matched', (text, path, shape, parameterNames) => {
  expect(parsePathTemplate(text)).toMatchObject({ path, shape, parameterNames });
});

test.each([
  ['pets', 'route.invalid-path', 'write "/pets"'],
  ['/pets?limit={limit}', 'route.invalid-path', 'query'],
  ['/a//b', 'route.invalid-path', 'empty segment'],
  ['/a/../b', 'route.invalid-path', '. or ..'],
  ['/a/%2e%2E', 'route.invalid-path', '. or ..'],
  ['/100%', 'route.invalid-path', 'percent'],
  ['/a%00', 'route.invalid-path', 'control'],
  ['/a\\b', 'route.invalid-path', 'backslash'],
  ['/{id}/{id}', 'route.invalid-path', 'twice'],
  ['/{}', 'route.invalid-path', 'braces'],
  ['/{a', 'route.invalid-path', 'braces'],
  ['/{a b}', 'route.invalid-path', 'name of a path parameter'],
  ['/report.{format}', 'route.partial-parameter', 'report.{format}'],
  ['/{a}-{b}', 'route.partial-parameter', '{a}-{b}'],
  ['/{proxy+}/x', 'route.greedy-not-last', 'Cannot create a child of a resource with a greedy path variable: {proxy+}'],
  [`/${'a/'.repeat(40)}`, 'route.invalid-path', 'segments'],
  [`/${'a'.repeat(5000)}`, 'route.invalid-path', 'characters'],
])('%s is refused as %s', (text, code, part) => {
  expect(parsePathTemplate(text)).toEqual({ code, message: expect.stringContaining(part) });
});
