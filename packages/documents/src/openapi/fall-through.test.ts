import { expect, test } from 'vitest';
import { importYaml, messages } from './import-fixture.ts';

const LIMIT = 'x-gatehouse-policies: [{ ip-restriction: {} }]';
const SHAPING = 'x-gatehouse-policies: [{ cors: {} }, { headers: {} }]';
const ANY = 'x-amazon-apigateway-any-method';

/** Warnings for routes written as `METHOD /path: guard`. */
async function warnings(routes: [string, string, string][], root = ''): Promise<string[]> {
  const paths = new Map<string, string[]>();
  for (const [method, path, guard] of routes)
    paths.set(path, [...(paths.get(path) ?? []), `    ${method === 'ANY' ? ANY : method.toLowerCase()}: { ${guard} }`]);
  const lines = [...paths].flatMap(([path, operations]) => [`  "${path}":`, ...operations]);
  const { definition, problems } = await importYaml(
    `openapi: 3.1.0\ninfo: { title: T, version: "1" }\n${root}paths:\n${lines.join('\n')}\n`,
    {
      backend: 'b',
      errorProfile: 'problem',
    },
  );
  expect(definition?.routes).toHaveLength(routes.length);
  return messages(problems, 'route.open-fallthrough').map((message) => message.replaceAll(/ \([^)]*api\.yaml:/g, ' (api.yaml:'));
}

test('a guarded path whose other methods an open greedy route serves is warned of, with both places', async () => {
  expect(
    await warnings([
      ['POST', '/admin', LIMIT],
      ['ANY', '/{proxy+}', ''],
    ]),
  ).toEqual([
    'GET, HEAD, PUT, PATCH, DELETE, OPTIONS, TRACE /admin is not described and falls through to ANY /{proxy+} (api.yaml:7:5), which lacks ip-restriction',
  ]);
});

test('so is a required security scheme that the greedy route does not require', async () => {
  const scheme = 'components: { securitySchemes: { key: { type: http, scheme: basic } } }\n';
  expect(
    await warnings(
      [
        ['GET', '/admin/{id}', 'security: [{ key: [] }]'],
        ['POST', '/{proxy+}', ''],
      ],
      scheme,
    ),
  ).toEqual([expect.stringMatching(/^POST \/admin\/{id} .* lacks security scheme key$/)]);
});

test('a parameter, a deeper greedy route and a catch-all take what falls through in the order of the router', async () => {
  expect(
    await warnings([
      ['POST', '/a/b', LIMIT],
      ['GET', '/a/{x}', ''],
      ['PUT', '/a/{rest+}', ''],
      ['ANY', '/{proxy+}', ''],
      ['ANY', '/$default', ''],
    ]),
  ).toEqual([
    expect.stringContaining('GET, HEAD /a/b is not described and falls through to GET /a/{x} '),
    expect.stringContaining('PUT /a/b is not described and falls through to PUT /a/{rest+} '),
    expect.stringContaining('PATCH, DELETE, OPTIONS, TRACE /a/b is not described and falls through to ANY /{proxy+} '),
  ]);
  expect(
    await warnings(
      [
        ['POST', '/a/b', LIMIT],
        ['DELETE', '/$default', ''],
      ],
      'x-amazon-apigateway-binary-media-types: []\n',
    ),
  ).toEqual([expect.stringContaining('falls through to DELETE $default ')]);
});

test.each<[string, [string, string, string][]]>([
  [
    'every method has a route',
    [
      ['ANY', '/admin', LIMIT],
      ['ANY', '/{proxy+}', ''],
    ],
  ],
  [
    'the greedy route is as guarded',
    [
      ['POST', '/admin', LIMIT],
      ['ANY', '/{proxy+}', LIMIT],
    ],
  ],
  [
    'the path has no guard',
    [
      ['POST', '/admin', ''],
      ['ANY', '/{proxy+}', ''],
    ],
  ],
  [
    'its policies keep nobody out',
    [
      ['POST', '/admin', SHAPING],
      ['ANY', '/{proxy+}', ''],
    ],
  ],
  [
    'the greedy route is elsewhere',
    [
      ['POST', '/admin', LIMIT],
      ['ANY', '/admin/{proxy+}', ''],
      ['ANY', '/other/{proxy+}', ''],
    ],
  ],
  [
    'a greedy route does not match the root',
    [
      ['POST', '/', LIMIT],
      ['ANY', '/{proxy+}', ''],
    ],
  ],
  [
    'a static sibling matches other requests',
    [
      ['GET', '/{id}', LIMIT],
      ['POST', '/other', ''],
    ],
  ],
])('nothing is said when %s', async (_, routes) => {
  expect(await warnings(routes)).toEqual([]);
});
