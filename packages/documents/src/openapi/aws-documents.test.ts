import { describe, expect, test } from 'vitest';
import { brief, importYaml, line, messages, withIntegration } from './import-fixture.ts';

const PROXY = 'type: http_proxy\nuri: http://host/';
const AUTHORIZER = 'x-amazon-apigateway-authorizer: { type: request, authorizerUri: "${uri}" }';

/** An AWS document whose one operation has that `security` or other line, and those schemes. */
function secured(line: string, schemes: string, root = ''): string {
  const extra = `${root === '' ? '' : `${root}\n`}components: { securitySchemes: { ${schemes} } }`;
  return withIntegration(PROXY, { extra }).replace('    get:\n', `    get:\n      ${line}\n`);
}

describe('credentials that Amazon API Gateway would check', () => {
  const lambda = `lambda: { type: apiKey, in: header, name: Authorization, ${AUTHORIZER} }`;
  const plain = 'oauth: { type: oauth2 }';

  test.each([
    ['security: [{ lambda: [] }]', lambda, '', 'error 7:20 auth.unsupported'],
    [
      'security: [{ iam: [] }]',
      'iam: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4 }',
      '',
      'error 7:20 auth.unsupported',
    ],
    ['security: [{ key: [] }]', 'key: { type: apiKey, in: header, name: X-Api-Key }', '', 'error 7:20 auth.unsupported'],
    ['x-amazon-apigateway-auth: { type: AWS_IAM }', plain, '', 'error 7:7 auth.unsupported'],
    ['summary: the default of the document', lambda, 'security: [{ lambda: [] }]', 'error 3:14 auth.unsupported'],
    ['security: [{ lamda: [] }]', lambda, '', 'error 7:20 auth.unknown-scheme'],
  ])('%s is refused, because nobody checks them here', async (written, schemes, root, problem) => {
    const { definition, problems } = await importYaml(secured(written, schemes, root));
    expect(definition).toBeUndefined();
    expect(brief(problems).filter((text) => text.startsWith('error'))).toEqual([problem]);
  });

  test('are left out knowingly with auth: none', async () => {
    const { definition } = await importYaml(secured('security: [{ lambda: [] }]', lambda), { auth: 'none' });
    expect(definition?.routes).toHaveLength(1);
  });

  test.each([
    ['security: []', lambda, 'security: [{ lambda: [] }]'],
    ['security: [{ oauth: [] }]', plain, ''],
    ['x-amazon-apigateway-auth: { type: none }', plain, ''],
    ['summary: its scheme is not used', lambda, ''],
  ])('%s needs no credentials from the gateway', async (written, schemes, root) => {
    expect((await importYaml(secured(written, schemes, root))).definition?.routes).toHaveLength(1);
  });
});

