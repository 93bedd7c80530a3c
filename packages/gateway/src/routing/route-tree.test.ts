import { describe, expect, test } from 'vitest';
import { ROUTE_PATTERNS_MAX, type RouteMatch, RouteTree } from './route-tree.ts';
import { RoutingError } from './routing-error.ts';

/** Routes are written `METHOD template`, and the route that is found is that text. */
function treeOf(routes: readonly string[], headFromGet = true): RouteTree<string> {
  const tree = new RouteTree<string>({ headFromGet });
  for (const route of routes) {
    const [method = '', template = ''] = route.split(' ');
    tree.add(method, template, route);
  }
  return tree;
}

/** `METHOD template`, then the parameters; `none` when nothing matches. The request is `METHOD path`. */
function find(tree: RouteTree<string>, request: string, start = 0): string {
  const [method = '', path = ''] = request.split(' ');
  const match: RouteMatch<string> = { route: null, params: [] };
  const found = tree.find(method, path, start, match);
  expect(found).toBe(match.route !== null);
  return [match.route ?? 'none', ...match.params].join(' | ');
}

interface Table {
  /** Where the rule comes from. */
  source: string;
  routes: readonly string[];
  headFromGet?: boolean;
  /** Request to route and parameters. */
  picks: Readonly<Record<string, string>>;
}

