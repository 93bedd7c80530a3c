import { head } from '../support/origin-script.ts';
import type { SeedRecord } from './seed-record.ts';

const get = (target: string, ...fields: string[]) => head(`GET ${target} HTTP/1.1`, 'Host: gw.example', ...fields);
const at = (host: string, target: string, ...fields: string[]) => head(`GET ${target} HTTP/1.1`, `Host: ${host}`, ...fields);

const forwarded = (line: string, fields?: Record<string, string | RegExp | null>): SeedRecord['expect'] => ({
  status: 200,
  body: 'from the origin',
  backend: { line, ...(fields && { fields }) },
});
const NOT_FOUND: SeedRecord['expect'] = { status: 404, backend: 'nothing' };
const MISSING_TOKEN: SeedRecord['expect'] = {
  status: 403,
  fields: { 'x-amzn-errortype': 'MissingAuthenticationTokenException', 'content-type': 'application/json' },
  body: '{"message":"Missing Authentication Token"}',
  backend: 'nothing',
};

/** Seed 003: ANY `/{proxy+}` to the service on the VM, in stage production. */
const proxy: readonly SeedRecord[] = [
  {
    id: 'R05: the stage is stripped, {proxy} is the rest',
    request: get('/production/api/greeting'),
    expect: forwarded('GET /api/greeting HTTP/1.1'),
  },
  { id: 'R05: one segment', request: get('/production/greeting'), expect: forwarded('GET /greeting HTTP/1.1') },
  {
    id: 'R04: ANY is every method',
    request: head('DELETE /production/api/greeting HTTP/1.1', 'Host: gw.example'),
    expect: forwarded('DELETE /api/greeting HTTP/1.1'),
  },
  {
    id: 'R04: HTTP_PROXY passes the query on',
    request: get('/production/api/greeting?name=a%20b&x'),
    expect: forwarded('GET /api/greeting?name=a%20b&x HTTP/1.1'),
  },
  { id: 'R04: {proxy} keeps an encoded slash', request: get('/production/a%2Fb/c'), expect: forwarded('GET /a%2Fb/c HTTP/1.1') },
  {
    id: 'R05: without a stage it is production (INTERFACES 4.4)',
    request: get('/api/greeting'),
    expect: forwarded('GET /api/greeting HTTP/1.1'),
  },
  { id: 'R05: the stage alone is refused, as only /{proxy+} exists', request: get('/production'), expect: MISSING_TOKEN },
  { id: 'R05: the stage with a slash is refused', request: get('/production/'), expect: MISSING_TOKEN },
  { id: 'R05: the stage with two slashes is refused', request: get('/production//'), expect: MISSING_TOKEN },
  { id: 'R05: another stage has nothing', request: get('/test/api/greeting'), expect: NOT_FOUND },
];

/** Seed 004: Maya's snippets. */
const maya: readonly SeedRecord[] = [
  {
    id: 'E05: a stage variable in the host, {id} in the path',
    request: get('/unified/endpoint/42'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { host: /^127\.0\.0\.1:\d+$/ }),
  },
  {
    id: 'E05: another stage, another host',
    request: get('/test/unified/endpoint/42'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { host: /^localhost:\d+$/ }),
  },
  {
    id: 'E05: an encoded value stays in its segment',
    request: get('/unified/endpoint/a%2Fb%20c'),
    expect: forwarded('GET /v1/api/endpoint/a%2Fb%20c HTTP/1.1'),
  },
  {
    id: 'E05: a value cannot climb out of the template',
    request: get('/unified/endpoint/..%2f..%2fadmin'),
    expect: { status: 400, backend: 'nothing' },
  },
  {
    id: 'E06: a literal header',
    request: get('/unified/endpoint/42'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { 'x-requesting-service-id': 'api-gw' }),
  },
  {
    id: "E06: the literal replaces the client's own copies",
    request: get('/unified/endpoint/42', 'X-Requesting-Service-Id: me', 'x-requesting-service-id: too'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { 'x-requesting-service-id': 'api-gw' }),
  },
  {
    id: 'E07: without an authorizer the context header is absent',
    request: get('/unified/endpoint/42'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { 'x-org-customer-id': null }),
  },
  {
    id: "E07: the client's own copy never gets through",
    request: get('/unified/endpoint/42', 'X-Org-Customer-Id: 666', 'x-org-customer-id: 667'),
    expect: forwarded('GET /v1/api/endpoint/42 HTTP/1.1', { 'x-org-customer-id': null }),
  },
  {
    id: 'E05: a method that is not defined',
    request: head('POST /unified/endpoint/42 HTTP/1.1', 'Host: gw.example', 'Content-Length: 0'),
    expect: MISSING_TOKEN,
  },
];

