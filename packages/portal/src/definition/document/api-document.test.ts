import { describe, expect, it } from 'vitest';
import { ApiDocument } from './api-document.ts';
import { toParts } from './document-parts.ts';

const of = (root: Record<string, unknown>) => new ApiDocument(toParts(root));

describe('a document in parts', () => {
  const document = of({
    openapi: '3.1.0',
    paths: { '/pets/{id}': { get: { summary: 'Get' } }, '/a~b': { get: {} } },
    components: { schemas: { Pet: { type: 'object', properties: { owner: { $ref: '#/components/schemas/Owner' } } } } },
  });

  it('has everything where it is written', () => {
    expect(document.at(['paths', '/pets/{id}', 'get', 'summary'])).toBe('Get');
    expect(document.at(['components', 'schemas', 'Pet', 'type'])).toBe('object');
    expect(document.at(['components', 'schemas', 'Nobody', 'type'])).toBeUndefined();
    expect(document.namesAt(['paths'])).toEqual(['/pets/{id}', '/a~b']);
    expect(document.at(['components'])).toEqual({ schemas: { Pet: expect.anything() } });
  });

  it('finds nothing that it does not hold: no fields of the language', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(document.at([name])).toBeUndefined();
      expect(document.at(['paths', name])).toBeUndefined();
      expect(document.at(['components', 'schemas', 'Pet', name])).toBeUndefined();
    }
    const own = of(JSON.parse('{"components":{"schemas":{"__proto__":{"type":"string"}}}}') as Record<string, unknown>);
    expect(own.resolve({ $ref: '#/components/schemas/__proto__' }).value).toEqual({ type: 'string' });
  });
});

describe('a reference', () => {
  const document = of({
    paths: { '/pets/{id}': { get: { summary: 'Get' } } },
    components: {
      schemas: {
        Pet: { type: 'object' },
        Again: { $ref: '#/components/schemas/Pet' },
        A: { $ref: '#/components/schemas/B' },
        B: { $ref: '#/components/schemas/A' },
      },
    },
  });
  const resolve = (reference: string, beside = {}) => document.resolve({ $ref: reference, ...beside });

  it('is followed to its end, and what stands beside it is laid over', () => {
    expect(resolve('#/components/schemas/Again', { default: 1 })).toEqual({
      value: { type: 'object', default: 1 },
      name: 'Pet',
      pointer: '/components/schemas/Pet',
    });
  });

  it('is read as a URI fragment and a JSON pointer', () => {
    expect(resolve('#/paths/~1pets~1%7Bid%7D/get').value).toEqual({ summary: 'Get' });
  });

  it.each([
    ['#/components/schemas/A', /circle/],
    ['#/components/schemas/Nobody', /no #\/components\/schemas\/Nobody/],
    ['other.yaml#/Pet', /another document/],
    ['https://example.com/pet.json', /another document/],
  ])('that leads nowhere says so: %s', (reference, why) => {
    expect(resolve(reference, { description: 'kept' })).toMatchObject({
      value: { description: 'kept' },
      broken: expect.stringMatching(why),
    });
  });
});