const TABLES: readonly Table[] = [
  {
    source: 'Amazon API Gateway, HTTP API: documented table of route selection (http-api-develop-routes)',
    routes: ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', 'ANY $default'],
    headFromGet: false,
    picks: {
      'GET /pets/dog/1': 'GET /pets/dog/1',
      'GET /pets/dog/2': 'GET /pets/dog/{id} | 2',
      'GET /pets/cat/1': 'GET /pets/{proxy+} | cat/1',
      'POST /test/5': 'ANY /{proxy+} | test/5',
      'POST /pets/dog/1': 'ANY /{proxy+} | pets/dog/1',
      'GET /': 'ANY $default',
      'HEAD /pets/dog/1': 'ANY /{proxy+} | pets/dog/1',
    },
  },
  {
    source: 'Amazon API Gateway, REST: selection by resource and method together (measured)',
    routes: ['ANY /{proxy+}', 'GET /jobs/{op}', 'OPTIONS /cors_only'],
    headFromGet: false,
    picks: {
      'GET /jobs/reboot': 'GET /jobs/{op} | reboot',
      'GET /jobs': 'ANY /{proxy+} | jobs',
      'POST /jobs': 'ANY /{proxy+} | jobs',
      'POST /jobs/reboot': 'ANY /{proxy+} | jobs/reboot',
      'GET /cors_only': 'ANY /{proxy+} | cors_only',
      'OPTIONS /cors_only': 'OPTIONS /cors_only',
    },
  },
  {
    source: 'Amazon API Gateway, REST: what a guarded method beside an open proxy leaves open (measured)',
    routes: ['POST /admin', 'ANY /{proxy+}'],
    headFromGet: false,
    picks: { 'POST /admin': 'POST /admin', 'GET /admin': 'ANY /{proxy+} | admin', 'POST /admin/': 'POST /admin' },
  },
  {
    source: 'Amazon API Gateway, REST: a hardcoded sibling of a proxy, and a proxy higher up (recorded)',
    routes: ['GET /test', 'ANY /{proxy+}', 'GET /v1/{id}/part', 'POST /v1/{proxy+}'],
    headFromGet: false,
    picks: {
      'GET /test': 'GET /test',
      'OPTIONS /test': 'ANY /{proxy+} | test',
      'GET /v1/7/part': 'GET /v1/{id}/part | 7',
      'POST /v1/7/part': 'POST /v1/{proxy+} | 7/part',
      'GET /v1/7/other': 'ANY /{proxy+} | v1/7/other',
      'GET /v1': 'ANY /{proxy+} | v1',
    },
  },
  {
    source: 'Amazon API Gateway, REST: only a proxy, so its parent is nothing (seed template)',
    routes: ['ANY /{proxy+}'],
    picks: { 'GET /api/greeting': 'ANY /{proxy+} | api/greeting', 'GET /': 'none', 'GET ': 'none' },
  },
  {
    source: 'text over parameter over greedy, segment by segment from the left',
    routes: ['GET /a/b/{z}', 'GET /a/{y}/c', 'GET /{x}/b/c', 'GET /a/{y}/{z}', 'GET /{x}/{y+}', 'GET /{x}'],
    picks: {
      'GET /a/b/c': 'GET /a/b/{z} | c',
      'GET /a/q/c': 'GET /a/{y}/c | q',
      'GET /q/b/c': 'GET /{x}/b/c | q',
      'GET /a/q/r': 'GET /a/{y}/{z} | q | r',
      'GET /q/r': 'GET /{x}/{y+} | q | r',
      'GET /a/b/c/d': 'GET /{x}/{y+} | a | b/c/d',
      'GET /a': 'GET /{x} | a',
    },
  },
  {
    source: 'parameters of a branch that was left behind do not stay',
    routes: ['GET /{a}/{b}/x', 'GET /{c}/y/{d+}', 'GET /{e+}'],
    picks: { 'GET /1/2/x': 'GET /{a}/{b}/x | 1 | 2', 'GET /1/y/3': 'GET /{c}/y/{d+} | 1 | 3', 'GET /1/2/3': 'GET /{e+} | 1/2/3' },
  },
  {
    source: 'a specific method over ANY at the same template, and ANY there over a specific method elsewhere',
    routes: ['ANY /a/b', 'GET /a/b', 'GET /a/{x}', 'POST /a/{x}', 'DELETE /a/{x}', 'ANY /c', 'DELETE /{x}'],
    picks: { 'GET /a/b': 'GET /a/b', 'POST /a/b': 'ANY /a/b', 'DELETE /c': 'ANY /c', 'DELETE /d': 'DELETE /{x} | d', 'ANY /d': 'none' },
  },
  {
    source: 'different parameter names at the same place are different templates with values by position',
    routes: ['GET /pets/{petId}', 'PUT /pets/{id}', 'GET /pets/{pet}/toys/{toy}', 'PUT /pets/{p}/toys/{t}'],
    picks: {
      'GET /pets/1': 'GET /pets/{petId} | 1',
      'PUT /pets/1': 'PUT /pets/{id} | 1',
      'GET /pets/1/toys/2': 'GET /pets/{pet}/toys/{toy} | 1 | 2',
      'PUT /pets/1/toys/2': 'PUT /pets/{p}/toys/{t} | 1 | 2',
    },
  },
  {
    source: 'a slash at the end is ignored, unless both forms are declared',
    routes: ['GET /a', 'GET /a/', 'POST /a', 'GET /b/', 'GET /c/{id}', 'GET /d/{path+}', 'GET /'],
    picks: {
      'GET /a': 'GET /a',
      'GET /a/': 'GET /a/',
      'POST /a/': 'POST /a',
      'GET /b': 'GET /b/',
      'GET /c/1/': 'GET /c/{id} | 1',
      'GET /c/': 'none',
      'GET /d/1/2/': 'GET /d/{path+} | 1/2',
      'GET /d/': 'none',
      'GET /': 'GET /',
      'GET ': 'GET /',
    },
  },
  {
    source: 'values are raw, and an encoded slash splits nothing',
    routes: ['GET /files/{name}', 'GET /files/{name}/{rest+}', 'GET /caf%c3%a9', 'GET /a|b', 'GET /caf\u00e9/{x}'],
    picks: {
      'GET /files/a%2Fb': 'GET /files/{name} | a%2Fb',
      'GET /files/a%2Fb/c%20d/e%2541': 'GET /files/{name}/{rest+} | a%2Fb | c%20d/e%2541',
      'GET /caf%C3%A9': 'GET /caf%c3%a9',
      'GET /a%7Cb': 'GET /a|b',
      'GET /caf%C3%A9/1': 'GET /caf\u00e9/{x} | 1',
    },
  },
  {
    source: 'HEAD is answered by GET where neither HEAD nor ANY is declared (RFC 9110 section 9.3.2)',
    routes: ['GET /a', 'GET /b', 'HEAD /b', 'GET /c', 'ANY /c', 'POST /d', 'GET /{x}'],
    picks: { 'HEAD /a': 'GET /a', 'HEAD /b': 'HEAD /b', 'HEAD /c': 'ANY /c', 'HEAD /d': 'GET /{x} | d' },
  },
  {
    source: 'the catch-all takes what is left, by method',
    routes: ['GET /a/{id}', 'POST $default'],
    picks: { 'POST /': 'POST $default', 'POST /a/1': 'POST $default', 'GET /a/1': 'GET /a/{id} | 1', 'GET /b': 'none' },
  },
  {
    source: 'no prefix, no other case and no longer path of a template matches',
    routes: ['GET /pets/{id}', 'GET /pets'],
    picks: { 'GET /pet': 'none', 'GET /petss': 'none', 'GET /Pets': 'none', 'get /pets': 'none', 'GET /pets/1/2': 'none' },
  },
];