/** Seed 004, E12: several levels of mapping below one domain. */
const domains: readonly SeedRecord[] = [
  {
    id: 'E12: the key is stripped, the environment is that of the mapping',
    request: at('api.example.com', '/v1/service_name/orders'),
    expect: forwarded('GET /orders/test/orders HTTP/1.1'),
  },
  {
    id: 'E12: a shorter key takes what the longer ones do not',
    request: at('api.example.com', '/v1/orders'),
    expect: forwarded('GET /other/production/orders HTTP/1.1'),
  },
  {
    id: 'E12: the longest key wins',
    request: at('api.example.com', '/v1/service_name/deep/orders/7'),
    expect: forwarded('GET /deep/production/orders/7 HTTP/1.1'),
  },
  { id: 'E12: keys end at a slash', request: at('api.example.com', '/v1/service_names/orders'), expect: NOT_FOUND },
  { id: 'E12: no key, no API', request: at('api.example.com', '/v2/orders'), expect: NOT_FOUND },
  {
    id: 'E12: host names have no case, and the port does not count',
    request: at('API.Example.COM:8000', '/v1/orders'),
    expect: forwarded('GET /other/production/orders HTTP/1.1'),
  },
  {
    id: 'E12: the empty key takes everything',
    request: at('orders.example.com', '/orders'),
    expect: forwarded('GET /orders/pre/orders HTTP/1.1'),
  },
  { id: 'E12: below a bound domain there are no base paths', request: at('orders.example.com', '/shop/orders'), expect: NOT_FOUND },
  { id: 'E12: below a bound domain there are no stages', request: at('orders.example.com', '/production/shop/orders'), expect: NOT_FOUND },
  {
    id: 'E12: below a bound domain X-Ca-Stage changes nothing',
    request: at('orders.example.com', '/orders', 'X-Ca-Stage: RELEASE'),
    expect: forwarded('GET /orders/pre/orders HTTP/1.1'),
  },
  {
    id: '*.example.org stands for one label',
    request: at('a.example.org', '/orders'),
    expect: forwarded('GET /orders/production/orders HTTP/1.1'),
  },
  {
    id: '*.example.org does not stand for two labels',
    request: at('a.b.example.org', '/shop/orders'),
    expect: forwarded('GET /orders/production/orders HTTP/1.1'),
  },
  {
    id: '*.example.org does not stand for none',
    request: at('example.org', '/shop/orders'),
    expect: forwarded('GET /orders/production/orders HTTP/1.1'),
  },
];

/** Seed 002, B11, and INTERFACES 4: the URL of the environment that was asked for. */
const stages: readonly SeedRecord[] = [
  ...(
    [
      ['TEST', 'test'],
      ['PRE', 'pre'],
      ['RELEASE', 'production'],
      ['release', 'production'],
      ['test', 'test'],
      ['Production', 'production'],
    ] as const
  ).map(
    ([stage, environment]): SeedRecord => ({
      id: `B11: X-Ca-Stage: ${stage} is the environment ${environment}`,
      request: get('/shop/orders', `X-Ca-Stage: ${stage}`),
      expect: forwarded(`GET /orders/${environment}/orders HTTP/1.1`),
    }),
  ),
  {
    id: 'B11: the first segment names the environment',
    request: get('/pre/shop/orders'),
    expect: forwarded('GET /orders/pre/orders HTTP/1.1'),
  },
  { id: 'B11: neither: production', request: get('/shop/orders'), expect: forwarded('GET /orders/production/orders HTTP/1.1') },
  { id: 'B11: an unknown stage has nothing', request: get('/shop/orders', 'X-Ca-Stage: STAGING'), expect: NOT_FOUND },
  { id: 'B11: two stages name none', request: get('/shop/orders', 'X-Ca-Stage: TEST', 'X-Ca-Stage: RELEASE'), expect: NOT_FOUND },
  {
    id: 'INTERFACES 4.2: with X-Ca-Stage the path begins with the base path',
    request: get('/production/shop/orders', 'X-Ca-Stage: TEST'),
    expect: NOT_FOUND,
  },
];

export const seeds: readonly SeedRecord[] = [...proxy, ...maya, ...domains, ...stages];
