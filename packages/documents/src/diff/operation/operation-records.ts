import type { OpenApiDocument } from '../definition-view.ts';
import { withOperation } from '../diff-fixture.ts';

/** One edit of a document, and the changes that it is: `! rule @ location`. */
export interface OperationRecord {
  edit: string;
  before: OpenApiDocument;
  after: OpenApiDocument;
  changes: string[];
}

type Json = Record<string, unknown>;

const paths = (items: Json): OpenApiDocument => ({ openapi: '3.0.3', info: { title: 'Pets', version: '1' }, paths: items });
const operation = (more: Json = {}): Json => ({ responses: {}, ...more });
const json = (schema: Json = { type: 'object' }): Json => ({ content: { 'application/json': { schema } } });
const query = (more: Json = {}): Json => ({ parameters: [{ name: 'status', in: 'query', schema: { type: 'string' }, ...more }] });
const edit = (text: string, before: Json, after: Json, changes: string[], document: Json = {}): OperationRecord => ({
  edit: text,
  before: withOperation(before, document),
  after: withOperation(after, document),
  changes,
});

const operations: OperationRecord[] = [
  {
    edit: 'a path removed, another added',
    before: paths({ '/a': { get: operation() } }),
    after: paths({ '/b': { get: operation() } }),
    changes: ['! path-removed @ operation', 'path-added @ operation'],
  },
  {
    edit: 'a method removed, another added',
    before: paths({ '/a': { get: operation(), put: operation() } }),
    after: paths({ '/a': { get: operation(), post: operation() } }),
    changes: ['! operation-removed @ operation', 'operation-added @ operation'],
  },
  {
    edit: 'a method taken over by the one for any method',
    before: paths({ '/a': { get: operation(), put: operation(query()) } }),
    after: paths({ '/a': { get: operation(), 'x-amazon-apigateway-any-method': operation() } }),
    changes: ['! parameter-removed @ request query parameter "status"', 'operation-added @ operation'],
  },
  {
    edit: 'a path parameter renamed, declared or not',
    before: paths({
      '/pets/{id}': { get: operation({ parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] }) },
      '/a/{b}': { get: operation() },
    }),
    after: paths({
      '/pets/{petId}': { parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'string' } }], get: operation() },
      '/a/{c}': { get: operation() },
    }),
    changes: ['path-parameter-renamed @ request path parameter "c"', 'path-parameter-renamed @ request path parameter "petId"'],
  },
  {
    edit: 'a path written out that referred to a shared one and added to it',
    before: {
      ...paths({ '/a': { $ref: '#/components/pathItems/A', put: operation() } }),
      components: { pathItems: { A: { get: operation(query()) } } },
    },
    after: paths({ '/a': { get: operation(query()), put: operation() } }),
    changes: [],
  },
  edit('deprecated', {}, { deprecated: true }, ['operation-deprecated @ operation']),
  edit('no longer deprecated', { deprecated: true }, {}, ['operation-reactivated @ operation']),
  edit('operationId', { operationId: 'a' }, { operationId: 'b' }, ['operation-id-changed @ operation']),
  edit('callbacks', {}, { callbacks: { done: {} } }, ['callbacks-changed @ callbacks']),
  edit('documentation is one change', { summary: 'a', ...query() }, { description: 'b', tags: ['c'], ...query({ description: 'd' }) }, [
    'documentation-changed @ operation',
  ]),
  edit('integration', { 'x-gatehouse-integration': { path: '/a' } }, { 'x-gatehouse-integration': { path: '/b' } }, [
    'integration-changed @ integration',
  ]),
  edit('policies', {}, { 'x-gatehouse-policies': [{ cors: {} }], 'x-amazon-apigateway-auth': { type: 'NONE' } }, [
    'policies-changed @ policies',
  ]),
  {
    edit: 'what concerns the whole definition; servers are not compared',
    before: { ...withOperation({}), servers: [{ url: '/a' }] },
    after: {
      ...withOperation({}),
      servers: [{ url: '/b' }],
      info: { title: 'Pets', version: '2' },
      webhooks: { a: {} },
      'x-gatehouse-policies': [],
    },
    changes: ['documentation-changed @ definition', 'webhooks-changed @ webhooks', 'policies-changed @ definition'],
  },
];