describe('route selection', () => {
  for (const { source, routes, headFromGet, picks } of TABLES) {
    test(source, () => {
      for (const order of [routes, routes.toReversed()]) {
        const tree = treeOf(order, headFromGet);
        expect(Object.fromEntries(Object.keys(picks).map((request) => [request, find(tree, request)]))).toEqual(picks);
      }
    });
  }

  test('looks only at the part of the path behind the base path', () => {
    const tree = treeOf(['GET /', 'GET /pets/{id}', 'GET /{proxy+}']);
    const start = '/production/store'.length;
    expect(find(tree, 'GET /production/store/pets/1', start)).toBe('GET /pets/{id} | 1');
    expect(find(tree, 'GET /production/store', start)).toBe('GET /');
    expect(find(tree, 'GET /production/store/', start)).toBe('GET /');
    expect(find(tree, 'GET /production/store/x/y', start)).toBe('GET /{proxy+} | x/y');
  });

  test('of a failed lookup leaves no trace', () => {
    const match = { route: 'before', params: ['before'] };
    expect(treeOf(['GET /{a}/{b}']).find('GET', '/1/2/3', 0, match)).toBe(false);
    expect(match).toEqual({ route: 'before', params: ['before'] });
  });
});

describe('the methods that are allowed', () => {
  test('are those of all templates that match, sorted, with HEAD beside GET', () => {
    const tree = treeOf(['PUT /pets/dog', 'GET /pets/{id}', 'DELETE /pets/{id}', 'POST /{proxy+}', 'PATCH /pets/cat', 'TRACE /pets/dog/']);
    expect(tree.allowedMethods('/pets/dog', 0)).toEqual(['DELETE', 'GET', 'HEAD', 'POST', 'PUT', 'TRACE']);
    expect(tree.allowedMethods('/api/pets/cat/', 4)).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST']);
    expect(treeOf(['GET /a'], false).allowedMethods('/a', 0)).toEqual(['GET']);
    expect(treeOf(['GET /a', 'ANY /a']).allowedMethods('/a', 0)).toEqual(['GET', 'HEAD']);
    expect(treeOf(['GET /a', 'PUT $default']).allowedMethods('/b', 0)).toEqual(['PUT']);
  });

  test('are none where no template matches', () => {
    const tree = treeOf(['GET /pets/{id}', 'GET /pets/{id}/x']);
    expect(['/', '/pets', '/pets/', '/pets/1/2', '/cats/1'].map((path) => tree.allowedMethods(path, 0))).toEqual([[], [], [], [], []]);
  });
});

