import { describe, expect, it } from 'vitest';
import { ApiDocument } from '../document/api-document.ts';
import { toParts } from '../document/document-parts.ts';
import { indexOpenApi } from '../openapi/index-openapi.ts';
import { type Operation, readOperation } from '../openapi/operation.ts';
import { buildRequest } from './build-request.ts';
import { initialForm } from './initial-form.ts';
import type { RequestForm } from './request-form.ts';

function operationOf(
  fields: Record<string, unknown>,
  method = 'get',
  path = '/pets/{id}',
  root: Record<string, unknown> = { openapi: '3.1.0' },
) {
  const document = new ApiDocument(toParts({ ...root, paths: { [path]: { [method]: fields } } }));
  const [entry] = indexOpenApi(document).operations;
  if (entry === undefined) throw new Error('There is no operation');
  return { document, operation: readOperation(document, entry) };
}

type Given = { document: ApiDocument; operation: Operation };
const build = ({ document, operation }: Given, form: Partial<RequestForm>) =>
  buildRequest(document, operation, { parameters: {}, body: undefined, headers: [], accept: undefined, ...form });

const parameter = (fields: Record<string, unknown>, place = 'query') =>
  operationOf({ parameters: [{ name: 'p', in: place, ...fields }] }, 'get', place === 'path' ? '/x/{p}/y' : '/x');

describe('a parameter', () => {
  const list = { type: 'array', items: { type: 'string' } };
  const object = { type: 'object' };
  const named = '{"a":"1","b":"x y"}';

  it.each<[string, Record<string, unknown>, string | string[], string]>([
    ['text', { schema: { type: 'string' } }, 'a b&c=d/é#+', '?p=a%20b%26c%3Dd%2F%C3%A9%23%2B'],
    ['marks of a shell', { schema: {} }, "!'()*", '?p=%21%27%28%29%2A'],
    ['half of a pair', { schema: {} }, '\ud800', '?p=%EF%BF%BD'],
    ['form, exploded', { schema: list }, ['a', 'b,c'], '?p=a&p=b%2Cc'],
    ['form', { schema: list, explode: false }, ['a', 'b,c'], '?p=a,b%2Cc'],
    ['spaceDelimited', { schema: list, style: 'spaceDelimited' }, ['a', 'b'], '?p=a%20b'],
    ['pipeDelimited', { schema: list, style: 'pipeDelimited' }, ['a', 'b'], '?p=a%7Cb'],
    ['form object, exploded', { schema: object }, named, '?a=1&b=x%20y'],
    ['form object', { schema: object, explode: false }, named, '?p=a,1,b,x%20y'],
    ['deepObject', { schema: object, style: 'deepObject' }, named, '?p%5Ba%5D=1&p%5Bb%5D=x%20y'],
    ['reserved characters', { schema: {}, allowReserved: true }, '/a?b:c,d&e#f[g]', '?p=/a?b:c,d%26e%23f[g]'],
    ['JSON content', { content: { 'application/json': { schema: object } } }, '{"a": 1}', '?p=%7B%22a%22%3A%201%7D'],
    ['collectionFormat multi', { type: 'array', items: {}, collectionFormat: 'multi' }, ['a', 'b'], '?p=a&p=b'],
    ['collectionFormat csv', { type: 'array', items: {} }, ['a', 'b'], '?p=a,b'],
    ['collectionFormat tsv', { type: 'array', items: {}, collectionFormat: 'tsv' }, ['a', 'b'], '?p=a%09b'],
  ])('in the query is written as the document says: %s', (_, fields, value, query) => {
    const { request, problems } = build(parameter(fields), { parameters: { 'query p': value } });
    expect([request.query, problems]).toEqual([query, []]);
  });

  it.each<[string, Record<string, unknown>, string | string[], string]>([
    ['text', { schema: {} }, 'a/b?c#d%2F..', '/x/a%2Fb%3Fc%23d%252F../y'],
    ['braces', { schema: {} }, '{p}$&', '/x/%7Bp%7D%24%26/y'],
    ['simple', { schema: list }, ['a', 'b'], '/x/a,b/y'],
    ['label', { schema: list, style: 'label', explode: true }, ['a', 'b'], '/x/.a.b/y'],
    ['matrix', { schema: list, style: 'matrix' }, ['a', 'b'], '/x/;p=a,b/y'],
    ['matrix, exploded', { schema: list, style: 'matrix', explode: true }, ['a', 'b'], '/x/;p=a;p=b/y'],
    ['matrix object, exploded', { schema: object, style: 'matrix', explode: true }, named, '/x/;a=1;b=x%20y/y'],
    ['simple object', { schema: object, explode: true }, named, '/x/a=1,b=x%20y/y'],
    ['reserved characters', { schema: {}, allowReserved: true }, 'a/b:c', '/x/a%2Fb:c/y'],
  ])('in the path stays one segment: %s', (_, fields, value, path) => {
    const { request, problems } = build(parameter(fields, 'path'), { parameters: { 'path p': value } });
    expect([request.path, problems]).toEqual([path, []]);
  });

  it.each(['.', '..', ''])('in the path cannot lead elsewhere: "%s"', (value) => {
    expect(build(parameter({ schema: {} }, 'path'), { parameters: { 'path p': value } }).problems).toEqual([
      { at: 'path p', message: expect.stringMatching(/required|cannot hold/) },
    ]);
  });

  it('in a header or cookie is sent there, and holds no line breaks', () => {
    expect(build(parameter({ schema: list }, 'header'), { parameters: { 'header p': ['a', 'b'] } }).request.headers).toEqual([
      ['p', 'a,b'],
    ]);
    expect(build(parameter({ schema: {} }, 'cookie'), { parameters: { 'cookie p': 'a; b' } }).request.headers).toEqual([
      ['Cookie', 'p=a%3B%20b'],
    ]);
    expect(build(parameter({ schema: {} }, 'header'), { parameters: { 'header p': 'a\r\nX-Evil: 1' } }).problems).toHaveLength(1);
  });

  it.each([
    ['integer', '1.5', /whole number/],
    ['number', 'ten', /a number/],
    ['object', '{"a":', /not JSON/],
  ])('of type %s is not sent as %s', (type, value, message) => {
    const { problems } = build(parameter({ schema: { type } }), { parameters: { 'query p': value } });
    expect(problems).toEqual([{ at: 'query p', message: expect.stringMatching(message) }]);
  });

  it('that is too large for a number of the language is sent digit by digit', () => {
    const value = '12345678901234567890';
    expect(build(parameter({ schema: { type: 'integer', format: 'int64' } }), { parameters: { 'query p': value } }).request.query).toBe(
      `?p=${value}`,
    );
  });
});

