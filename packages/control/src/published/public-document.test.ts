import { expect, test } from 'vitest';
import { toPublicDocument, withAddresses } from './public-document.ts';

const operation = (more: object = {}) => ({ servers: [{ url: 'http://10.0.0.1' }], responses: { 200: { description: 'ok' } }, ...more });

test('no address of a backend is left, wherever OpenAPI has one, also where only a reference says what stands there', () => {
  const servers = [{ url: 'http://10.0.0.1' }];
  const linked = { description: 'ok', links: { next: { operationId: 'a', server: servers[0] } } };
  const item = { servers, post: operation({ callbacks: { done: { '{$request.body#/url}': { servers, post: operation() } } } }) };
  const document = {
    openapi: '3.1.0',
    info: { title: 'a', version: '1' },
    servers,
    paths: {
      '/x': { ...item, get: operation({ responses: { 200: linked } }) },
      '/y': { $ref: '#/x-items/y' },
      '/z': { post: operation({ callbacks: { done: { $ref: '#/components/callbacks/c' } } }) },
    },
    webhooks: { w: item },
    components: {
      callbacks: { c: { '{$url}': item } },
      links: { l: { server: servers[0] } },
      pathItems: { p: item },
      responses: { r: linked },
    },
    'x-items': { y: { servers, get: operation() } },
    'x-shared': { deep: [{ 'x-amazon-apigateway-integration': { uri: 'http://10.0.0.1' } }] },
    'x-google-endpoints': [{ name: 'a', target: '10.0.0.1' }],
    'x-ms-parameterized-host': { hostTemplate: '10.0.0.1' },
  };
  const before = JSON.stringify(document);
  const shown = JSON.stringify(withAddresses(toPublicDocument(document), ['https://gateway.example.com']));
  expect(shown.match(/.{0,80}10\.0\.0\.1/g)).toBeNull();
  expect(shown).toContain('https://gateway.example.com');
  expect(JSON.stringify(document)).toBe(before);
});

test('what only has the name of something internal stays: properties, header fields, names of components, examples', () => {
  const properties = {
    links: { type: 'object', required: ['server'], properties: { server: { type: 'string' }, self: { type: 'string' } } },
    servers: { type: 'array' },
    'x-gatehouse-app': { type: 'string' },
  };
  const example = { links: { next: { server: 'a' } }, 'x-kong-id': '7', servers: ['a'] };
  const response = {
    description: 'ok',
    headers: { 'X-Kong-Request-Id': { schema: { type: 'string' } }, 'X-Rate': {} },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/x-tyk-device' }, example } },
  };
  const components = { schemas: { 'x-tyk-device': { type: 'object', properties, default: example, examples: [example] } } };
  const paths = { '/x': { get: { responses: { 200: response, default: { $ref: '#/components/responses/x-kong-error' } } } } };
  const document = {
    openapi: '3.1.0',
    info: { title: 'a', version: '1' },
    paths,
    components: { ...components, responses: { 'x-kong-error': response } },
  };
  expect(toPublicDocument(document)).toEqual(document);
});

test('extensions for gateways go wherever an object may be extended, others stay', () => {
  const secret = { 'x-gatehouse-policies': ['s3cret'], 'X-Amazon-Apigateway-Auth': 's3cret', 'x-kong-plugin': 's3cret' };
  const own = { 'x-own': 'shown' };
  const document = {
    openapi: '3.0.3',
    info: { title: 'a', version: '1', contact: { ...secret, ...own }, ...secret },
    tags: [{ name: 'a', ...secret }],
    paths: {
      ...secret,
      '/x': {
        ...secret,
        get: {
          ...secret,
          parameters: [{ name: 'a', in: 'query', schema: { type: 'string', ...secret, ...own }, ...secret }],
          responses: { ...secret, 200: { description: 'ok', ...secret } },
        },
      },
    },
    components: { ...secret, securitySchemes: { o: { type: 'oauth2', flows: { implicit: { scopes: {}, ...secret } }, ...secret } } },
  };
  const shown = JSON.stringify(toPublicDocument(document));
  expect(shown).not.toContain('s3cret');
  expect(shown.match(/x-own/g)).toHaveLength(2);
});
