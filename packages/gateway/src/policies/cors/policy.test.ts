import { describe, expect, test } from 'vitest';
import { Reply } from '../../exchange/reply.ts';
import { compilePolicy, createTestExchange } from '../test-exchange.ts';
import { corsPolicy } from './policy.ts';

/** Lower-case names to values, repeated ones joined. */
function toRecord(list: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < list.length; i += 2) {
    const name = (list[i] as string).toLowerCase();
    record[name] = name in record ? `${record[name]}, ${list[i + 1]}` : (list[i + 1] as string);
  }
  return record;
}

/** Fields of the answer to a preflight, after the response step ran over it as it does in the gateway. */
function preflight(config: unknown, origin: string, ...fields: string[]): Record<string, string> {
  const steps = compilePolicy(corsPolicy, config);
  const exchange = createTestExchange({ method: 'OPTIONS', fields: ['Origin', origin, 'Access-Control-Request-Method', 'PUT', ...fields] });
  const reply = steps.onPreflight?.(exchange);
  if (!(reply instanceof Reply)) throw new Error('The preflight was not answered');
  expect(reply.status).toBe(204);
  exchange.response.list = [...reply.fields];
  steps.onResponse?.(exchange);
  return toRecord(exchange.response.list);
}

/** Fields of a response that came with those of the backend. */
function response(config: unknown, origin: string | undefined, backend: string[] = []): Record<string, string> {
  const exchange = createTestExchange({ fields: origin === undefined ? [] : ['Origin', origin] });
  exchange.response.list = [...backend];
  compilePolicy(corsPolicy, config).onResponse?.(exchange);
  return toRecord(exchange.response.list);
}

const SITE = 'https://shop.example.com';

