import { expect, test } from 'vitest';
import type { OpenApiDocument } from './definition-view.ts';
import { diffDefinitions } from './diff-definitions.ts';
import { brief } from './diff-fixture.ts';

const info = { title: 'Pets', version: '1' };
const pet = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, photo: { type: 'string', 'x-nullable': true } } };

const swagger: OpenApiDocument = {
  swagger: '2.0',
  info,
  host: 'pets.example',
  basePath: '/v1',
  consumes: ['application/json'],
  securityDefinitions: { login: { type: 'basic' }, oauth: { type: 'oauth2', flow: 'implicit', scopes: { read: '' } } },
  security: [{ login: [] }, { oauth: ['read'] }],
  paths: {
    '/pets': {
      parameters: [{ $ref: '#/parameters/tags' }],
      get: {
        produces: ['application/json', 'application/xml'],
        responses: {
          200: {
            description: 'OK',
            schema: { type: 'array', items: { $ref: '#/definitions/Pet' } },
            headers: { 'X-Count': { type: 'integer' } },
          },
        },
      },
      post: {
        parameters: [{ in: 'body', name: 'pet', required: true, schema: { $ref: '#/definitions/Pet' } }],
        responses: { 201: { description: 'Made' } },
      },
    },
    '/pets/{id}/photo': {
      put: {
        parameters: [
          { in: 'path', name: 'id', required: true, type: 'string', maxLength: 36 },
          { in: 'formData', name: 'photo', required: true, type: 'file' },
          { in: 'formData', name: 'caption', type: 'string' },
        ],
        consumes: ['multipart/form-data'],
        responses: { default: { description: 'Error', schema: {} } },
      },
    },
  },
  parameters: { tags: { in: 'query', name: 'tags', type: 'array', items: { type: 'string' }, collectionFormat: 'multi' } },
  definitions: { Pet: pet },
};

const openapi = (version: '3.0.3' | '3.1.0') => {
  const photo = version === '3.0.3' ? { type: 'string', nullable: true } : { type: ['string', 'null'] };
  const list = { schema: { type: 'array', items: { $ref: '#/components/schemas/Animal' } } };
  const form = {
    type: 'object',
    required: ['photo'],
    properties: { photo: { type: 'string', format: 'binary' }, caption: { type: 'string' } },
  };
  return {
    openapi: version,
    info,
    servers: [{ url: 'https://pets.example/v2' }],
    security: [{ basicAuth: [] }, { oauth: ['read'] }],
    paths: {
      '/pets': {
        parameters: [{ in: 'query', name: 'tags', schema: { type: 'array', items: { type: 'string' } } }],
        get: {
          responses: {
            200: {
              description: 'OK',
              content: { 'application/json': list, 'application/xml': list },
              headers: { 'X-Count': { schema: { type: 'integer' } } },
            },
          },
        },
        post: {
          requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Animal' } } } },
          responses: { 201: { description: 'Made' } },
        },
      },
      '/pets/{id}/photo': {
        put: {
          parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string', maxLength: 36 } }],
          requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } },
          responses: { default: { description: 'Error', content: { 'application/json': { schema: {} } } } },
        },
      },
    },
    components: {
      schemas: { Animal: { ...pet, properties: { ...pet.properties, photo } } },
      securitySchemes: {
        basicAuth: { type: 'http', scheme: 'basic' },
        oauth: { type: 'oauth2', flows: { implicit: { authorizationUrl: 'https://pets.example', scopes: { read: '' } } } },
      },
    },
  };
};

test('a definition that is rewritten for a newer OpenAPI version is the same', () => {
  expect(diffDefinitions(swagger, openapi('3.0.3'))).toEqual({ changes: [], breaking: false });
  expect(diffDefinitions(swagger, openapi('3.1.0'))).toEqual({ changes: [], breaking: false });
  expect(diffDefinitions(openapi('3.1.0'), swagger)).toEqual({ changes: [], breaking: false });
});

test('what changed while it was rewritten is found', () => {
  const after = openapi('3.1.0');
  after.components.schemas.Animal.required = ['name', 'photo'];
  const { '/pets/{id}/photo': photo, ...paths } = after.paths;
  photo.put.parameters = [{ in: 'path', name: 'petId', required: true, schema: { type: 'string', maxLength: 10 } }];
  expect(diffDefinitions(swagger, { ...after, paths: { ...paths, '/pets/{petId}/photo': photo } }).changes.map(brief)).toEqual([
    '! request-property-became-required @ request body application/json /photo',
    '! request-limit-tightened @ request path parameter "petId"',
    'response-property-became-required @ response 200 application/json, application/xml /*/photo',
    'path-parameter-renamed @ request path parameter "petId"',
  ]);
});
