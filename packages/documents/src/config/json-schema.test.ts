import { describe, expect, it } from 'vitest';
import { fixtureSchema } from './config-fixture.ts';
import { toConfigJsonSchema } from './json-schema.ts';

describe('the JSON Schema of the configuration', () => {
  const schema = toConfigJsonSchema(fixtureSchema);

  const at = (...path: (string | number)[]): unknown => {
    let value: unknown = schema;
    for (const part of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
    return value;
  };

  it('names itself', () => {
    expect(schema).toMatchObject({ $id: 'https://gatehouse.dev/schema/gatehouse.json', title: 'Gatehouse configuration', type: 'object' });
  });

  it('lets a policy be one of those that exist, with its own configuration', () => {
    expect(at('properties', 'policies', 'anyOf', 0, 'items', 'anyOf', 0, 'oneOf')).toMatchObject([
      { description: 'Cross-origin requests.', required: ['cors'], additionalProperties: false },
      {
        properties: { 'rate-limit': { properties: { limit: { anyOf: [{ type: 'integer', minimum: 1 }, {}, {}] } } } },
        required: ['rate-limit'],
        additionalProperties: false,
      },
    ]);
  });

  it('allows a placeholder where something other than any string is expected', () => {
    const placeholder = { $ref: '#/$defs/placeholder' };
    expect(at('properties', 'gateway', 'properties', 'listen', 'properties', 'port')).toMatchObject({
      default: 8000,
      anyOf: [{ type: 'integer' }, placeholder, {}],
    });
    expect(at('properties', 'gateway', 'properties', 'drainTimeout', 'anyOf')).toContainEqual(placeholder);
    expect(at('properties', 'gateway', 'properties', 'listen', 'properties', 'host', 'anyOf')).not.toContainEqual(placeholder);
    expect(at('$defs', 'placeholder')).toMatchObject({ type: 'string', pattern: '\\$\\{' });
  });

  it('allows $include in every map, beside which nothing is required', () => {
    const api = ['properties', 'apis', 'anyOf', 0, 'items'];
    expect(at(...api, 'properties', '$include')).toMatchObject({ type: 'string' });
    expect(at(...api, 'anyOf')).toEqual([{ required: ['name', 'definition'] }, { required: ['$include'] }]);
    expect(at(...api, 'required')).toBeUndefined();
    expect(at('properties', '$include')).toMatchObject({ type: 'string' });
  });
});
