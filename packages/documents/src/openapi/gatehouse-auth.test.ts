import type { RouteAuthentication } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import type { ImportOptions } from './import-definition.ts';
import { brief, importYaml, messages } from './import-fixture.ts';

/** GET /plain, GET /path/own and POST /path/own, each with what it is given. */
function definition({ document = '', path = '', operation = '' } = {}): string {
  return `openapi: 3.0.3
info: { title: T, version: '1' }
${document === '' ? '' : `x-gatehouse-auth: ${document}\n`}paths:
  /plain:
    get: { responses: { '200': { description: OK } } }
  /path/own:
${path === '' ? '' : `    x-gatehouse-auth: ${path}\n`}    get: { ${operation === '' ? '' : `x-gatehouse-auth: ${operation}, `}responses: { '200': { description: OK } } }
    post: { responses: { '200': { description: OK } } }
`;
}

async function authOf(text: string, auth?: ImportOptions['auth']) {
  const { definition: imported, problems } = await importYaml(text, { backend: 'b', ...(auth === undefined ? {} : { auth }) });
  const word = (value: RouteAuthentication | null | undefined) => (value == null ? value : value.appCode);
  return {
    api: word(imported?.authentication),
    routes: imported?.routes.map((route) => word(route.authentication)),
    problems: brief(problems),
  };
}

const HEADER = '{ kind: app, appCode: header }';
const ALL = 'header-and-query';

describe('x-gatehouse-auth', () => {
  test('of an operation counts before that of its path, and that before that of the document', async () => {
    expect(await authOf(definition({ document: 'app', path: HEADER, operation: 'none' }))).toEqual({
      api: ALL,
      routes: [ALL, null, 'header'],
      problems: [],
    });
  });

  test('of the document gives way to auth of the API, and that to the operation', async () => {
    const text = definition({ document: HEADER, operation: 'none' });
    expect(await authOf(text, 'app')).toMatchObject({ api: ALL, routes: [ALL, null, ALL] });
    expect(await authOf(definition({ document: 'none' }), 'app')).toMatchObject({ api: ALL, routes: [ALL, ALL, ALL] });
  });

  test('of the document that opens it leaves routes to their API, so that nobody opens by accident what the API closes', async () => {
    expect(await authOf(definition({ document: 'none' }))).toEqual({ api: null, routes: [undefined, undefined, undefined], problems: [] });
  });

  test('is overridden by auth: none of the API, with a warning where it would have closed something', async () => {
    expect(await authOf(definition({ document: 'app', operation: HEADER }), 'none')).toEqual({
      api: null,
      routes: [undefined, undefined, undefined],
      problems: ['warning 8:12 auth.overridden'],
    });
  });

  test('of a kind that is not known is an error with its place, wherever it stands', async () => {
    expect((await authOf(definition({ document: 'jwt' }))).problems).toEqual(['error 3:19 auth.invalid']);
    expect((await authOf(definition({ path: '[app]' }))).problems).toEqual(['error 7:5 auth.invalid']);
    const text = definition({ operation: '{ kind: app, appCode: cookie }' });
    expect((await authOf(text)).problems).toEqual(['error 7:52 auth.invalid']);
    const { problems } = await importYaml(definition({ operation: '{ kind: app, apCode: header }' }), { backend: 'b' });
    expect(messages(problems, 'auth.invalid')[0]).toContain('Unrecognized key: "apCode"');
  });
});

describe('what a document for Amazon API Gateway guards', () => {
  const aws = (operation = '') => `openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /a:
    get:
      security: [{ lambda: [] }]
      ${operation}
      x-amazon-apigateway-integration: { type: http_proxy, httpMethod: GET, uri: 'http://b.example/a' }
      responses: { '200': { description: OK } }
components:
  securitySchemes:
    lambda: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: custom }
`;

  test('is refused as long as nobody says how callers are authenticated instead, and the message says how', async () => {
    const { problems } = await importYaml(aws());
    expect(messages(problems, 'auth.unsupported')[0]).toMatch(/set auth: app .* or auth: none/);
  });

  test('is answered for by auth: app, on the API or on the operation', async () => {
    expect(await authOf(aws(), 'app')).toEqual({ api: ALL, routes: [ALL], problems: [] });
    expect(await authOf(aws('x-gatehouse-auth: app'))).toEqual({ api: null, routes: [ALL], problems: [] });
  });
});

test('a guarded operation beside an open one for the other methods is warned of', async () => {
  const text = `openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /admin:
    post: { x-gatehouse-auth: app, responses: { '200': { description: OK } } }
  /{proxy+}:
    x-amazon-apigateway-any-method: { responses: { '200': { description: OK } } }
`;
  const { problems } = await importYaml(text, { backend: 'b' });
  expect(messages(problems, 'route.open-fallthrough')[0]).toContain('lacks authentication (auth: app)');
});
