import { buildSchema, introspectionFromSchema } from 'graphql';
import { expect, it } from 'vitest';
import { readGraphql } from './graphql-model.ts';

const SCHEMA = `
"A pet"
type Pet implements Node @key(fields: "id") { id: ID! "Its name" name(upper: Boolean = false): String @deprecated(reason: "Use title") }
enum Status { "To be had" AVAILABLE SOLD }
union Any = Pet
type Query { "Pets by status" pets(status: Status): [Pet!]! }
extend type Query { pet(id: ID!): Pet }
interface Node { id: ID! }
`;
const keys = (text: string) => readGraphql(text).map(({ key }) => key);

it('a schema lists its operations and types, also with directives that it does not declare and with extensions', () => {
  expect(keys(SCHEMA)).toEqual(['type Pet', 'enum Status', 'union Any', 'Query.pets', 'Query.pet', 'interface Node']);
  const [pet, status, , pets] = readGraphql(SCHEMA);
  expect(pet).toMatchObject({
    description: 'A pet',
    related: ['Node'],
    fields: [
      { name: 'id', type: 'ID!' },
      { name: 'name', deprecated: 'Use title' },
    ],
  });
  expect(pet?.fields[1]?.arguments).toMatchObject([{ name: 'upper', type: 'Boolean', defaultValue: 'false' }]);
  expect(status?.values[0]).toMatchObject({ name: 'AVAILABLE', description: 'To be had' });
  expect(pets).toMatchObject({ kind: 'query', type: '[Pet!]!', typeName: 'Pet' });
});

it('the result of an introspection is read as well', () => {
  const result = introspectionFromSchema(buildSchema('type Query { a: Int }'));
  expect(keys(JSON.stringify({ data: result }))).toContain('Query.a');
});

it.each(['type {', '{"data": 1}', `type A { a: ${'['.repeat(50_000)}Int }`])('what is none is refused: %.20s', (text) => {
  expect(() => readGraphql(text)).toThrow();
});
