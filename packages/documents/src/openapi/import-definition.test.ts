import { describe, expect, test } from 'vitest';
import { importDefinition } from './import-definition.ts';
import { brief, httpUse, importFiles, importYaml, line, messages, validatePolicies, withIntegration } from './import-fixture.ts';

const PLAIN = `openapi: 3.1.0
info: { title: Pets, version: "7" }
paths:
  /pets:
    get: { operationId: listPets, responses: { "200": { description: ok } } }
    post: { responses: { "201": { description: made } } }
  /pets/{id}/:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    delete: { responses: { "204": { description: gone } } }
`;

describe('a plain document', () => {
  test('gives one route per operation, which go to the backend of the API', async () => {
    const { definition, problems, inputs } = await importYaml(PLAIN, { backend: 'pets' });
    expect(problems).toEqual([]);
    expect(definition).toMatchObject({ title: 'Pets', version: '7', errorProfile: 'problem', domainsOnly: false, policies: [] });
    expect(definition?.routes).toEqual([
      {
        method: 'GET',
        path: '/pets',
        operationId: 'listPets',
        integration: { kind: 'http', backend: 'pets', passThrough: true, parameters: [] },
        policies: [],
        at: 'api.yaml:5:5',
      },
      expect.objectContaining({ method: 'POST', path: '/pets', at: 'api.yaml:6:5' }),
      expect.objectContaining({ method: 'DELETE', path: '/pets/{id}/', at: 'api.yaml:9:5' }),
    ]);
    expect(inputs).toEqual(['api.yaml']);
  });

  test('without a backend is refused once, not once per operation, and never guesses one from servers', async () => {
    const { definition, problems } = await importYaml(PLAIN.replace('paths:', 'servers: [{ url: "https://pets.example.com" }]\npaths:'));
    expect(definition).toBeUndefined();
    expect(brief(problems)).toEqual(['error 6:5 api.no-backend']);
    expect(messages(problems, 'api.no-backend')[0]).toContain('(and 2 more)');
  });

  test('keeps its security to the service behind: it says what that one checks', async () => {
    const guarded = `${PLAIN}security: [{ key: [] }]\ncomponents: { securitySchemes: { key: { type: apiKey, in: header, name: x-api-key } } }\n`;
    expect((await importYaml(guarded, { backend: 'pets' })).problems).toEqual([]);
  });

  test.each([
    ['swagger: "2.0"', ['GET /a -> b']],
    ['swagger: 2.0', ['GET /a -> b']],
    ['openapi: 3.0.0', ['GET /a -> b']],
    ['openapi: 3.1', ['GET /a -> b']],
    ['openapi: 3.1.1-rc1', ['GET /a -> b']],
    ['{ "openapi": "3.0.3",', undefined],
    ['openapi: 4.0.0', undefined],
    ['swagger: "1.2"', undefined],
    ['asyncapi: 3.0.0', undefined],
  ])('with %s is read or refused', async (version, routes) => {
    const { definition, problems } = await importYaml(`${version}\ninfo: { title: T, version: "1" }\npaths: { /a: { get: {} } }\n`, {
      backend: 'b',
    });
    expect(definition?.routes.map(line)).toEqual(routes);
    if (routes === undefined) expect(problems.map((problem) => problem.severity)).toContain('error');
  });

  test('in JSON has exact places too', async () => {
    const json =
      '{\n  "openapi": "3.0.3",\n  "info": { "title": "T", "version": "1" },\n  "paths": {\n    "pets": {\n      "get": {}\n    }\n  }\n}';
    expect(brief((await importFiles({ 'api.json': json }, { backend: 'b' })).problems)).toEqual(['error 5:5 route.invalid-path']);
  });
});