describe('a request', () => {
  it('begins with what is required and with nothing that nobody asked for', () => {
    const { document, operation } = operationOf(
      {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' }, example: 7 },
          { name: 'status', in: 'query', required: true, schema: { enum: ['sold', 'available'] } },
          { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } },
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { properties: { name: { type: 'string', example: 'Rex' } } } } },
        },
        responses: { '404': { content: { 'application/problem+json': {} } }, '200': { content: { 'application/json': {} } } },
      },
      'put',
    );
    const { request, problems } = buildRequest(document, operation, initialForm(document, operation));
    expect(problems).toEqual([]);
    expect(request).toEqual({
      method: 'PUT',
      path: '/pets/7',
      query: '?status=sold',
      headers: [
        ['Accept', 'application/json'],
        ['Content-Type', 'application/json'],
      ],
      body: '{\n  "name": "Rex"\n}',
    });
  });

  it('has the headers that were added, each once', () => {
    const headers = [
      { name: 'accept', value: 'text/csv' },
      { name: 'bad name', value: '1' },
      { name: '', value: 'x' },
    ];
    const { request, problems } = build(operationOf({}), { accept: 'application/json', headers });
    expect(request.headers.filter(([name]) => name.toLowerCase() === 'accept')).toEqual([['accept', 'text/csv']]);
    expect(problems.map(({ at }) => at)).toEqual(['header 1', 'header 2']);
  });

  it('writes forms, and does not pretend to send parts', () => {
    const form = { contentType: 'application/x-www-form-urlencoded', text: '', fields: { a: 'x y&', b: ['1', '2'] } };
    const given = operationOf({ requestBody: { content: { [form.contentType]: { schema: {} } } } }, 'post');
    expect(build(given, { body: form }).request.body).toBe('a=x%20y%26&b=1&b=2');
    expect(build(given, { body: { ...form, contentType: 'multipart/form-data' } }).problems).toEqual([
      { at: 'body', message: expect.stringContaining('code samples') },
    ]);
  });

  it('of OpenAPI 2 takes its body from among the parameters', () => {
    const swagger = { swagger: '2.0', consumes: ['application/json'] };
    const body = { name: 'pet', in: 'body', required: true, schema: { properties: { id: { type: 'integer', example: 3 } } } };
    const whole = operationOf({ parameters: [body] }, 'post', '/pets', swagger);
    expect(buildRequest(whole.document, whole.operation, initialForm(whole.document, whole.operation)).request.body).toBe(
      '{\n  "id": 3\n}',
    );
    const field = { name: 'status', in: 'formData', type: 'string', enum: ['a', 'b'], required: true };
    const form = operationOf({ parameters: [field], consumes: ['application/x-www-form-urlencoded'] }, 'post', '/pets', swagger);
    expect(buildRequest(form.document, form.operation, initialForm(form.document, form.operation)).request.body).toBe('status=a');
  });
});
