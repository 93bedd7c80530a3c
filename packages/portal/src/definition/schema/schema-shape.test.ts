import { describe, expect, it } from 'vitest';
import { ApiDocument } from '../document/api-document.ts';
import { toParts } from '../document/document-parts.ts';
import { sampleOf } from './sample.ts';
import { hasInside, shapeOf } from './schema-shape.ts';

const document = new ApiDocument(
  toParts({
    components: {
      schemas: {
        Pet: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string' }, parent: { $ref: '#/components/schemas/Pet' } },
        },
        Dog: {
          allOf: [
            { $ref: '#/components/schemas/Pet' },
            { type: 'object', required: ['breed'], properties: { breed: { enum: ['a', 'b'] } } },
          ],
        },
        Cat: { title: 'A cat', type: 'object', properties: { lives: { type: 'integer', minimum: 1, maximum: 9 } } },
        Any: {
          oneOf: [{ $ref: '#/components/schemas/Dog' }, { $ref: '#/components/schemas/Cat' }],
          discriminator: { propertyName: 'kind', mapping: { dog: '#/components/schemas/Dog', cat: 'Cat' } },
        },
        Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }, { properties: { a: {} } }] },
        Mirror: { $ref: '#/components/schemas/Mirror' },
      },
    },
  }),
);
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const label = (schema: unknown) => shapeOf(document, schema).label;

describe('the type of a schema', () => {
  it.each<[unknown, string]>([
    [{ type: 'string', format: 'date-time' }, 'string (date-time)'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ type: 'string', nullable: true }, 'string or null'],
    [{ type: ['string', 'integer'] }, 'string or integer'],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer or null'],
    [{ type: 'array', items: ref('Pet') }, 'array of Pet'],
    [{ items: { items: { type: 'number' } } }, 'array of array of number'],
    [{ additionalProperties: { type: 'integer' } }, 'map to integer'],
    [{ properties: {} }, 'object'],
    [{ enum: ['a', 'b'] }, 'string'],
    [{}, 'anything'],
    [true, 'anything'],
    [false, 'nothing'],
    [ref('Any'), 'one of several'],
    [{ type: 5, items: 'x', properties: [], enum: 'y' }, 'object'],
  ])('%j is said as "%s"', (schema, words) => {
    expect(label(schema)).toBe(words);
  });
});

describe('a schema', () => {
  it('has the properties of all of its parts', () => {
    const { name, properties } = shapeOf(document, ref('Dog'));
    expect(name).toBe('Dog');
    expect(properties.map(({ name, required }) => [name, required])).toEqual([
      ['id', true],
      ['name', false],
      ['parent', false],
      ['breed', true],
    ]);
  });

  it('that only wraps another keeps its name', () => {
    expect(shapeOf(document, { allOf: [ref('Pet')], nullable: true, description: 'Own' })).toMatchObject({
      name: 'Pet',
      label: 'object or null',
      description: 'Own',
    });
  });

  it('of choices names them, and what the discriminator says for each', () => {
    const { choices, discriminator } = shapeOf(document, ref('Any'));
    expect(discriminator).toBe('kind');
    expect(choices[0]?.options.map(({ label, when }) => [label, when])).toEqual([
      ['Dog', 'dog'],
      ['A cat', 'cat'],
    ]);
  });

  it('says its limits in words, as every version writes them', () => {
    const constraints = (schema: unknown) => shapeOf(document, schema).constraints.join('; ');
    expect(constraints({ type: 'string', minLength: 1, maxLength: 100 })).toBe('1 to 100 characters');
    expect(constraints({ type: 'integer', minimum: 1, exclusiveMaximum: 9 })).toBe('from 1 and less than 9');
    expect(constraints({ type: 'integer', minimum: 0, exclusiveMinimum: true })).toBe('more than 0');
    expect(constraints({ type: 'array', minItems: 1, uniqueItems: true })).toBe('at least 1 item; no item twice');
    expect(constraints({ type: 'integer', maximum: 5 })).toBe('up to 5');
  });

  it('is looked into without end only as far as somebody looks', () => {
    expect(shapeOf(document, ref('Loop')).properties.map(({ name }) => name)).toEqual(['a']);
    expect(shapeOf(document, ref('Mirror')).broken).toMatch(/circle/);
    let deep: unknown = { type: 'string' };
    for (let depth = 0; depth < 5_000; depth++) deep = { allOf: [deep] };
    expect(shapeOf(document, deep).label).toBe('anything');
    let items: unknown = { type: 'string' };
    for (let depth = 0; depth < 5_000; depth++) items = { type: 'array', items };
    expect(hasInside(document, shapeOf(document, items))).toBe(true);
    const wide = { allOf: Array.from({ length: 5_000 }, (_, index) => ({ properties: { [`p${index}`]: {} } })) };
    expect(shapeOf(document, wide).properties.length).toBeLessThan(250);
  });
});

describe('a sample', () => {
  it('has what goes to the API, or what comes from it', () => {
    expect(sampleOf(document, ref('Dog'), 'request')).toEqual({ name: 'string', parent: { name: 'string' }, breed: 'a' });
    expect(sampleOf(document, ref('Dog'), 'response')).toEqual({ id: 0, name: 'string', parent: { id: 0, name: 'string' }, breed: 'a' });
  });

  it('takes what the document gives before it makes something up', () => {
    const schema = {
      properties: {
        example: { type: 'string', example: 'given' },
        examples: { type: 'integer', examples: [7] },
        preset: { type: 'boolean', default: false },
        fixed: { const: null },
        at: { type: 'string', format: 'date' },
        many: { type: 'array', minItems: 2, items: { type: 'integer', minimum: 3 } },
        map: { additionalProperties: { type: 'number', exclusiveMinimum: 0 } },
        short: { type: 'string', maxLength: 3 },
      },
    };
    expect(sampleOf(document, schema, 'request')).toEqual({
      example: 'given',
      examples: 7,
      preset: false,
      fixed: null,
      at: '2026-01-31',
      many: [3, 3],
      map: { name: 1 },
      short: 'str',
    });
  });

  it('of a circle or a schema without end has an end', () => {
    const required = { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Node' } } };
    const circle = new ApiDocument(toParts({ components: { schemas: { Node: required } } }));
    expect(sampleOf(circle, { $ref: '#/components/schemas/Node' }, 'request')).toEqual({ next: {} });
    const level = (depth: number): unknown =>
      depth === 0
        ? { type: 'string' }
        : { properties: Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`p${index}`, level(depth - 1)])) };
    expect(JSON.stringify(sampleOf(document, level(6), 'request')).length).toBeLessThan(20_000);
    const wide = { properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`p${index}`, { type: 'string' }])) };
    expect(Object.keys(sampleOf(document, wide, 'request') as object).length).toBeLessThan(1_000);
  });
});
