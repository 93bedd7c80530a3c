import { describe, expect, test } from 'vitest';
import { brief, httpUse, importYaml, messages, mockUse } from './import-fixture.ts';

/** A plain document with `GET /things/{id}`, whose operation holds the given lines. */
function operation(lines: string, pathItem = ''): string {
  const indent = (text: string, by: number) =>
    text === ''
      ? []
      : text
          .trim()
          .split('\n')
          .map((part) => ' '.repeat(by) + part);
  return [
    'openapi: 3.0.3',
    'info: { title: T, version: "1" }',
    'paths:',
    '  /things/{id}:',
    '    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]',
    ...indent(pathItem, 4),
    '    get:',
    ...indent(lines, 6),
    '',
  ].join('\n');
}

const integration = (text: string, more = '') => importYaml(operation(`x-gatehouse-integration: ${text}\n${more}`), { backend: 'things' });

describe('x-gatehouse-integration of type http', () => {
  test('takes backend, path, method, parameters and timeouts', async () => {
    const result = await integration(
      `{ backend: other, path: "/v2/\${stageVariables.area}/{id}", method: post, parameters: { integration.request.header.x: "'1'" }, timeouts: { connect: 1s, response: 250ms, idle: 5s, total: 0 } }`,
    );
    expect(httpUse(result)).toEqual({
      kind: 'http',
      backend: 'other',
      path: '/v2/${stageVariables.area}/{id}',
      method: 'POST',
      passThrough: true,
      parameters: [{ in: 'header', name: 'x', from: "'1'" }],
      timeouts: { connectMs: 1000, responseMs: 250, idleMs: 5000, totalMs: 0 },
    });
  });

  test('takes a url instead, and the backend of the API when it says neither', async () => {
    expect(httpUse(await integration('{ type: http, url: "https://host/{id}" }'))).toMatchObject({ uri: 'https://host/{id}' });
    expect(httpUse(await integration('{ path: /all }'))).toMatchObject({ backend: 'things', path: '/all' });
  });

  test('on a path is for all its operations that have none of their own', async () => {
    const { definition } = await importYaml(
      operation('x-gatehouse-integration: { path: /own }\nresponses: {}', 'x-gatehouse-integration: { path: /shared }\nput: {}'),
      { backend: 'b' },
    );
    expect(definition?.routes.map(({ method, integration: use }) => `${method} ${use.kind === 'http' && use.path}`)).toEqual([
      'PUT /shared',
      'GET /own',
    ]);
  });

  test.each([
    ['{ typ: http }', '7:34 integration.unknown-key'],
    ['{ type: htp }', '7:40 integration.unsupported'],
    ['{ url: "https://host", backend: b }', '7:55 integration.ambiguous'],
    ['{ path: things }', '7:40 integration.invalid-uri'],
    ['{ path: "/a?b=c" }', '7:40 integration.invalid-uri'],
    ['{ path: "/{other}" }', '7:40 integration.unknown-path-parameter'],
    ['{ backend: "a b" }', '7:43 integration.invalid-backend'],
    ['{ timeouts: { total: 5 } }', '7:53 integration.invalid-timeout'],
    ['{ timeouts: { read: 5s } }', '7:46 integration.unknown-key'],
    ['{ status: 200 }', '7:34 integration.unknown-key'],
    ['mock', '7:32 definition.wrong-type'],
  ])('%s is refused at its place', async (text, problem) => {
    const { definition, problems } = await integration(text);
    expect(definition).toBeUndefined();
    expect(brief(problems).filter((found) => found.startsWith('error'))).toEqual([`error ${problem}`]);
  });

  test('suggests the key that was probably meant', async () => {
    expect(messages((await integration('{ typ: http }')).problems, 'integration.unknown-key')[0]).toContain('did you mean "type"?');
  });

  test('beside an AWS integration is refused: one of them would be skipped', async () => {
    const { problems } = await integration('{ path: /a }', 'x-amazon-apigateway-integration: { type: http_proxy, uri: "http://h" }');
    expect(brief(problems)).toContain('error 7:7 integration.ambiguous');
  });
});

