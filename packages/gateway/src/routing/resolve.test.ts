import { describe, expect, test } from 'vitest';
import type { CompiledEnvironment, CompiledMapping, CompiledPublication, CompiledRoute, CompiledSnapshot } from '../compile/compiled.ts';
import type { ErrorProfile } from '../errors/error-profile.ts';
import { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import { ErrorReply, Reply } from '../exchange/reply.ts';
import { PASS } from '../pipeline/policy-kind.ts';
import { DomainIndex } from './domain-index.ts';
import { EnvironmentIndex } from './environment-index.ts';
import { createMappingIndex, createPublicationIndex } from './path-index.ts';
import { parseTemplate } from './path-template.ts';
import { resolve, resolvePreflight } from './resolve.ts';
import { RouteTree } from './route-tree.ts';

interface ApiUse {
  api: string;
  basePath: string;
  routes: readonly string[];
  environments?: readonly string[];
  profile?: 'problem' | 'aws-rest' | 'aws-http';
  domainsOnly?: boolean;
  /** Whether a policy of its routes answers preflights. */
  cors?: boolean;
}

interface Setting {
  environments?: readonly string[];
  defaultEnvironment?: string;
  apis: readonly ApiUse[];
  /** Host to mapping path to `api/environment`. */
  domains?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function publish({ api, basePath, routes, profile = 'problem', domainsOnly = false, cors = false }: ApiUse, environment: string) {
  const errors: ErrorProfile = { name: profile, render: (error) => new Reply(error.status) };
  const tree = new RouteTree<CompiledRoute>({ headFromGet: profile === 'problem' });
  const publication = {
    api,
    environment,
    basePath,
    errors,
    domainsOnly,
    routes: tree,
  } as Partial<CompiledPublication> as CompiledPublication;
  for (const text of routes) {
    const [method = '', template = ''] = text.split(' ');
    const route: Partial<CompiledRoute> = {
      method,
      template,
      parameterNames: parseTemplate(template).parameterNames,
      publication,
      preflightSteps: cors ? [{ policy: 'cors', run: () => PASS }] : [],
    };
    tree.add(method, template, route as CompiledRoute);
  }
  return publication;
}

function snapshotOf({ environments = ['test', 'pre', 'production'], defaultEnvironment = 'production', apis, domains = {} }: Setting) {
  const compiled = environments.map((name): CompiledEnvironment => {
    const here = apis.filter((api) => (api.environments ?? environments).includes(name));
    const publications = here.map((api) => publish(api, name));
    return { name, publications, byBasePath: createPublicationIndex(publications) };
  });
  const ofDefault = compiled.find(({ name }) => name === defaultEnvironment);
  if (ofDefault === undefined) throw new Error('The default environment is missing');
  const bound = Object.entries(domains).map(([host, mappings]) => {
    const list = Object.entries(mappings).map(([path, use]): CompiledMapping => {
      const [api, environment = ''] = use.split('/');
      const publications = compiled.find(({ name }) => name === environment)?.publications;
      return { path, environment, publication: publications?.find((publication) => publication.api === api) ?? null };
    });
    return { host, mappings: createMappingIndex(list) };
  });
  const snapshot: Partial<CompiledSnapshot> = {
    environments: new EnvironmentIndex(compiled, ofDefault),
    defaultEnvironment: ofDefault,
    domains: new DomainIndex(bound),
  };
  return snapshot as CompiledSnapshot;
}

/** `METHOD target`, to host and with fields where they matter. */
interface Asked {
  request: string;
  host?: string;
  fields?: Readonly<Record<string, string>>;
}

function exchangeOf({ request, host = 'localhost', fields = {} }: Asked): Exchange {
  const space = request.indexOf(' ');
  const head = {
    method: request.slice(0, space),
    target: request.slice(space + 1),
    protocol: 'HTTP/1.1',
    fields: new Fields(Object.entries(fields).flat()),
    body: null,
    peerAddress: '192.0.2.1',
    encrypted: false,
    upgrade: '',
  };
  return new Exchange('id', 0, head, false, '192.0.2.1', 'http', host);
}

/** What was decided, as one line: `api/environment METHOD template | routePath | params`, or the error code with its Allow field. */
function decide(snapshot: CompiledSnapshot, asked: Asked): string {
  const exchange = exchangeOf(asked);
  const error = resolve(snapshot, exchange);
  const { route, publication, environment, routePath, params } = exchange;
  if (error !== undefined) {
    expect(error).toBeInstanceOf(ErrorReply);
    expect(route).toBeNull();
    return [error.code, ...error.fields].join(' ');
  }
  expect(route?.publication).toBe(publication);
  expect(publication?.environment).toBe(environment);
  expect(params).toHaveLength(route?.parameterNames.length ?? -1);
  return [`${publication?.api}/${environment} ${route?.method} ${route?.template}`, routePath, ...params].join(' | ');
}

type Table = Readonly<Record<string, string>>;

/** Every request of a table with what was decided about it, to be compared with the table. */
function decideAll(snapshot: CompiledSnapshot, table: Table, more: Omit<Asked, 'request'> = {}): Table {
  return Object.fromEntries(Object.keys(table).map((request) => [request, decide(snapshot, { request, ...more })]));
}

const SHOP: Setting = {
  apis: [
    { api: 'pets', basePath: '/pets', routes: ['GET /', 'GET /{id}', 'DELETE /{id}', 'GET /{id}/photos/{path+}'] },
    { api: 'toys', basePath: '/pets/toys', routes: ['GET /{toy}'], environments: ['test'] },
    { api: 'beta', basePath: '/beta', routes: ['GET /'], environments: ['pre'] },
    { api: 'root', basePath: '', routes: ['ANY /{proxy+}'], environments: ['pre'] },
  ],
};

describe('the environment', () => {
  const shop = snapshotOf(SHOP);

  test('is the first segment when that is the name of one, which is removed, else the default one', () => {
    const table = {
      'GET /pets/1': 'pets/production GET /{id} | /1 | 1',
      'GET /production/pets/1': 'pets/production GET /{id} | /1 | 1',
      'GET /test/pets/1?q=/pre': 'pets/test GET /{id} | /1 | 1',
      'GET /%74est//pets/./1': 'pets/test GET /{id} | /1 | 1',
      'GET /test': 'route.not-found',
      'GET /TEST/pets/1': 'route.not-found',
      'GET /release/pets/1': 'route.not-found',
      'GET /tests/pets/1': 'route.not-found',
      'GET /beta': 'route.not-found',
      'GET /pre/beta': 'beta/pre GET / | /',
      'GET /pre/test/x': 'root/pre ANY /{proxy+} | /test/x | test/x',
    };
    expect(decideAll(shop, table)).toEqual(table);
  });

  test('is what X-Ca-Stage names, in any case, and then the path begins with the base path', () => {
    const stages: Table = {
      TEST: 'pets/test GET /{id} | /1 | 1',
      test: 'pets/test GET /{id} | /1 | 1',
      Pre: 'pets/pre GET /{id} | /1 | 1',
      RELEASE: 'pets/production GET /{id} | /1 | 1',
      release: 'pets/production GET /{id} | /1 | 1',
      Production: 'pets/production GET /{id} | /1 | 1',
      staging: 'route.not-found',
      '': 'route.not-found',
      'TEST, PRE': 'route.not-found',
      constructor: 'route.not-found',
    };
    const decided = Object.keys(stages).map((stage) => [stage, decide(shop, { request: 'GET /pets/1', fields: { 'X-Ca-Stage': stage } })]);
    expect(Object.fromEntries(decided)).toEqual(stages);
    expect(decide(shop, { request: 'GET /test/pets/1', fields: { 'x-ca-stage': 'TEST' } })).toBe('route.not-found');
    expect(decide(shop, { request: 'GET /pets/1', fields: { 'X-Ca-Stage': 'TEST', 'x-ca-stage': 'TEST' } })).toBe('route.not-found');
  });

  test('may have any name, and RELEASE is the default one where none is called production', () => {
    const apis = [{ api: 'a', basePath: '', routes: ['GET /{x}'] }];
    const own = snapshotOf({ environments: ['Stage-1', 'live', 'Release'], defaultEnvironment: 'live', apis });
    const two = snapshotOf({ environments: ['Stage-1', 'live'], defaultEnvironment: 'live', apis });
    expect(decide(own, { request: 'GET /Stage-1/v' })).toBe('a/Stage-1 GET /{x} | /v | v');
    expect(decide(own, { request: 'GET /v', fields: { 'x-ca-stage': 'STAGE-1' } })).toBe('a/Stage-1 GET /{x} | /v | v');
    expect(decide(own, { request: 'GET /v', fields: { 'x-ca-stage': 'RELEASE' } })).toBe('a/Release GET /{x} | /v | v');
    expect(decide(two, { request: 'GET /v', fields: { 'x-ca-stage': 'RELEASE' } })).toBe('a/live GET /{x} | /v | v');
    expect(decide(two, { request: 'GET /v', fields: { 'x-ca-stage': 'PRE' } })).toBe('route.not-found');
  });

  test('cannot be two of one name in different case', () => {
    expect(() => snapshotOf({ environments: ['production', 'Production'], apis: [] })).toThrow(
      expect.objectContaining({ code: 'routing.duplicate-environment' }),
    );
  });
});

describe('the API', () => {
  test('is the one with the longest base path on a segment boundary, and no other when that has no such route', () => {
    const table = {
      'GET /test/pets/toys/ball': 'toys/test GET /{toy} | /ball | ball',
      'GET /test/pets/toys': 'route.not-found',
      'GET /test/pets/toysball': 'pets/test GET /{id} | /toysball | toysball',
      'GET /production/pets/toys': 'pets/production GET /{id} | /toys | toys',
      'GET /production/petshop/1': 'route.not-found',
      'GET /production/pets': 'pets/production GET / | /',
      'GET /production/pets/': 'pets/production GET / | /',
      'GET /production/Pets': 'route.not-found',
      'GET /pre/pets/1/2': 'route.not-found',
      'GET /pre/pet/1/2': 'root/pre ANY /{proxy+} | /pet/1/2 | pet/1/2',
    };
    expect(decideAll(snapshotOf(SHOP), table)).toEqual(table);
  });

  test('is found in one step per segment, also among a thousand', () => {
    const apis = Array.from({ length: 1000 }, (_, i) => ({ api: `api-${i}`, basePath: `/v${i % 7}/api-${i}`, routes: ['GET /{x}'] }));
    const many = snapshotOf({ environments: ['production'], apis });
    expect(decide(many, { request: 'GET /v5/api-999/1' })).toBe('api-999/production GET /{x} | /1 | 1');
    expect(decide(many, { request: 'GET /v4/api-999/1' })).toBe('route.not-found');
  });

  test('cannot share its base path with another in the same environment', () => {
    const apis = [
      { api: 'a', basePath: '/x', routes: [] },
      { api: 'b', basePath: '/x', routes: [] },
    ];
    expect(() => snapshotOf({ apis })).toThrow(
      expect.objectContaining({ code: 'routing.duplicate-path', message: 'The APIs a and b have the same base path /x' }),
    );
  });

  test('that is for domains only is forbidden by path, whether or not there is such a route', () => {
    const apis = [{ api: 'a', basePath: '/a', routes: ['GET /x'], domainsOnly: true }];
    const snapshot = snapshotOf({ apis, domains: { 'a.example.com': { '': 'a/production' } } });
    for (const request of ['GET /a/x', 'GET /a/y', 'POST /test/a/x']) expect(decide(snapshot, { request })).toBe('access.forbidden');
    expect(decide(snapshot, { request: 'GET /x', host: 'a.example.com' })).toBe('a/production GET /x | /x');
  });

  test('is set on the exchange also when its route is missing or it is forbidden, because its error profile answers', () => {
    const apis = [
      { api: 'a', basePath: '/a', routes: ['GET /x'], profile: 'aws-rest' as const },
      { api: 'b', basePath: '/b', routes: ['GET /x'], domainsOnly: true },
    ];
    const snapshot = snapshotOf({ apis });
    const publications = ['GET /a/y', 'POST /a/x', 'GET /b/x', 'GET /c/x', 'GET /a/..;/b'].map((request) => {
      const exchange = exchangeOf({ request });
      resolve(snapshot, exchange);
      return exchange.publication?.api;
    });
    expect(publications).toEqual(['a', 'a', 'b', undefined, undefined]);
  });
});

describe('a bound host', () => {
  const snapshot = snapshotOf({
    apis: [
      { api: 'pets', basePath: '/pets', routes: ['GET /', 'GET /{id}', 'GET /{id}/{rest+}'] },
      { api: 'toys', basePath: '/toys', routes: ['GET /{id}'], environments: ['test'] },
    ],
    domains: {
      'api.example.com': {
        'v1/pets': 'pets/production',
        v1: 'pets/test',
        'v1/pets/toys': 'toys/test',
        gone: 'toys/production',
        'a$b(c)': 'pets/pre',
      },
      '*.example.com': { '': 'pets/pre' },
      'all.example.com': { '': 'pets/test', sub: 'pets/production' },
      'deep.api.example.com': { x: 'pets/test' },
    },
  });

  test('is served by the longest mapping, from the root of the API', () => {
    const table = {
      'GET /v1/pets/1': 'pets/production GET /{id} | /1 | 1',
      'GET /v1/pets': 'pets/production GET / | /',
      'GET /v1/pets/': 'pets/production GET / | /',
      'GET /v1/petsy': 'pets/test GET /{id} | /petsy | petsy',
      'GET /v1/pets/toys/2': 'toys/test GET /{id} | /2 | 2',
      'GET /v1/pets/toys': 'route.not-found',
      'GET /v1/pets%2Ftoys/2': 'pets/test GET /{id}/{rest+} | /pets%2Ftoys/2 | pets%2Ftoys | 2',
      'GET /v1': 'pets/test GET / | /',
      'GET /a$b(c)/1': 'pets/pre GET /{id} | /1 | 1',
      'GET /gone/1': 'route.not-found',
      'GET /other/1': 'route.not-found',
      'GET /': 'route.not-found',
    };
    expect(decideAll(snapshot, table, { host: 'api.example.com' })).toEqual(table);
  });

  test('never falls through to the path rules, whatever the request says', () => {
    const host = 'api.example.com';
    expect(decide(snapshot, { request: 'GET /pets/1', host })).toBe('route.not-found');
    expect(decide(snapshot, { request: 'GET /production/pets/1', host })).toBe('route.not-found');
    expect(decide(snapshot, { request: 'GET /pets/1', host, fields: { 'x-ca-stage': 'TEST' } })).toBe('route.not-found');
    expect(decide(snapshot, { request: 'GET /v1/pets/1', host, fields: { 'x-ca-stage': 'TEST' } })).toBe(
      'pets/production GET /{id} | /1 | 1',
    );
  });

  test('with the empty key takes what no longer key takes', () => {
    const table = {
      'GET /1': 'pets/test GET /{id} | /1 | 1',
      'GET /sub/1': 'pets/production GET /{id} | /1 | 1',
      'GET /': 'pets/test GET / | /',
    };
    expect(decideAll(snapshot, table, { host: 'all.example.com' })).toEqual(table);
  });

  test('by its name goes before a wildcard, which stands for exactly one more label', () => {
    const hosts: Table = {
      'any.example.com': 'pets/pre GET /{id} | /1 | 1',
      'any.example.com.': 'pets/pre GET /{id} | /1 | 1',
      'all.example.com.': 'pets/test GET /{id} | /1 | 1',
      'deep.api.example.com': 'route.not-found',
      'a.b.example.com': 'route.not-found',
      'example.com': 'route.not-found',
      '.example.com': 'route.not-found',
      'example.com.evil.org': 'route.not-found',
      '': 'route.not-found',
    };
    const decided = Object.keys(hosts).map((host) => [host, decide(snapshot, { request: 'GET /1', host })]);
    expect(Object.fromEntries(decided)).toEqual(hosts);
  });

  test('tells the key, the environment and the path that were used', () => {
    const exchange = exchangeOf({ request: 'GET //v1/%70ets/7/x%2Fy/?q=1', host: 'api.example.com' });
    expect(resolve(snapshot, exchange)).toBeUndefined();
    expect(exchange).toMatchObject({
      path: '/v1/pets/7/x%2Fy/',
      query: 'q=1',
      routePath: '/7/x%2Fy/',
      params: ['7', 'x%2Fy'],
      mappingKey: 'v1/pets',
      environment: 'production',
    });
    const catchAll = exchangeOf({ request: 'GET /7', host: 'all.example.com' });
    resolve(snapshot, catchAll);
    expect(catchAll.mappingKey).toBe('');
  });

  test('cannot be bound twice, nor map a path twice', () => {
    expect(() => new DomainIndex([{ host: '*.a.b' }, { host: 'a.b' }, { host: '*.a.b' }])).toThrow(
      expect.objectContaining({ code: 'routing.duplicate-host' }),
    );
    expect(() => createMappingIndex([{ path: 'v1/a' }, { path: '/v1/%61' }])).toThrow(
      expect.objectContaining({ code: 'routing.duplicate-path' }),
    );
    expect(() => createMappingIndex([{ path: 'v1/..' }])).toThrow(expect.objectContaining({ code: 'routing.invalid-path' }));
  });
});

describe('what is not found', () => {
  test('is the same answer whether the API, the route or the environment is missing', () => {
    const snapshot = snapshotOf(SHOP);
    const missing: readonly Asked[] = [
      { request: 'GET /nothing/1' },
      { request: 'GET /pets/1/2' },
      { request: 'GET /beta' },
      { request: 'GET /pets/1', fields: { 'x-ca-stage': 'nowhere' } },
    ];
    const answers = missing.map((asked) => resolve(snapshot, exchangeOf(asked)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatchObject({ code: 'route.not-found', status: 404, detail: undefined, fields: [] });
  });

  test('for its method only is 405 with the methods that are allowed, in the profile problem', () => {
    const table = {
      'POST /pets/1': 'route.method-not-allowed Allow DELETE, GET, HEAD',
      'OPTIONS /test/pets/toys/1': 'route.method-not-allowed Allow GET, HEAD',
      'POST /pets/1/2/3': 'route.not-found',
      'HEAD /pets/1': 'pets/production GET /{id} | /1 | 1',
    };
    expect(decideAll(snapshotOf(SHOP), table)).toEqual(table);
    expect(resolve(snapshotOf(SHOP), exchangeOf({ request: 'POST /pets/1' }))?.status).toBe(405);
  });

  for (const profile of ['aws-rest', 'aws-http'] as const) {
    test(`for its method only is like any other in the profile ${profile}, and HEAD is a method of its own`, () => {
      const snapshot = snapshotOf({ apis: [{ api: 'a', basePath: '', routes: ['GET /x', 'ANY /p/{proxy+}'], profile }] });
      const table = {
        'GET /production/x': 'a/production GET /x | /x',
        'POST /production/x': 'route.not-found',
        'HEAD /production/x': 'route.not-found',
        'GET /production/p/api/greeting': 'a/production ANY /p/{proxy+} | /p/api/greeting | api/greeting',
        'GET /production/p': 'route.not-found',
        'GET /production/p/': 'route.not-found',
      };
      expect(decideAll(snapshot, table)).toEqual(table);
    });
  }

  test('because its path is invalid is a 400 that says why and names no API', () => {
    const snapshot = snapshotOf(SHOP);
    for (const target of ['*', 'http://localhost/pets/1', '/pets/..;/1', '/pets/%00', '/pets/%2e%2e/%2e%2e/x', '/pets\\1', '/pets/1#x']) {
      const exchange = exchangeOf({ request: `GET ${target}`, host: 'api.example.com' });
      expect(resolve(snapshot, exchange)).toMatchObject({
        code: 'request.invalid-path',
        status: 400,
        detail: expect.stringMatching(/\.$/),
      });
      expect(exchange).toMatchObject({ path: '', routePath: '', publication: null, route: null });
    }
  });
});

describe('a CORS preflight', () => {
  const apis = [
    { api: 'open', basePath: '/open', routes: ['GET /{id}', 'PUT /{id}', 'OPTIONS /own'], cors: true },
    { api: 'shut', basePath: '/shut', routes: ['GET /{id}'] },
    { api: 'bound', basePath: '/bound', routes: ['GET /{id}'], cors: true, domainsOnly: true },
  ];
  const snapshot = snapshotOf({ apis, domains: { 'b.example.com': { v1: 'bound/test' } } });
  const fields = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' };

  test('is about the route that the announced method selects', () => {
    const exchange = exchangeOf({ request: 'OPTIONS /test/open/7', fields });
    const route = resolvePreflight(snapshot, exchange);
    expect(route).toMatchObject({ method: 'PUT', template: '/{id}' });
    expect(exchange).toMatchObject({ route, params: ['7'], path: '/test/open/7', routePath: '/7', environment: 'test' });
    const bound = exchangeOf({
      request: 'OPTIONS /v1/7',
      host: 'b.example.com',
      fields: { ...fields, 'Access-Control-Request-Method': 'HEAD' },
    });
    expect(resolvePreflight(snapshot, bound)).toMatchObject({ method: 'GET', publication: { api: 'bound' } });
  });

  const others: Readonly<Record<string, Asked>> = {
    'without Origin': { request: 'OPTIONS /open/7', fields: { 'Access-Control-Request-Method': 'PUT' } },
    'without a method': { request: 'OPTIONS /open/7', fields: { Origin: 'https://app.example' } },
    'for a method without route': { request: 'OPTIONS /open/7', fields: { ...fields, 'Access-Control-Request-Method': 'DELETE' } },
    'for a path without route': { request: 'OPTIONS /open/7/8', fields },
    'with an invalid path': { request: 'OPTIONS /open/%', fields },
    'for a route whose policies answer none': { request: 'OPTIONS /shut/7', fields: { ...fields, 'Access-Control-Request-Method': 'GET' } },
    'by path for an API that is for domains only': {
      request: 'OPTIONS /bound/7',
      fields: { ...fields, 'Access-Control-Request-Method': 'GET' },
    },
    'by another method than OPTIONS': { request: 'GET /open/7', fields },
  };
  for (const [what, asked] of Object.entries(others)) {
    test(`${what} takes the ordinary way and leaves no route behind`, () => {
      const exchange = exchangeOf(asked);
      expect(resolvePreflight(snapshot, exchange)).toBeUndefined();
      expect(exchange).toMatchObject({ route: null, params: [] });
    });
  }

  test('that no step answers can still be resolved as the OPTIONS request that it is', () => {
    const exchange = exchangeOf({ request: 'OPTIONS /open/own', fields });
    expect(resolvePreflight(snapshot, exchange)).toMatchObject({ method: 'PUT' });
    expect(resolve(snapshot, exchange)).toBeUndefined();
    expect(exchange).toMatchObject({ route: { method: 'OPTIONS', template: '/own' }, params: [] });
    const missing = exchangeOf({ request: 'OPTIONS /open/7', fields });
    expect(resolvePreflight(snapshot, missing)).toBeDefined();
    expect(resolve(snapshot, missing)).toMatchObject({ code: 'route.method-not-allowed' });
    expect(missing.route).toBeNull();
  });
});