const at = '@ request query parameter "status"';
const parameters: OperationRecord[] = [
  edit('required parameter added', {}, query({ required: true }), [`! required-parameter-added ${at}`]),
  edit('optional parameter added', {}, query(), [`optional-parameter-added ${at}`]),
  edit('parameter removed', query(), {}, [`! parameter-removed ${at}`]),
  edit('parameter became required', query(), query({ required: true }), [`! parameter-became-required ${at}`]),
  edit('parameter became optional', query({ required: true }), query(), [`parameter-became-optional ${at}`]),
  edit('parameter deprecated', query(), query({ deprecated: true }), [`parameter-deprecated ${at}`]),
  edit('parameter moved', query(), query({ in: 'header' }), ['! parameter-location-changed @ request header parameter "status"']),
  edit(
    'array written otherwise',
    query({ schema: { type: 'array', items: {} } }),
    query({ schema: { type: 'array', items: {} }, explode: false }),
    [`! parameter-style-changed ${at}`],
  ),
  edit('style of a single value makes no difference', query(), query({ explode: false }), []),
  edit('values of a parameter', query({ schema: { enum: ['a', 'b'] } }), query({ schema: { enum: ['a'] } }), [
    `! request-enum-narrowed ${at}`,
  ]),
  edit('case of a header', query({ in: 'header' }), query({ in: 'header', name: 'STATUS' }), []),
  edit('header that OpenAPI ignores', {}, query({ in: 'header', name: 'Accept', required: true }), []),
];

const bodies: OperationRecord[] = [
  edit('required body added', {}, { requestBody: { required: true, ...json() } }, ['! required-request-body-added @ request body']),
  edit('optional body added', {}, { requestBody: json() }, ['optional-request-body-added @ request body']),
  edit('body removed', { requestBody: json() }, {}, ['! request-body-removed @ request body']),
  edit('body became required', { requestBody: json() }, { requestBody: { required: true, ...json() } }, [
    '! request-body-became-required @ request body',
  ]),
  edit('body became optional', { requestBody: { required: true, ...json() } }, { requestBody: json() }, [
    'request-body-became-optional @ request body',
  ]),
  edit('other media type', { requestBody: json() }, { requestBody: { content: { 'text/plain': {} } } }, [
    '! request-media-type-removed @ request body application/json',
    'request-media-type-added @ request body text/plain',
  ]),
  edit(
    'media type taken in by a range, and another way to write one',
    { requestBody: { content: { 'application/json': {}, 'Text/Plain; charset=utf-8': {} } } },
    { requestBody: { content: { 'application/*': {}, 'text/plain': {} } } },
    [],
  ),
  edit(
    'one schema in two media types is compared once',
    {
      requestBody: {
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/A' } },
          'text/json': { schema: { $ref: '#/components/schemas/A' } },
        },
      },
    },
    {
      requestBody: {
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/B' } },
          'text/json': { schema: { $ref: '#/components/schemas/B' } },
        },
      },
    },
    ['! request-type-changed @ request body application/json, text/json'],
    { components: { schemas: { A: { type: 'string' }, B: { type: 'integer' } } } },
  ),
];

const nested = { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } };
const reused = (type: string): OpenApiDocument => ({
  ...paths({ '/a': { put: { requestBody: json({ $ref: '#/components/schemas/A' }) } }, '/b': { put: { requestBody: json(nested) } } }),
  components: { schemas: { A: { type } } },
});
bodies.push({
  edit: 'a schema that was compared for an earlier operation is told for a later one too',
  before: reused('string'),
  after: reused('integer'),
  changes: ['! request-type-changed @ request body application/json', '! request-type-changed @ request body application/json /a'],
});

