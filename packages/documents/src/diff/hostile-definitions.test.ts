import { expect, test } from 'vitest';
import type { OpenApiDocument } from './definition-view.ts';
import { diffDefinitions } from './diff-definitions.ts';
import { brief, withOperation, withSchema } from './diff-fixture.ts';

type Json = Record<string, unknown>;
const reference = (name: string | number) => ({ $ref: `#/components/schemas/${name}` });
const withSchemas = (schemas: Json, first = '0') => withSchema(reference(first), { components: { schemas } });
const rulesOf = (before: OpenApiDocument, after: OpenApiDocument) => diffDefinitions(before, after).changes.map(brief);

/** A chain of schemas, made from the name of the next one, that ends in a string or an integer. */
function chain(length: number, link: (next: number) => Json, end: Json): Json {
  const schemas: Json = { [length]: end };
  for (let i = 0; i < length; i++) schemas[i] = link(i + 1);
  return schemas;
}

/** A circle of schemas; with lengths that have no common divisor, every schema of one meets every schema of the other. */
function circle(length: number): Json {
  const schemas: Json = {};
  for (let i = 0; i < length; i++) schemas[i] = { properties: { next: reference((i + 1) % length) } };
  return schemas;
}

test('ways that double with every step are walked once', () => {
  const link = (next: number): Json => ({ properties: { a: reference(next), b: reference(next) } });
  const changes = rulesOf(withSchemas(chain(60, link, { type: 'string' })), withSchemas(chain(60, link, { type: 'integer' })));
  expect(changes).toHaveLength(2);
  expect(changes[0]).toMatch(/^! request-type-changed @ request body application\/json \/a\/a\/a\//);
  const merged = (next: number): Json => ({ allOf: [reference(next), reference(next)] });
  expect(rulesOf(withSchemas(chain(2_000, merged, { type: 'string' })), withSchemas(chain(2_000, merged, { type: 'integer' })))).toEqual([
    '! request-type-changed @ request body application/json',
    '! response-type-changed @ response 200 application/json',
  ]);
});

test('circles are walked once, also when they do not fit together', () => {
  expect(rulesOf(withSchemas(circle(7)), withSchemas(circle(11)))).toEqual([]);
  const self = { 0: { allOf: [reference(0)], oneOf: [reference(0), reference(0)], items: reference(0), not: reference(0) } };
  expect(rulesOf(withSchemas(self), withSchemas(structuredClone(self)))).toEqual([]);
  const nowhere = { 0: reference(1), 1: reference(0), 2: { $ref: '#/components/schemas/2/properties/a' } };
  expect(rulesOf(withSchemas(nowhere), withSchemas(nowhere, '2'))).toEqual([]);
});

test('a comparison without end stops, and does not say that nothing is broken', () => {
  const diff = diffDefinitions(withSchemas(circle(3_001)), withSchemas(circle(3_011)));
  expect(diff.changes.map(brief)).toEqual(['! comparison-incomplete @ definition']);
  expect(diff.breaking).toBe(true);
});

test('nesting deeper than the stack is compared, or counts as changed', () => {
  const nested = (innermost: string, depth: number): unknown => JSON.parse(`${'{"items":'.repeat(depth)}${innermost}${'}'.repeat(depth)}`);
  const changes = rulesOf(withSchema(nested('{"type":"string"}', 3_000)), withSchema(nested('{"type":"integer"}', 3_000)));
  expect(changes.map((change) => change.slice(0, 24))).toEqual(['! request-type-changed @', '! response-type-changed ']);
  for (const change of changes) expect(change.length).toBeLessThan(350);
  const data = (): Json => ({ 'x-gatehouse-policies': nested('1', 3_000) });
  expect(rulesOf(withOperation(data()), withOperation(data()))).toEqual(['policies-changed @ policies']);
});

test('the list of changes is bounded and keeps what breaks', () => {
  const paths: Json = {};
  for (let i = 0; i < 6_000; i++) paths[`/added/${i}`] = { get: {} };
  const base = withOperation({});
  const diff = diffDefinitions(withOperation({ requestBody: { content: {} } }), {
    ...base,
    paths: { ...(base.paths as Json), ...paths },
  });
  expect(diff.changes).toHaveLength(5_001);
  expect(diff.changes[0]).toMatchObject({ rule: 'request-body-removed', breaking: true });
  expect(diff.changes.at(-1)).toMatchObject({ rule: 'truncated', message: 'There are more changes than 5000; the others are not listed' });
  expect(diff.breaking).toBe(true);
});

test('texts of a document are bounded in a change', () => {
  const long = 'x'.repeat(100_000);
  const { changes } = diffDefinitions(
    withSchema({ type: 'object', properties: { [long]: { type: 'string', enum: [long, ...Array.from({ length: 1_000 }, (_, i) => i)] } } }),
    withSchema({ type: 'object', properties: { [long]: { type: 'string', enum: ['a'], default: { [long]: [[[long]]] } } } }),
  );
  expect(changes).toHaveLength(6);
  for (const change of changes) expect(JSON.stringify(change).length).toBeLessThan(1_500);
});

test('names of prototypes are names like others', () => {
  const schema = (type: string): unknown =>
    JSON.parse(
      `{ "type": "object", "required": ["__proto__"], "properties": { "__proto__": { "type": "${type}" }, "constructor": { "type": "string" } } }`,
    );
  expect(rulesOf(withSchema(schema('string')), withSchema(schema('integer')))).toEqual([
    '! request-type-changed @ request body application/json /__proto__',
    '! response-type-changed @ response 200 application/json /__proto__',
  ]);
  const poisoned = JSON.parse(
    '{ "openapi": "3.1.0", "__proto__": { "paths": { "/a": { "get": {} } } }, "paths": { "__proto__": { "get": {} } } }',
  );
  expect(rulesOf(poisoned, { openapi: '3.1.0' })).toEqual(['! path-removed @ operation']);
  expect({}).not.toHaveProperty('paths');
  const inherited = withSchema({ $ref: '#/constructor/prototype' });
  expect(rulesOf(inherited, withSchema({ $ref: '#/__proto__' }))).toEqual([]);
});

test.each([
  null,
  1,
  'a',
  [],
  { swagger: 2 },
  { paths: [] },
  { paths: { a: 1, b: { get: 1, post: { parameters: 1, responses: [null], security: 3 } } } },
])('what is no OpenAPI document is compared without failing: %j', (paths) => {
  const odd = { openapi: 3, paths, components: paths, info: paths, security: paths } as OpenApiDocument;
  const other = { swagger: '2.0', paths: { b: { post: {} } }, definitions: paths } as OpenApiDocument;
  expect(diffDefinitions(odd, other).changes).toBeInstanceOf(Array);
  expect(diffDefinitions(other, odd).changes).toBeInstanceOf(Array);
});

/** 10,000 operations on 500 schemas that refer to one another. */
function large(type: string): OpenApiDocument {
  const schemas: Json = { Error: { type: 'object', properties: { code: { type } } } };
  for (let i = 0; i < 500; i++) {
    const properties: Json = { id: { type: 'string' }, parent: reference(Math.floor(i / 2)), next: reference((i + 1) % 500) };
    for (let j = 0; j < 20; j++) properties[`field${j}`] = { type: 'string', maxLength: j };
    schemas[i] = { type: 'object', properties };
  }
  const paths: Json = {};
  for (let i = 0; i < 10_000; i++) {
    const content = { 'application/json': { schema: reference(i % 500) } };
    paths[`/things${i}/{id}`] = {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      put: {
        operationId: `put${i}`,
        parameters: [{ name: 'q', in: 'query', schema: { type: 'integer', minimum: 1 } }],
        requestBody: { content },
        responses: { 200: { content }, ...(i < 3_000 ? { 400: { content: { 'application/json': { schema: reference('Error') } } } } : {}) },
      },
    };
  }
  return { openapi: '3.0.3', info: { title: 'Large', version: '1' }, paths, components: { schemas } };
}

test('10,000 operations are compared to the end', () => {
  expect(diffDefinitions(large('string'), large('string'))).toEqual({ changes: [], breaking: false });
  const { changes } = diffDefinitions(large('string'), large('integer'));
  expect(changes).toHaveLength(3_000);
  expect(new Set(changes.map(brief))).toEqual(new Set(['! response-type-changed @ response 400 application/json /code']));
});