describe('extensions', () => {
  const withRoot = (extra: string) => withIntegration(PROXY, { extra });

  test.each([
    ['x-amazon-apigateway-policy: { Statement: [] }', 'error 3:1 extension.unsupported'],
    ['x-amazon-apigateway-polcy: {}', 'error 3:1 extension.unknown'],
    ['x-amazon-apigateway-integration: {}', 'error 3:1 extension.misplaced'],
    ['x-gatehouse-polices: []', 'error 3:1 extension.unknown'],
    ['x-amazon-apigateway-request-validator: all', 'warning 3:1 extension.ignored'],
    ['x-amazon-apigateway-gateway-responses: {}', 'warning 3:1 extension.ignored'],
    ['x-amazon-apigateway-minimum-compression-size: 10', 'warning 3:1 extension.ignored'],
    ['x-aliyun-apigateway-backend: {}', 'warning 3:1 extension.ignored'],
    ['x-aliyun-apigateway-auth-type: APP', 'error 3:1 extension.guards'],
    ['x-amazon-apigateway-binary-media-types: ["*/*"]', undefined],
    ['x-amazon-apigateway-documentation: {}', undefined],
    ['x-amazon-apigateway-api-key-source: HEADER', undefined],
    ['x-amazon-apigateway-request-validators: { all: {} }', undefined],
    ['x-anything: {}', undefined],
  ])('%s', async (extra, problem) => {
    const { definition, problems } = await importYaml(withRoot(extra));
    const found = brief(problems).filter((text) => text.includes('extension.'));
    expect(found).toEqual(problem === undefined ? [] : [problem]);
    expect(definition === undefined).toBe(problem?.startsWith('error') ?? false);
  });

  test('that are unknown suggest the nearest, and can be skipped knowingly', async () => {
    const { problems } = await importYaml(withRoot('x-amazon-apigateway-polcy: {}'));
    expect(messages(problems, 'extension.unknown')[0]).toContain('did you mean "x-amazon-apigateway-policy"?');
    const skipped = await importYaml(withRoot('x-amazon-apigateway-policy: {}\nx-amazon-apigateway-new: 1'), {
      ignoreExtensions: ['x-amazon-apigateway-policy', 'x-amazon-apigateway-new'],
    });
    expect(skipped.definition?.routes).toHaveLength(1);
  });

  test('are looked at on operations, paths, tags and security schemes too', async () => {
    const text = withRoot(
      'tags: [{ name: a, x-amazon-apigateway-tag-valu: b }]\ncomponents: { securitySchemes: { s: { x-amazon-apigateway-authtyp: c } } }',
    ).replace('    get:\n', '    x-amazon-apigateway-any-methods: {}\n    get:\n      x-amazon-apigateway-request-validator: all\n');
    expect(brief((await importYaml(text)).problems).filter((found) => found.includes('extension.'))).toEqual([
      'error 3:19 extension.unknown',
      'error 4:39 extension.unknown',
      'error 7:5 extension.unknown',
      'warning 9:7 extension.ignored',
    ]);
  });

  test('that switch the default endpoint off leave the domains only', async () => {
    const root = 'x-amazon-apigateway-endpoint-configuration: { disableExecuteApiEndpoint: true }';
    const server =
      'servers: [{ url: /, x-amazon-apigateway-endpoint-configuration: { disableExecuteApiEndpoint: true, vpcEndpointIds: [a] } }]';
    expect((await importYaml(withRoot(root))).definition?.domainsOnly).toBe(true);
    const inServer = await importYaml(withRoot(server));
    expect(inServer.definition?.domainsOnly).toBe(true);
    expect(inServer.problems.map((problem) => problem.code)).toContain('extension.ignored');
    expect((await importYaml(withRoot('tags: []'))).definition?.domainsOnly).toBe(false);
  });

  test('for CORS become a cors policy of the whole API, before its other policies', async () => {
    const { definition } = await importYaml(
      withRoot(
        'x-amazon-apigateway-cors: { allowOrigins: ["*"], maxAge: 600 }\nx-gatehouse-policies: [{ rate-limit: { limit: 1, window: 1s } }]',
      ),
    );
    expect(definition?.errorProfile).toBe('aws-http');
    expect(definition?.policies).toEqual([
      // What the document does not allow is not left to the wider defaults of the policy.
      { name: 'cors', config: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], maxAge: '600s' }, at: expect.any(String) },
      { name: 'rate-limit', config: { limit: 1, window: '1s' }, at: expect.any(String) },
    ]);
    expect(definition?.policies[1]?.at).toMatch(/api\.yaml:4:24$/);
  });
});

test('the $default route of an HTTP API is carried', async () => {
  const { definition } = await importYaml(withIntegration(PROXY, { path: '/$default', method: 'x-amazon-apigateway-any-method' }));
  expect(definition?.routes.map(line)).toEqual(['ANY $default -> http://host/']);
});

test('a chosen error profile wins over the one that the document suggests', async () => {
  expect((await importYaml(withIntegration(PROXY), { errorProfile: 'problem' })).definition?.errorProfile).toBe('problem');
});
