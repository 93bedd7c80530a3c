import { describe, expect, test } from 'vitest';
import { brief, importFiles, line, messages, mockUse } from './import-fixture.ts';

const ROOT = `openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /pets:
    $ref: paths/pets.yaml
  /pets/{id}:
    $ref: "paths/pet.yaml#/one"
    delete: { responses: { "204": { description: gone } } }
components:
  schemas:
    Pet: { type: object, properties: { name: { type: string } } }
`;
const PETS = `get:
  operationId: listPets
  responses:
    "200":
      description: ok
      content: { application/json: { schema: { type: array, items: { $ref: "../schemas.yaml#/Animal" } } } }
`;
const PET = `one:
  parameters: [{ $ref: "../schemas.yaml#/Id" }]
  get:
    operationId: getPet
    responses: { "200": { $ref: "#/response" } }
response:
  description: ok
  content: { application/json: { schema: { $ref: "../schemas.yaml#/Animal" } } }
`;
const SCHEMAS = `Id: { name: id, in: path, required: true, schema: { type: string } }
Animal:
  type: object
  properties:
    pet: { $ref: "api.yaml#/components/schemas/Pet" }
    parent: { $ref: "#/Animal" }
Pet: { type: integer }
`;
const FILES = { 'api.yaml': ROOT, 'paths/pets.yaml': PETS, 'paths/pet.yaml': PET, 'schemas.yaml': SCHEMAS };