describe('preflight', () => {
  test('an allowed origin is told methods, headers and how long to remember them', () => {
    expect(preflight({ allowOrigins: [SITE], allowMethods: ['get', 'PUT'], allowHeaders: ['X-A', 'X-B'], maxAge: '10m' }, SITE)).toEqual({
      'access-control-allow-origin': SITE,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'X-A, X-B',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
  });

  test('another origin is told nothing but that the answer varies', () => {
    expect(preflight({ allowOrigins: [SITE] }, 'https://evil.test')).toEqual({ vary: 'Origin' });
  });

  test('for any origin the answer is the same for all, so it does not vary', () => {
    const fields = preflight({ allowOrigins: ['*'] }, SITE);
    expect(fields).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    });
    expect(fields).not.toHaveProperty('vary');
    expect(fields['access-control-allow-headers']).toContain('Content-Type');
  });

  test('with * for methods and headers what is asked for is allowed', () => {
    const fields = preflight(
      { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'] },
      SITE,
      'Access-Control-Request-Headers',
      'x-a,authorization',
    );
    expect(fields).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-a,authorization',
      vary: 'Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });

  test('what is asked for is repeated only when it is a list of names', () => {
    for (const asked of ['x-a: b', 'x"a', `x-${'a'.repeat(5000)}`, 'x-\u00e9']) {
      expect(preflight({ allowOrigins: ['*'], allowHeaders: ['*'] }, SITE, 'Access-Control-Request-Headers', asked)).not.toHaveProperty(
        'access-control-allow-headers',
      );
    }
  });

  test('credentials are allowed by name of the origin', () => {
    expect(preflight({ allowOrigins: [SITE], allowCredentials: true }, SITE)).toMatchObject({
      'access-control-allow-origin': SITE,
      'access-control-allow-credentials': 'true',
    });
  });
});

describe('response', () => {
  test("the backend's own CORS fields are replaced, every other field stays", () => {
    const backend = [
      'Content-Type',
      'text/plain',
      'Access-Control-Allow-Origin',
      'https://evil.test',
      'access-control-allow-credentials',
      'true',
      'Accept-Ranges',
      'none',
    ];
    expect(response({ allowOrigins: [SITE], exposeHeaders: ['RateLimit'] }, SITE, backend)).toEqual({
      'content-type': 'text/plain',
      'accept-ranges': 'none',
      'access-control-allow-origin': SITE,
      'access-control-expose-headers': 'RateLimit',
      vary: 'Origin',
    });
  });

  test("an origin that is not allowed gets none, not even the backend's", () => {
    expect(response({ allowOrigins: [SITE] }, 'https://evil.test', ['Access-Control-Allow-Origin', '*'])).toEqual({ vary: 'Origin' });
  });

  test('a request without an origin is answered with Vary too, because a cache may keep it', () => {
    expect(response({ allowOrigins: [SITE] }, undefined)).toEqual({ vary: 'Origin' });
    expect(response({ allowOrigins: ['*'] }, undefined)).toEqual({ 'access-control-allow-origin': '*' });
  });

  test.each([
    [['Vary', 'Accept-Encoding'], 'Accept-Encoding, Origin'],
    [['Vary', 'Accept-Encoding', 'vary', 'Accept'], 'Accept-Encoding, Accept, Origin'],
    [['Vary', 'accept, ORIGIN'], 'accept, ORIGIN'],
    [['Vary', '*'], '*'],
  ])('%j becomes one Vary of %s', (backend, vary) => {
    expect(response({ allowOrigins: [SITE] }, SITE, backend).vary).toBe(vary);
  });
});

describe('origins', () => {
  const allows = (allowed: string, origin: string) =>
    response({ allowOrigins: [allowed] }, origin)['access-control-allow-origin'] === origin;

  test.each([
    ['https://*.example.com', 'https://a.example.com'],
    ['https://*.example.com', 'https://a.b-c.example.com'],
    ['https://*.example.com:8443', 'https://a.example.com:8443'],
    ['https://*', 'https://anything.test'],
    ['HTTPS://Example.com:443', 'https://example.com'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['capacitor://localhost', 'capacitor://localhost'],
  ])('%s allows %s', (allowed, origin) => {
    expect(allows(allowed, origin)).toBe(true);
  });

  test.each([
    ['https://*.example.com', 'https://example.com'],
    ['https://*.example.com', 'http://a.example.com'],
    ['https://*.example.com', 'https://a.example.com:8443'],
    ['https://*.example.com', 'https://.example.com'],
    ['https://*.example.com', 'https://a..example.com'],
    ['https://*.example.com', 'https://a..b.example.com'],
    ['https://*.example.com', 'https://.a.example.com'],
    ['https://*.example.com', 'https://badexample.com'],
    ['https://*.example.com', 'https://evil.test/.example.com'],
    ['https://*.example.com', 'https://evil.test:1.example.com'],
    ['https://*.example.com', 'https://user@evil.test#.example.com'],
    ['https://*.example.com', 'https://a.example.com.evil.test'],
    ['https://*', 'https://'],
    ['https://example.com', 'https://example.com.evil.test'],
    ['https://example.com', 'https://exampleXcom'],
    ['https://example.com', 'null'],
    ['https://example.com', ''],
  ])('%s does not allow "%s"', (allowed, origin) => {
    expect(allows(allowed, origin)).toBe(false);
  });

  test.each([
    'https://example.com/',
    'https://example.com/path',
    'example.com',
    'https://a.*.com',
    'https://*example.com',
    'https://**.example.com',
    '*.example.com',
    'null',
    '',
    'https://user@example.com',
  ])('"%s" is no origin', (allowed) => {
    expect(corsPolicy.config.safeParse({ allowOrigins: [allowed] }).success).toBe(false);
  });
});

test.each(['*', 'https://*', 'http://*:8080'])('credentials together with %s are refused: any page could act as the user', (allowed) => {
  const result = corsPolicy.config.safeParse({ allowOrigins: [allowed], allowCredentials: true });
  expect(result.error?.issues.map(({ path }) => path)).toEqual([['allowCredentials']]);
  expect(corsPolicy.config.safeParse({ allowOrigins: ['https://*.example.com'], allowCredentials: true }).success).toBe(true);
});