test('every problem is reported at once, in the order of the lines', async () => {
  const text = `openapi: 3.0.3
info: { title: T, version: "1" }
servers: [{ url: "https://example.com/v1" }]
paths:
  pets: { get: {} }
  /a/{id}:
    gett: {}
    get: { operationId: same, parameters: [{ name: idd, in: path, required: true }] }
  /a/{name}:
    get: { operationId: same }
    put: { tag: [x] }
  /b: []
  /c: { get: { responses: { "200": { $ref: "#/components/responses/Missing" } } } }
  /d/{x}.{y}: { get: {} }
`;
  const { definition, problems } = await importYaml(text, { backend: 'b' });
  expect(definition).toBeUndefined();
  expect(brief(problems)).toEqual([
    'hint 3:18 definition.base-path-ignored',
    'error 5:3 route.invalid-path',
    'error 7:5 definition.unknown-key',
    'warning 8:5 definition.undeclared-path-parameter',
    'warning 8:44 definition.unused-path-parameter',
    'warning 10:5 definition.undeclared-path-parameter',
    'error 10:5 route.duplicate',
    'warning 10:25 definition.duplicate-operation-id',
    'warning 11:5 definition.undeclared-path-parameter',
    'warning 11:5 definition.equal-paths',
    'warning 11:12 definition.unknown-key',
    'error 12:3 definition.wrong-type',
    'error 13:44 definition.unresolved-reference',
    'error 14:3 route.partial-parameter',
  ]);
  expect(messages(problems, 'definition.unknown-key')).toEqual([
    expect.stringContaining('did you mean "get"?'),
    expect.stringContaining('did you mean "tags"?'),
  ]);
  expect(messages(problems, 'route.duplicate')).toEqual(['GET /a/{name} matches the same requests as GET /a/{id} (api.yaml:8:5)']);
});

test('a syntax error comes back with its place, a missing file with its name, and both are watched', async () => {
  const broken = await importYaml('openapi: 3.0.3\npaths: { /a: [\n');
  expect(broken.definition).toBeUndefined();
  expect(broken.problems[0]?.place).toMatchObject({ file: 'api.yaml' });
  const missing = await importFiles({}, { definition: 'nowhere.yaml' });
  expect(brief(missing.problems)).toEqual(['error ? definition.unreadable']);
  expect(missing.problems[0]?.message).toContain('nowhere.yaml');
  expect(missing.inputs).toEqual(['nowhere.yaml']);
});

describe('an inline document', () => {
  const definition = { openapi: '3.0.3', info: { title: 'T', version: '1' }, paths: { '/a': { get: { $ref: 'operation.yaml' } } } };
  const files = { 'gatehouse.yaml': '', 'operation.yaml': 'operationId: fromFile\n' };

  test('gets its places from where it is written, and may refer to files beside it', async () => {
    const inlineSource = {
      file: 'gatehouse.yaml',
      placeOf: (path: readonly (string | number)[]) => ({ file: 'gatehouse.yaml', line: 40, column: path.length }),
    };
    const { definition: imported } = await importFiles(files, { definition, inlineSource, backend: 'b' });
    expect(imported?.routes).toEqual([expect.objectContaining({ operationId: 'fromFile', at: 'operation.yaml:1:1' })]);
    const bad = await importFiles(files, { definition: { ...definition, paths: { a: { get: {} } } }, inlineSource, backend: 'b' });
    expect(bad.problems).toEqual([
      expect.objectContaining({ code: 'route.invalid-path', place: { file: 'gatehouse.yaml', line: 40, column: 2 } }),
    ]);
  });

  test('that a caller sent reads no file of this machine', async () => {
    const { definition: imported, problems, inputs } = await importFiles(files, { definition, backend: 'b' });
    expect(imported).toBeUndefined();
    expect(messages(problems, 'definition.unresolved-reference')).toEqual([expect.stringContaining('may not refer to files')]);
    expect(inputs).toEqual([]);
  });

  test('is left as it was', async () => {
    const document = { openapi: '3.0.3', info: { title: '${name}', version: '1' }, paths: { '/a': { get: {} } } };
    const before = structuredClone(document);
    const imported = await importFiles({}, { definition: document, backend: 'b', parameters: { name: 'Pets' } });
    expect(imported.definition?.title).toBe('Pets');
    expect(imported.definition?.document).toMatchObject({ info: { title: 'Pets' } });
    expect(document).toEqual(before);
  });
});