describe('two routes that no request can tell apart', () => {
  const pairs = [
    ['GET /a/{x}', 'GET /a/{y}'],
    ['GET /a', 'GET /a'],
    ['ANY /{x+}', 'ANY /{y+}'],
    ['GET /a/', 'GET /a/'],
    ['GET /%61', 'GET /a'],
    ['POST $default', 'POST $default'],
  ] as const;
  for (const [first, second] of pairs) {
    test(`are refused by name: ${first}, ${second}`, () => {
      expect(() => treeOf([first, second])).toThrow(
        expect.objectContaining({ name: 'RoutingError', code: 'route.duplicate', message: `${second} is the same route as ${first}` }),
      );
    });
  }
});

describe('the work of a lookup', () => {
  test('is the same for 10,000 routes as for 10', () => {
    const few = treeOf(manyRoutes(10));
    const many = treeOf(manyRoutes(10_000));
    for (const request of ['GET /service-0/resource-1/42', 'POST /service-0/resource-0', 'GET /service-0/resource-x', 'GET /x/y/z']) {
      expect(find(many, request)).toBe(find(few, request));
      expect(many.lastVisits).toBe(few.lastVisits);
    }
    expect(find(many, 'GET /service-249/resource-19/42')).toBe('GET /service-249/resource-19/{id} | 42');
    expect(many.lastVisits).toBe(4);
  });

  test('stays within its bound for templates that are alike in every way and a path that fits nearly all of them', () => {
    const depth = 8;
    const routes = combinations(depth).map((template) => `GET ${template}/end`);
    const tree = treeOf(routes);
    expect(find(tree, `GET ${'/a'.repeat(depth)}/end`)).toBe(`GET ${'/a'.repeat(depth)}/end`);
    expect(tree.lastVisits).toBe(depth + 2);
    expect(find(tree, `GET ${'/a'.repeat(depth)}/nothing`)).toBe('none');
    expect(tree.lastVisits).toBe(2 ** (depth + 1) - 1);
    expect(tree.lastVisits).toBeLessThan(ROUTE_PATTERNS_MAX);
    // A request as deep as one can be sent costs no more.
    expect(find(tree, `GET ${'/a'.repeat(250)}`)).toBe('none');
    expect(tree.lastVisits).toBeLessThan(ROUTE_PATTERNS_MAX);
  });

  test('is kept from growing beyond its bound: the template that would exceed it is refused', () => {
    const tree = new RouteTree<string>({ headFromGet: true });
    let refusal: unknown;
    for (const template of combinations(12)) {
      try {
        tree.add('GET', template, template);
      } catch (error) {
        refusal = error;
        break;
      }
    }
    expect(refusal).toBeInstanceOf(RoutingError);
    expect(refusal).toMatchObject({ code: 'route.too-many-patterns' });
    find(tree, `GET ${'/a'.repeat(12)}/nothing`);
    expect(tree.lastVisits).toBeLessThanOrEqual(ROUTE_PATTERNS_MAX);
  });

  test('of a chain of parameters grows with its length only', () => {
    const tree = treeOf(Array.from({ length: 29 }, (_, i) => `GET ${Array.from({ length: i + 1 }, (_, j) => `/{p${j}}`).join('')}/x`));
    expect(find(tree, `GET ${'/a'.repeat(30)}`)).toBe('none');
    expect(tree.lastVisits).toBe(30);
  });
});

function manyRoutes(count: number): string[] {
  const routes: string[] = [];
  for (let i = 0; routes.length < count; i++) {
    const template = `/service-${Math.floor(i / 20)}/resource-${i % 20}`;
    routes.push(`GET ${template}/{id}`, `POST ${template}`);
  }
  return routes;
}

/** Every way to write a template of so many segments with `a` and a parameter. */
function combinations(depth: number): string[] {
  return Array.from({ length: 2 ** depth }, (_, bits) =>
    Array.from({ length: depth }, (_, i) => ((bits >> i) & 1 ? `/{p${i}}` : '/a')).join(''),
  );
}
