import { expect, test } from 'vitest';
import { diffDefinitions } from './diff-definitions.ts';
import { formatDiff } from './format-diff.ts';

const parameter = (values: string[]) => ({ name: 'status', in: 'query', schema: { type: 'string', enum: values } });
const document = (paths: object, more: object = {}) => ({ openapi: '3.0.3', info: { title: 'Pets', version: '1' }, paths, ...more });

test('a diff is a line per change, what breaks first, then by path and method', () => {
  const before = document({
    '/pets': { get: { parameters: [parameter(['open', 'sold', 'lost'])] }, delete: {} },
    '/a': { get: { parameters: [parameter(['open'])] } },
  });
  const after = document(
    {
      '/pets': { get: { parameters: [parameter(['open'])], summary: 'All' }, post: {} },
      '/a': { get: { parameters: [parameter(['open', 'sold'])] } },
    },
    { 'x-gatehouse-policies': [{ headers: { set: { authorization: 'hunter2-hunter2' } } }] },
  );
  expect(formatDiff(diffDefinitions(before, after))).toEqual([
    '!- DELETE /pets: The operation was removed [operation-removed]',
    '!- GET /pets: request query parameter "status": Of the allowed values, "sold", "lost" were removed [request-enum-narrowed]',
    ' ~ definition: What the gateway is told to do changed: x-gatehouse-policies [policies-changed]',
    ' + GET /a: request query parameter "status": To the allowed values, "sold" were added [request-enum-widened]',
    ' ~ GET /pets: The documentation changed: summary [documentation-changed]',
    ' + POST /pets: The operation was added [operation-added]',
  ]);
  expect(formatDiff(diffDefinitions(before, before))).toEqual([]);
});

test('a name in a definition does not write to the terminal', () => {
  const lines = formatDiff(diffDefinitions(document({}), document({ '/a\u001b]0;x\u0007\n/b': { get: {} } })));
  expect(lines).toEqual([' + GET /a\ufffd]0;x\ufffd\ufffd/b: The operation was added, on a new path [path-added]']);
});