describe('a definition in several files', () => {
  test('has its routes with the places where the operations are written', async () => {
    const { definition, problems, inputs } = await importFiles(FILES, { backend: 'b' });
    expect(problems).toEqual([]);
    expect(definition?.routes.map((route) => `${line(route)} ${route.at}`)).toEqual([
      'GET /pets -> b paths/pets.yaml:1:1',
      'DELETE /pets/{id} -> b api.yaml:8:5',
      'GET /pets/{id} -> b paths/pet.yaml:3:3',
    ]);
    expect(inputs.sort()).toEqual(['api.yaml', 'paths/pet.yaml', 'paths/pets.yaml', 'schemas.yaml']);
  });

  test('is bundled into one document that refers to nothing outside, circles included', async () => {
    const { definition } = await importFiles(FILES, { backend: 'b' });
    const document = definition?.document;
    expect(document?.components).toEqual({
      schemas: {
        Pet: { type: 'object', properties: { name: { type: 'string' } } },
        Animal: {
          type: 'object',
          properties: { pet: { $ref: '#/components/schemas/Pet' }, parent: { $ref: '#/components/schemas/Animal' } },
        },
      },
      parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
      responses: { response: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Animal' } } } } },
    });
    expect(JSON.stringify(document)).not.toContain('.yaml');
    expect(document).toMatchObject({
      paths: {
        '/pets': { get: { operationId: 'listPets' } },
        '/pets/{id}': { get: { responses: { 200: { $ref: '#/components/responses/response' } } }, delete: {} },
      },
    });
  });

  test('of version 2.0 is bundled into its own sections, names that are taken get a number', async () => {
    const { definition } = await importFiles(
      {
        'api.json': JSON.stringify({
          swagger: '2.0',
          info: { title: 'T', version: '1' },
          paths: { '/a': { get: { parameters: [{ $ref: 'x.json#/p' }], responses: { 200: { $ref: 'x.json#/r' } } } } },
          definitions: { s: { type: 'string' } },
        }),
        'x.json': JSON.stringify({
          p: { name: 'q', in: 'query', type: 'string' },
          r: { schema: { $ref: '#/s' } },
          s: { $ref: 'api.json#/definitions/s' },
        }),
      },
      { backend: 'b' },
    );
    expect(definition?.document).toMatchObject({
      paths: { '/a': { get: { parameters: [{ $ref: '#/parameters/p' }], responses: { 200: { $ref: '#/responses/r' } } } } },
      parameters: { p: { name: 'q' } },
      responses: { r: { schema: { $ref: '#/definitions/s_2' } } },
      definitions: { s: { type: 'string' }, s_2: { $ref: '#/definitions/s' } },
    });
    expect(definition?.document).not.toHaveProperty('components');
  });

  test('says at which reference a file, a place in it, or a way out of a circle is missing', async () => {
    const { definition, problems } = await importFiles(
      {
        'api.yaml': `openapi: 3.1.0
info: { title: T, version: "1" }
paths:
  /a: { $ref: missing.yaml }
  /b: { $ref: "other.yaml#/nothing" }
  /c: { $ref: "other.yaml#/round" }
  /d: { get: { responses: { "200": { $ref: "broken.yaml" } } } }
`,
        'other.yaml': 'round: { $ref: "other.yaml#/trip" }\ntrip: { $ref: "#/round" }\n',
        'broken.yaml': 'a: [\n',
      },
      { backend: 'b' },
    );
    expect(definition).toBeUndefined();
    const unresolved = problems.filter((problem) => problem.code === 'definition.unresolved-reference');
    expect(unresolved.map(({ place, message }) => `${place?.file}:${place?.line}:${place?.column} ${message}`)).toEqual([
      'api.yaml:4:15 "missing.yaml" cannot be resolved: there is no such file',
      'api.yaml:5:15 "other.yaml#/nothing" cannot be resolved: there is nothing at that place',
      'api.yaml:6:15 "other.yaml#/round" cannot be resolved: it leads round in a circle',
      'api.yaml:7:44 "broken.yaml" cannot be resolved: it is not valid YAML or JSON',
    ]);
    expect(problems.find((problem) => problem.place?.file === 'broken.yaml')?.severity).toBe('error');
  });

  test('is whole for routing when a schema on the web is not fetched', async () => {
    const files = {
      'api.yaml':
        'openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths: { /a: { get: {} } }\ncomponents: { schemas: { S: { $ref: "https://example.com/s.json" } } }\n',
    };
    const { definition, problems } = await importFiles(files, { backend: 'b' });
    expect(definition?.routes).toHaveLength(1);
    expect(brief(problems)).toEqual(['warning 4:37 definition.unresolved-reference']);
    expect(messages(problems, 'definition.unresolved-reference')[0]).toContain('not fetched from URLs');
  });
});

test('maps may stand in files of their own, though OpenAPI has no reference there', async () => {
  const { definition, problems } = await importFiles(
    {
      'api.yaml':
        'openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths: { $ref: paths.yaml }\ncomponents: { schemas: { $ref: schemas.yaml }, securitySchemes: { $ref: schemes.yaml } }\n',
      'paths.yaml':
        '/a: { get: { security: [{ key: [] }], responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "api.yaml#/components/schemas/A" } } } } } } }\n',
      'schemas.yaml': 'A: { properties: { b: { $ref: "#/B" } } }\nB: { type: string }\n',
      'schemes.yaml': 'key: { type: apiKey, in: header, name: x-api-key, x-amazon-apigateway-authtype: custom }\n',
    },
    { backend: 'b', auth: 'none' },
  );
  expect(problems).toEqual([]);
  expect(definition?.routes.map((route) => `${line(route)} ${route.at}`)).toEqual(['GET /a -> b paths.yaml:1:7']);
  expect(definition?.errorProfile).toBe('aws-rest');
  expect(definition?.document).toMatchObject({
    paths: { '/a': { get: {} } },
    components: {
      schemas: { A: { properties: { b: { $ref: '#/components/schemas/B' } } }, B: { type: 'string' } },
    },
  });
});

test('a $ref is followed where OpenAPI has references, and data elsewhere', async () => {
  const { definition, problems } = await importFiles(
    {
      'api.yaml': `openapi: 3.1.0
info: { title: T, version: "1" }
paths:
  /a:
    x-gatehouse-integration: { type: mock }
    get:
      responses:
        "200":
          description: ok
          content: { application/json: { example: { $ref: "not-a-reference.yaml" } } }
components:
  schemas:
    S: { properties: { properties: { $ref: "#/components/schemas/T" }, example: { $ref: "#/components/schemas/T" } }, default: { $ref: "x.yaml" } }
    T: { $ref: "#anchor" }
`,
    },
    {},
  );
  expect(problems).toEqual([]);
  expect(definition?.routes).toHaveLength(1);
  expect(mockUse({ definition, problems, inputs: [] }).bodies[0]?.text).toBe('{"$ref":"not-a-reference.yaml"}');
});

test('pointers with escapes, percent sequences and references on the way are followed', async () => {
  const { definition, problems } = await importFiles(
    {
      'api.yaml': `openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a/{id}: { get: { operationId: one, parameters: [{ $ref: "#/components/parameters/id" }] } }
  /b/{id}: { $ref: "#/paths/~1a~1%7Bid%7D" }
  /c/{id}: { get: { $ref: "#/paths/~1b~1{id}/get" } }
components: { parameters: { id: { name: id, in: path, required: true } } }
`,
    },
    { backend: 'b' },
  );
  expect(problems.map((problem) => problem.code)).toEqual(['definition.duplicate-operation-id', 'definition.duplicate-operation-id']);
  expect(definition?.routes.map(line)).toEqual(['GET /a/{id} -> b', 'GET /b/{id} -> b', 'GET /c/{id} -> b']);
});