const responses = (more: Json): Json => ({ responses: more });
const headers = (more: Json): Json => responses({ 200: { headers: more } });
const answers: OperationRecord[] = [
  edit('success removed, error removed, others added', responses({ 200: {}, 404: {} }), responses({ 201: {}, 409: {} }), [
    '! success-response-removed @ response 200',
    'error-response-removed @ response 404',
    'response-added @ response 201',
    'response-added @ response 409',
  ]),
  edit('a range and default stand in', responses({ 200: {}, 404: json() }), responses({ '2XX': {}, default: json({ type: 'array' }) }), [
    '! response-type-changed @ response 404 application/json',
    'response-added @ response 2XX',
    'response-added @ response default',
  ]),
  edit('media type of a response', responses({ 200: json() }), responses({ 200: { content: { 'text/csv': {} } } }), [
    '! response-media-type-removed @ response 200 application/json',
    'response-media-type-added @ response 200 text/csv',
  ]),
  edit('header removed, another added', headers({ 'X-A': {} }), headers({ 'X-B': {} }), [
    '! response-header-removed @ response 200 header "X-A"',
    'response-header-added @ response 200 header "X-B"',
  ]),
  edit('header became optional', headers({ 'X-A': { required: true } }), headers({ 'x-a': {} }), [
    '! response-header-became-optional @ response 200 header "X-A"',
  ]),
  edit('header became required', headers({ 'X-A': {} }), headers({ 'X-A': { required: true } }), [
    'response-header-became-required @ response 200 header "X-A"',
  ]),
  edit('header of another type', headers({ 'X-A': { schema: { type: 'integer' } } }), headers({ 'X-A': { schema: { type: 'string' } } }), [
    '! response-type-changed @ response 200 header "X-A"',
  ]),
];

const key = { type: 'apiKey', in: 'header', name: 'X-Key' };
const schemes = (more: Json = {}) => ({ components: { securitySchemes: { key, oauth: { type: 'oauth2', flows: {} }, ...more } } });
const security = (...requirements: Json[]): Json => ({ security: requirements });
const securities: OperationRecord[] = [
  edit('credentials asked for', {}, security({ key: [] }), ['! security-added @ security'], schemes()),
  edit('credentials no longer asked for', security({ key: [] }), security({ key: [] }, {}), ['security-removed @ security'], schemes()),
  edit(
    'an alternative removed',
    security({ key: [] }, { oauth: [] }),
    security({ key: [] }),
    ['! security-alternative-removed @ security'],
    schemes(),
  ),
  edit('an alternative removed where nobody needs any', security({ key: [] }, {}), security({}), [], schemes()),
  edit(
    'an alternative added',
    security({ key: [] }),
    security({ key: [] }, { oauth: [] }),
    ['security-alternative-added @ security'],
    schemes(),
  ),
  edit(
    'a second credential beside the first',
    security({ key: [] }),
    security({ key: [], oauth: [] }),
    ['! security-alternative-removed @ security', 'security-alternative-added @ security'],
    schemes(),
  ),
  edit(
    'another scope needed',
    security({ oauth: ['read'] }),
    security({ oauth: ['write'] }),
    ['! security-scope-added @ security'],
    schemes(),
  ),
  edit(
    'fewer scopes needed',
    security({ oauth: ['read', 'write'] }),
    security({ oauth: ['read'] }),
    ['security-scope-removed @ security'],
    schemes(),
  ),
  {
    edit: 'the key is expected elsewhere',
    before: withOperation(security({ key: [] }), schemes()),
    after: withOperation(security({ key: [] }), schemes({ key: { ...key, name: 'X-Token' } })),
    changes: ['! security-scheme-changed @ security'],
  },
  {
    edit: 'a scheme renamed, and the requirement moved to the document',
    before: withOperation(security({ key: [] }), schemes()),
    after: withOperation({}, { ...schemes({ token: key }), ...security({ token: [] }) }),
    changes: [],
  },
  {
    edit: 'the authorizer behind a scheme',
    before: withOperation({}, schemes({ key: { ...key, 'x-amazon-apigateway-authorizer': { type: 'token' } } })),
    after: withOperation({}, schemes({ key: { ...key, 'x-amazon-apigateway-authorizer': { type: 'request' } } })),
    changes: ['policies-changed @ definition'],
  },
];

/** Every rule that is not one for schemas is shown by at least one of these, those about the size of a comparison excepted. */
export const operationRecords: readonly OperationRecord[] = [...operations, ...parameters, ...bodies, ...answers, ...securities];