describe('x-gatehouse-integration of type mock', () => {
  test('answers with its own status, headers and body', async () => {
    expect(
      mockUse(
        await integration(
          `{ type: mock, status: 503, headers: { Retry-After: 60, X-Quote: it's, X-Id: { from: method.request.path.id } }, body: { a: 1 } }`,
        ),
      ),
    ).toEqual({
      kind: 'mock',
      status: 503,
      headers: { 'retry-after': "'60'", 'x-quote': "'it's'", 'x-id': 'method.request.path.id' },
      bodies: [{ contentType: 'application/json', text: '{"a":1}' }],
    });
    expect(mockUse(await integration('{ type: mock, body: hello }')).bodies).toEqual([
      { contentType: 'text/plain; charset=utf-8', text: 'hello' },
    ]);
    expect(mockUse(await integration('{ type: mock, body: <a/>, contentType: application/xml }')).bodies[0]?.contentType).toBe(
      'application/xml',
    );
  });

  const RESPONSES = `responses:
  default: { description: other, content: { application/json: { example: { other: true } } } }
  "404": { description: none, content: { application/problem+json: { example: { title: none } } } }
  "201": { description: later }
  "200":
    description: ok
    headers:
      X-Total: { example: 3 }
      X-Quote: { schema: { type: string, example: "it's" } }
      X-Nothing: { schema: { type: string } }
      Content-Length: { example: 5 }
    content:
      application/json:
        examples:
          first: { value: { id: 1 } }
          second: { value: { id: 2 } }
      application/xml: { example: "<id>1</id>" }
      text/csv: { schema: { type: object, properties: { id: { type: integer } } } }`;

  test('answers with the examples of the first successful response, in every media type that has one', async () => {
    expect(mockUse(await integration('{ type: mock }', RESPONSES))).toEqual({
      kind: 'mock',
      status: 200,
      headers: { 'x-total': "'3'", 'x-quote': "'it's'" },
      bodies: [
        { contentType: 'application/json', text: '{"id":1}' },
        { contentType: 'application/xml', text: '<id>1</id>' },
      ],
    });
  });

  test('answers with the response and the example that are named', async () => {
    expect(mockUse(await integration('{ type: mock, example: second }', RESPONSES)).bodies).toEqual([
      { contentType: 'application/json', text: '{"id":2}' },
    ]);
    expect(mockUse(await integration('{ type: mock, status: 404 }', RESPONSES))).toMatchObject({
      status: 404,
      bodies: [{ text: '{"title":"none"}' }],
    });
    expect(mockUse(await integration('{ type: mock, status: 500 }', RESPONSES))).toMatchObject({
      status: 500,
      bodies: [{ text: '{"other":true}' }],
    });
  });

  test('without an example or a response to answer with is refused', async () => {
    expect(brief((await integration('{ type: mock, example: third }', RESPONSES)).problems)).toEqual([
      'error 7:55 integration.invalid-mock',
    ]);
    expect(brief((await integration('{ type: mock }')).problems)).toEqual(['error 7:7 integration.invalid-mock']);
    expect(brief((await integration('{ type: mock, body: a, example: b }')).problems)).toEqual(['error 7:55 integration.ambiguous']);
  });

  test('makes up what the schema describes when nobody gave an example, and comes out of circles', async () => {
    const result = await importYaml(
      `${operation(`x-gatehouse-integration: { type: mock }
responses: { 2XX: { description: ok, content: { "*/*": { schema: { $ref: "#/components/schemas/Pet" } } } } }`)}
components:
  schemas:
    Pet:
      allOf:
        - { $ref: "#/components/schemas/Named" }
        - type: object
          properties:
            id: { type: integer, minimum: 7 }
            born: { type: string, format: date }
            status: { type: string, enum: [available, sold] }
            price: { type: [number, "null"], exclusiveMinimum: 1 }
            tags: { type: array, minItems: 2, items: { type: string, maxLength: 3 } }
            secret: { type: string, writeOnly: true }
            parent: { $ref: "#/components/schemas/Pet" }
            owner: { oneOf: [{ $ref: "#/components/schemas/Pet" }, { type: "null" }] }
            __proto__: { type: boolean }
    Named: { properties: { name: { type: string, example: Rex } } }
`.replace('openapi: 3.0.3', 'openapi: 3.1.0'),
    );
    expect(JSON.parse(mockUse(result).bodies[0]?.text ?? '')).toEqual(
      JSON.parse(
        '{"name":"Rex","id":7,"born":"2024-01-01","status":"available","price":2,"tags":["str","str"],"owner":null,"__proto__":true}',
      ),
    );
  });

  test('of OpenAPI 2.0 uses its examples, else the schema in what the operation produces', async () => {
    const document = (response: string) => `swagger: "2.0"
info: { title: T, version: "1" }
produces: [application/vnd.a+json]
paths:
  /a: { get: { x-gatehouse-integration: { type: mock }, responses: { 200: ${response} } } }
`;
    expect(mockUse(await importYaml(document('{ examples: { text/plain: hi }, schema: { type: string } }'))).bodies).toEqual([
      { contentType: 'text/plain', text: 'hi' },
    ]);
    expect(mockUse(await importYaml(document('{ schema: { type: object, properties: { a: { type: boolean } } } }'))).bodies).toEqual([
      { contentType: 'application/vnd.a+json', text: '{"a":true}' },
    ]);
    expect(mockUse(await importYaml(document('{ description: nothing }'))).bodies).toEqual([]);
  });
});

describe('x-gatehouse-policies', () => {
  const RATE = '{ rate-limit: { limit: 1 } }';

  test('of a path come before those of its operation, each with its place', async () => {
    const { definition } = await importYaml(
      operation(`x-gatehouse-policies:\n  - ${RATE}\n  - { headers: { name: "\${name}" } }`, 'x-gatehouse-policies: [{ cors: {} }]'),
      { backend: 'b', parameters: { name: 'filled' } },
    );
    expect(definition?.routes[0]?.policies).toEqual([
      { name: 'cors', config: {}, at: expect.stringMatching(/:6:28$/) },
      { name: 'rate-limit', config: { limit: 1 }, at: expect.stringMatching(/:9:11$/) },
      { name: 'headers', config: { name: 'filled' }, at: expect.stringMatching(/:10:11$/) },
    ]);
  });

  test('that are wrong are refused where they stand', async () => {
    const unknown = await importYaml(operation(`x-gatehouse-policies:\n  - ${RATE}\n  - { ratelimit: {} }`), { backend: 'b' });
    expect(brief(unknown.problems)).toEqual(['error 9:13 policy.invalid']);
    const noList = await importYaml(operation(`x-gatehouse-policies: ${RATE}`), { backend: 'b' });
    expect(brief(noList.problems)).toEqual(['error 7:7 definition.wrong-type']);
  });
});
