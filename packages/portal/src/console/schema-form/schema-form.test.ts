import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkValue } from './check-value.ts';
import { labelOf, toField } from './field.ts';
import type { JsonSchema } from './json-schema.ts';

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
const fieldOf = (schema: z.ZodType) => toField(schemaOf(schema), schemaOf(schema));
const problemsOf = (schema: z.ZodType, value: unknown) =>
  checkValue(schemaOf(schema), value).map(({ path, message }) => `${path.join('.')}: ${message}`);

const duration = z.union([
  z
    .string()
    .regex(/^\d{1,9}(ms|s|m)$/)
    .meta({ examples: ['10s'] }),
  z.literal(0),
]);
const limit = z.strictObject({
  limit: z.number().int().min(1).max(1_000),
  window: duration.meta({ title: 'Window' }),
  by: z.union([z.enum(['ip', 'api']), z.strictObject({ header: z.string().min(1).meta({ title: 'Header' }) })]).default('ip'),
  names: z.array(z.string()).min(1).optional(),
});

describe('what a value is asked for by', () => {
  test.each([
    ['text', z.string()],
    ['number', z.number().min(1)],
    ['boolean', z.boolean()],
    ['choice', z.enum(['a', 'b'])],
    ['choice', z.literal('a')],
    ['choice', z.union([z.literal('a'), z.enum(['b', 'c'])])],
    ['text', duration],
    ['list', z.array(z.string())],
    ['list', z.array(z.strictObject({ a: z.string() }))],
    ['record', z.record(z.string(), z.string())],
    ['group', z.strictObject({ a: z.string() })],
    ['union', z.union([z.string(), z.strictObject({ a: z.string() })])],
    [
      'union',
      z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('a') }), z.strictObject({ kind: z.literal('b'), c: z.string() })]),
    ],
    ['union', z.string().nullable()],
    ['json', z.unknown()],
    ['json', z.tuple([z.string(), z.number()])],
    ['json', z.string().and(z.templateLiteral(['a', z.string()]))],
  ])('%s', (kind, schema) => {
    expect(fieldOf(schema).kind).toBe(kind);
  });

  test('the ways of a union are named after what tells them apart', () => {
    const { by } = schemaOf(limit).properties ?? {};
    expect(toField(by ?? {}, {})).toMatchObject({ options: [{ label: 'ip' }, { label: 'api' }, { label: 'Header' }] });
    const kinds = z.union([z.strictObject({ type: z.literal('jwt'), issuer: z.string() }), z.strictObject({ type: z.literal('key') })]);
    expect(fieldOf(kinds)).toMatchObject({ options: [{ label: 'jwt' }, { label: 'key' }] });
  });

  test('a schema that leads back to itself is read as deep as a value goes', () => {
    const tree = z.strictObject({
      name: z.string(),
      get children() {
        return z.array(tree).optional();
      },
    });
    const schema = schemaOf(tree);
    expect(toField(schema, schema).kind).toBe('group');
    expect(problemsOf(tree, { name: 'a', children: [{ name: 'b', children: [{}] }] })).toEqual(['children.0.children.0.name: is required']);
  });

  test('a name without a title is told in words', () => {
    expect([labelOf('maxAge', {}, {}), labelOf('rate-limit', {}, {}), labelOf('x', { title: 'Y' }, {})]).toEqual([
      'Max age',
      'Rate limit',
      'Y',
    ]);
  });
});

describe('what is wrong is told at its place', () => {
  test.each([
    [{ limit: 10, window: '10s' }, []],
    [{ limit: 10, window: 0, by: { header: 'x-tenant' } }, []],
    [{ window: '10s' }, ['limit: is required']],
    ['{ limit: 10', [': must be an object']],
    [{ limit: 0.5, window: '10s' }, ['limit: must be a whole number']],
    [{ limit: 5_000, window: '10s' }, ['limit: must be 1000 at most']],
    [{ limit: 10, window: '10' }, ['window: must be written such as 10s']],
    [{ limit: 10, window: '10s', by: { header: '' } }, ['by.header: is required']],
    [{ limit: 10, window: '10s', names: [] }, ['names: needs one entry at least']],
    [{ limit: 10, window: '10s', burts: 1 }, ['burts: is not known here']],
  ])('%j', (value, problems) => {
    expect(problemsOf(limit, value)).toEqual(problems);
  });

  test('names of a map are checked as the schema of names says', () => {
    const headers = z.record(z.string().regex(/^[a-z-]+$/), z.string().max(3));
    expect(problemsOf(headers, { ok: 'abc', 'Not ok': 'abc', long: 'abcd' })).toEqual([
      'Not ok: name is not written as it must be',
      'long: may have 3 characters at most',
    ]);
  });
});