describe('a document behind a URL', () => {
  const texts: Record<string, string> = {
    'https://specs.example.com/v1/api.yaml': PLAIN.replace('delete: {', 'get: { $ref: "../shared/get.yaml#/operation" }\n    delete: {'),
    'https://specs.example.com/shared/get.yaml': 'operation: { operationId: shared }\n',
    'https://specs.example.com/v1/thief.yaml': PLAIN.replace('delete: {', 'get: { $ref: "file:///etc/hostname" }\n    delete: {'),
  };
  const fetchText = async (url: string) => texts[url] ?? Promise.reject(new Error('404'));

  test('is fetched with what it refers to, relative to itself', async () => {
    const { definition, problems, inputs } = await importFiles(
      {},
      { definition: 'https://specs.example.com/v1/api.yaml', backend: 'b', fetchText },
    );
    expect(problems).toEqual([]);
    expect(definition?.routes.find((route) => route.operationId === 'shared')?.at).toBe('https://specs.example.com/shared/get.yaml:1:1');
    expect(inputs).toEqual([]);
  });

  test('may not refer to files', async () => {
    const { problems } = await importFiles({}, { definition: 'https://specs.example.com/v1/thief.yaml', backend: 'b', fetchText });
    expect(messages(problems, 'definition.unresolved-reference')).toEqual([expect.stringContaining('may refer only to URLs')]);
  });

  test('is refused where nobody fetches, and its failure told', async () => {
    const refused = await importFiles({}, { definition: 'https://specs.example.com/v1/api.yaml' });
    expect(refused.problems[0]?.message).toContain('not fetched from URLs here');
    const missing = await importFiles({}, { definition: 'https://specs.example.com/none.yaml', fetchText });
    expect(missing.problems[0]?.message).toContain('cannot be fetched (404)');
  });
});

describe('the documents that this is made for', () => {
  const MAYA = `
type: "http_proxy"
connectionId: "\${vpc_link_id}"
httpMethod: "GET"
uri: "http://$\${stageVariables.url}:11620/v1/api/endpoint/{id}" # double $ is not a typo
requestParameters:
  integration.request.header.x-requesting-service-id: "'api-gw'"
  integration.request.header.x-org-customer-id: "context.authorizer.x-org-customer-id"`;

  test("Maya's Terraform template: stage variable in the host, literal and authorizer headers, same-named {id}", async () => {
    const result = await importYaml(withIntegration(MAYA), { environments: { test: { url: 'localhost' }, production: {} } });
    expect(httpUse(result)).toEqual({
      kind: 'http',
      uri: 'http://${stageVariables.url}:11620/v1/api/endpoint/{id}',
      method: 'GET',
      passThrough: true,
      parameters: [
        { in: 'header', name: 'x-requesting-service-id', from: "'api-gw'" },
        { in: 'header', name: 'x-org-customer-id', from: 'context.authorizer.x-org-customer-id' },
      ],
      timeouts: { responseMs: 29_000, totalMs: 29_000 },
    });
    expect(result.definition?.errorProfile).toBe('aws-rest');
    expect(brief(result.problems)).toEqual([
      'hint 5:5 definition.undeclared-path-parameter',
      'hint 8:23 integration.vpc-link-direct',
      'hint 10:14 integration.path-parameter-filled',
      'warning 10:14 definition.missing-stage-variable',
    ]);
    expect(messages(result.problems, 'definition.missing-stage-variable')[0]).toContain('variables.production.url');
  });

  test('the proxy of a CloudFormation template, as OpenAPI', async () => {
    const result = await importYaml(`openapi: 3.0.1
info: { title: backend-proxy, version: "1" }
paths:
  /{proxy+}:
    x-amazon-apigateway-any-method:
      parameters: [{ name: proxy, in: path, required: true, schema: { type: string } }]
      x-amazon-apigateway-integration:
        type: HTTP_PROXY
        httpMethod: ANY
        uri: http://host:8080/{proxy}
        requestParameters: { integration.request.path.proxy: method.request.path.proxy }
`);
    expect(result.problems).toEqual([]);
    expect(result.definition?.errorProfile).toBe('aws-rest');
    expect(result.definition?.routes).toEqual([
      {
        method: 'ANY',
        path: '/{proxy+}',
        integration: {
          kind: 'http',
          uri: 'http://host:8080/{proxy}',
          passThrough: true,
          parameters: [{ in: 'path', name: 'proxy', from: 'method.request.path.proxy' }],
          timeouts: { responseMs: 29_000, totalMs: 29_000 },
        },
        policies: [],
        at: 'api.yaml:5:5',
      },
    ]);
  });

  test('an absolute path is as good as a relative one', async () => {
    const { inputs } = await importYaml(PLAIN, { backend: 'b' });
    expect(inputs).toEqual(['api.yaml']);
    const result = await importDefinition({ definition: '/nowhere/api.yaml', baseDir: '/elsewhere', validatePolicies });
    expect(result.inputs).toEqual(['/nowhere/api.yaml']);
  });
});
