import { ANY_METHOD, openApi } from '../support/config.ts';
import type { ConfigObject } from '../support/gateway.ts';

/**
 * Seed 003, R04: the CloudFormation template's RestApi with one resource `{proxy+}` and one method ANY, as the OpenAPI document that
 * Amazon API Gateway exports for it.
 */
function greetingApi(port: number) {
  return {
    openapi: '3.0.1',
    info: { title: 'APIGatewayPattern', version: '1.0' },
    paths: {
      '/{proxy+}': {
        [ANY_METHOD]: {
          parameters: [{ name: 'proxy', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {},
          'x-amazon-apigateway-integration': {
            type: 'HTTP_PROXY',
            httpMethod: 'ANY',
            uri: `http://127.0.0.1:${port}/{proxy}`,
            requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
            passthroughBehavior: 'when_no_match',
          },
        },
      },
    },
  };
}

/** Seed 004, E05 to E08: Maya's snippets put together, `${vpc_link_id}` and `$${stageVariables.url}` as in her Terraform template. */
function mayaApi(port: number): string {
  return `
openapi: 3.0.1
info: { title: unified, version: '1.0' }
paths:
  /endpoint/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses: { '200': { description: OK } }
      security: [ { lambda-authorizer: [] } ]
      x-amazon-apigateway-integration:
        type: "http_proxy"
        connectionId: "\${vpc_link_id}"
        httpMethod: "GET"
        uri: "http://$\${stageVariables.url}:${port}/v1/api/endpoint/{id}" # double $ is not a typo
        requestParameters:
          integration.request.header.x-requesting-service-id: "'api-gw'"
          integration.request.header.x-org-customer-id: "context.authorizer.x-org-customer-id"
components:
  securitySchemes:
    lambda-authorizer:
      type: "\${authorizer_type}"
      name: "\${authorizer_name}"
      in: header
      x-amazon-apigateway-authtype: "custom"
      x-amazon-apigateway-authorizer:
        type: "request"
        authorizerUri: "\${authorizer_uri}"
        authorizerCredentials: "\${authorizer_credentials}"
        identitySource: "\${authorizer_identity_source}"
`;
}

/** The files beside gatehouse.yaml. */
export function seedFiles(port: number): Record<string, string> {
  return { 'greeting.json': JSON.stringify(greetingApi(port)), 'maya.yaml': mayaApi(port) };
}

/** Everything that the seed records need, for an origin on this port. */
export function seedConfig(port: number): ConfigObject {
  const url = `http://127.0.0.1:${port}`;
  const backend = (name: string, path: string, environments: readonly string[]) => ({
    name,
    type: 'http',
    environments: Object.fromEntries(
      environments.map((environment) => [environment, { url: `${url}/${path}/${environment}`, retry: { attempts: 0 } }]),
    ),
  });
  const orders = openApi({ '/orders': { get: {} }, '/orders/{id}': { get: {} } });
  const plain = { errorProfile: 'problem', definition: orders };
  return {
    environments: ['test', 'pre', 'production'],
    backends: [
      backend('orders', 'orders', ['test', 'pre', 'production']),
      backend('other', 'other', ['production']),
      backend('deep', 'deep', ['production']),
    ],
    apis: [
      { name: 'greeting', basePath: '/', definition: './greeting.json', publish: ['production'] },
      {
        name: 'maya',
        basePath: '/unified',
        definition: './maya.yaml',
        parameters: {
          vpc_link_id: 'vl-0123',
          authorizer_type: 'apiKey',
          authorizer_name: 'Authorization',
          authorizer_uri:
            'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:1:function:authorizer/invocations',
          authorizer_credentials: 'arn:aws:iam::1:role/authorizer',
          authorizer_identity_source: 'method.request.header.Authorization',
        },
        auth: 'none',
        ignoreExtensions: ['x-amazon-apigateway-authorizer', 'x-amazon-apigateway-authtype'],
        variables: { production: { url: '127.0.0.1' }, test: { url: 'localhost' } },
        publish: ['test', 'production'],
      },
      { ...plain, name: 'orders', basePath: '/shop', backend: 'orders', publish: ['test', 'pre', 'production'] },
      { ...plain, name: 'other', basePath: '/other', backend: 'other', publish: ['production'] },
      { ...plain, name: 'deep', basePath: '/deep', backend: 'deep', publish: ['production'] },
    ],
    domains: [
      {
        host: 'api.example.com',
        mappings: [
          { path: 'v1', api: 'other', environment: 'production' },
          { path: 'v1/service_name', api: 'orders', environment: 'test' },
          { path: 'v1/service_name/deep', api: 'deep', environment: 'production' },
        ],
      },
      { host: 'orders.example.com', mappings: [{ api: 'orders', environment: 'pre' }] },
      { host: '*.example.org', mappings: [{ api: 'orders', environment: 'production' }] },
    ],
  };
}
