import { describe, expect, test } from 'vitest';
import { ServerError } from '../../../server/server-error.ts';
import { type ApiForm, emptyForm, emptyOperation, withPath } from './api-form.ts';
import { checkForm, pathProblem } from './check-form.ts';
import { placeRefusal } from './problem-places.ts';
import { toDraft } from './to-draft.ts';

const pet = withPath({ ...emptyOperation(1), summary: 'One pet for ${price}' }, '/pets/{id}');
const form: ApiForm = { ...emptyForm('team-pets'), name: 'pets', backend: 'pets', operations: [pet] };
const wrongIn = (changed: Partial<ApiForm>) => checkForm({ ...form, ...changed }).map(({ step, at }) => `${step}: ${at}`);

describe('a form is checked step by step', () => {
  test('what is filled in well has no problems', () => {
    expect(wrongIn({})).toEqual([]);
  });

  test.each([
    [{ name: '' }, 'basic: name'],
    [{ name: '.a' }, 'basic: name'],
    [{ basePath: 'pets/' }, 'request: basePath'],
    [{ operations: [pet, { ...pet, id: 2, path: '/pets/{other}' }] }, 'request: 2 path'],
    [
      { operations: [{ ...pet, parameters: [{ name: 'a b', in: 'header', type: 'string', required: false, description: '' }] }] },
      'request: 1 parameter 0',
    ],
    [{ backend: null }, 'backend: backend'],
    [{ operations: [{ ...pet, backend: { ...pet.backend, path: '/v1/{other}' } }] }, 'backend: 1 backendPath'],
    [{ operations: [{ ...pet, backend: { ...pet.backend, timeout: '5' } }] }, 'backend: 1 timeout'],
    [{ operations: [{ ...pet, response: { ...pet.response, example: '{' } }] }, 'response: 1 example'],
    [{ operations: [{ ...pet, backend: { ...pet.backend, answeredBy: 'mock' } }], backend: null }, 'response: 1 example'],
  ] satisfies [Partial<ApiForm>, string][])('%j', (changed, expected) => {
    expect(wrongIn(changed)).toContain(expected);
  });

  test.each([
    ['/', undefined],
    ['/pets/', undefined],
    ['/pets/{id}/photos', undefined],
    ['/files/{rest+}', undefined],
    ['pets', 'slash'],
    ['/pets/x{id}', 'whole segment'],
    ['/{rest+}/x', 'last'],
    ['/a//b', 'empty'],
    ['/a/{x}/{x}', 'twice'],
    ['/a?b=c', 'query'],
    ['/a b', '%20'],
  ])('the path %s: %s', (path, words) => {
    const problem = pathProblem(path);
    if (words === undefined) expect(problem).toBeUndefined();
    else expect(problem).toContain(words);
  });
});

describe('a form becomes a draft', () => {
  test('an operation that goes to the backend service as it came needs to say nothing of it', () => {
    expect(toDraft({ ...form, description: 'All' })).toEqual({
      basePath: '/pets',
      auth: 'app',
      owner: 'team-pets',
      description: 'All',
      backend: 'pets',
      definition: {
        openapi: '3.1.0',
        info: { title: 'pets', description: 'All', version: '1.0.0' },
        paths: {
          '/pets/{id}': {
            get: {
              summary: 'One pet for $${price}',
              parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
              responses: { 200: { description: 'Success', content: { 'application/json': {} } } },
            },
          },
        },
      },
    });
  });

  test('what is mapped, and what is not as usual, is in its integration', () => {
    const mapped = {
      ...pet,
      backend: {
        ...pet.backend,
        path: '/v1/{pet}',
        method: 'POST',
        timeout: '2s',
        mode: 'map' as const,
        mappings: [
          { in: 'path' as const, name: 'pet', from: 'path' as const, value: 'id' },
          { in: 'header' as const, name: 'x-service', from: 'constant' as const, value: 'a ${b}' },
          { in: 'query' as const, name: 'region', from: 'variable' as const, value: 'region' },
        ],
      },
    };
    expect(toDraft({ ...form, operations: [mapped] }).definition).toMatchObject({
      paths: {
        '/pets/{id}': {
          get: {
            'x-gatehouse-integration': {
              path: '/v1/{pet}',
              method: 'POST',
              timeouts: { response: '2s' },
              parameters: {
                'integration.request.path.pet': 'method.request.path.id',
                'integration.request.header.x-service': "'a $${b}'",
                'integration.request.querystring.region': 'stageVariables.region',
              },
            },
          },
        },
      },
    });
  });

  test('without a backend service, the gateway answers with the example', () => {
    const mock = { ...pet, backend: { ...pet.backend, answeredBy: 'mock' as const }, response: { ...pet.response, example: '{"id":1}' } };
    const draft = toDraft({ ...form, operations: [mock], auth: { ...form.auth, kind: 'none' } });
    expect([draft.backend, draft.auth]).toEqual([undefined, 'none']);
    expect(draft.definition).toMatchObject({
      paths: {
        '/pets/{id}': {
          get: {
            'x-gatehouse-integration': { type: 'mock' },
            responses: { 200: { content: { 'application/json': { example: { id: 1 } } } } },
          },
        },
      },
    });
  });
});

test('what the server refuses is shown at its step and field', () => {
  const at = (...path: (string | number)[]) => ({ severity: 'error' as const, code: 'x', message: 'm', path });
  const error = new ServerError({
    status: 422,
    code: 'definition.invalid',
    title: '',
    problems: [
      at('body', 'basePath'),
      at('body', 'backend'),
      at('body', 'definition', 'paths', '/pets/{id}', 'get', 'parameters', 0, 'name'),
      at('body', 'definition', 'paths', '/pets/{id}', 'get', 'x-gatehouse-integration', 'path'),
      at('body', 'definition', 'paths', '/pets/{id}', 'get', 'responses', '200'),
      at('body', 'definition', 'paths', '/elsewhere'),
    ],
  });
  expect(placeRefusal(error, form).map(({ step, at }) => `${step}: ${at}`)).toEqual([
    'request: basePath',
    'backend: backend',
    'request: 1 parameter 0',
    'backend: 1 backendPath',
    'response: 1 example',
  ]);
});
