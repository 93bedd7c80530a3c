import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { OPERATIONS, system } from '@gatehouse/contract/management';
import { DatabaseUnavailableError } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { implement } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { createOpenApiDocument } from './openapi/openapi-document.ts';
import { insertApi, migrateControl, startTestServer } from './testing/test-server.ts';

describeDatabases<ControlTables>(
  'The management interface',
  (open) => {
    test('nobody is told anything without valid credentials, not even what there is', async () => {
      const server = await startTestServer(await open());
      for (const path of ['/apps', '/apps/some', '/nothing/like/this', '/node/stream']) {
        const none = await server.call('GET', path);
        expect([path, none.status, none.body.code]).toEqual([path, 401, 'authentication.required']);
        expect(none.headers.get('www-authenticate')).toBe('Bearer realm="gatehouse"');
        const wrong = await server.call('POST', path, { token: 'gh_at_wrong', body: '{', headers: { 'content-type': 'text/plain' } });
        expect([path, wrong.status]).toEqual([path, 401]);
        expect(wrong.headers.get('www-authenticate')).toContain('invalid_token');
      }
    });

    test('every problem of a request is told at once, each with its place', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('publisher', 'pets');
      const answer = await server.call('POST', '/apps/shop/authorizations?dry=1', {
        token,
        body: { api: '-', environment: 7, expires: 'never' },
        headers: { 'if-match': 'one' },
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const places = answer.body.problems.map((problem: { path: unknown[] }) => problem.path.join('.')).sort();
      expect(places).toEqual(['body.api', 'body.environment', 'body.expires', 'headers.if-match', 'query.dry']);
    });

    test('connections that are reset while they ask to leave HTTP end nothing but themselves', async () => {
      const server = await startTestServer(await open());
      const { port } = new URL(server.url);
      for (let count = 0; count < 60; count++) {
        const socket = connect(Number(port), '127.0.0.1');
        await once(socket, 'connect');
        socket.write(`GET /some HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${'x'.repeat((count % 3) * 1000)}`);
        if (count % 2 === 1) await new Promise((resolve) => setTimeout(resolve, count % 5));
        socket.resetAndDestroy();
      }
      expect((await server.call('GET', '/me', { token: await server.token('viewer') })).status).toBe(200);
    });

    test('a client that offers HTTP/2 over a plain connection is answered as any other', async () => {
      const server = await startTestServer(await open());
      const asked = request(`${server.url}/api/v1/openapi.json`, {
        headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' },
      }).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(200);
    });

    test('a body that is no JSON, too large or of another type is refused as what it is', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('developer', 'pets');
      const send = (body: string, type = 'application/json') =>
        server.call('POST', '/apps', { token, body, headers: { 'content-type': type } });
      expect((await send('{"name": "a", ')).body.problems[0].path).toEqual(['body']);
      expect((await send('{"__proto__": {"name": "a"}}')).status).toBe(400);
      expect((await send('name=a', 'application/x-www-form-urlencoded')).body.code).toBe('request.unsupported-media-type');
      expect((await send(JSON.stringify({ name: 'a', description: 'x'.repeat(1024 * 1024) }))).body.code).toBe('request.too-large');
      expect((await send('')).body.problems[0].path).toEqual(['body', 'name']);
      expect((await server.call('DELETE', '/apps/none', { token, body: { force: true } })).body.problems[0].path).toEqual(['body']);
    });

    test('400: text that no database stores as it is, wherever it stands', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('admin');
      const places = async (method: string, path: string, body?: unknown) => {
        const answer = await server.call(method, path, { token, ...(body === undefined ? {} : { body }) });
        return [answer.status, ...(answer.body.problems ?? []).map((problem: { path: unknown[] }) => problem.path.join('.'))];
      };
      expect(await places('POST', '/apps', { name: 'shop', description: 'a\u0000b' })).toEqual([400, 'body.description']);
      // Half of a pair, as JSON lets it be written.
      expect(await places('POST', '/apps', '{"name":"shop","description":"\\ud800"}')).toEqual([400, 'body.description']);
      expect(await places('POST', '/tokens', { name: 'a\u0000', role: 'admin' })).toEqual([400, 'body.name']);
      expect(await places('POST', '/apps', { 'na\u0000me': 1 })).toEqual([400, 'body']);
      expect(await places('GET', '/audit?actor=%00')).toEqual([400, 'query.actor']);
      expect(await places('DELETE', '/tokens/a%00')).toEqual([400, 'params.id']);
      const cursor = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString('base64url');
      expect(await places('GET', `/apps?cursor=${cursor(['\u0000'])}`)).toEqual([400, 'query.cursor']);
      expect(await places('GET', `/tokens?cursor=${cursor([1.5, 'x'])}`)).toEqual([400, 'query.cursor']);
      expect(await places('GET', `/audit?cursor=${cursor([1.5])}`)).toEqual([400, 'query.cursor']);
      // Nobody has looked yet how deep it is.
      expect(await places('POST', '/apps', `{"name":${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}}`)).toEqual([
        400,
        expect.stringMatching(/^0\.0/),
      ]);
      expect(await places('POST', '/apps', { name: 'shop', description: 'ünï 😀\n' })).toEqual([201]);
    });

    test('If-Match is refused where nothing has a version, and where nothing is there yet', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('admin');
      const headers = { 'if-match': '*' };
      const made = await server.call('POST', '/tokens', { token, headers, body: { name: 'a', role: 'admin' } });
      expect([made.status, made.body.problems[0].path]).toEqual([400, ['headers', 'if-match']]);
      const app = await server.call('POST', '/apps', { token, headers, body: { name: 'shop' } });
      expect([app.status, app.body.code]).toEqual([412, 'version.stale']);
    });

    test('credentials and authorizations take the version of their app', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('publisher', 'pets');
      await insertApi(server.database, 'petstore', 'pets');
      await server.call('POST', '/apps', { token, body: { name: 'shop' } });
      const call = async (method: string, path: string, version: number, body?: unknown) => {
        const headers = { 'if-match': `"${version}"` };
        const answer = await server.call(method, `/apps/shop/${path}`, { token, headers, ...(body === undefined ? {} : { body }) });
        return { ...answer, told: [answer.status, answer.headers.get('etag')] };
      };
      const stale = [412, null];
      expect((await call('POST', 'credentials', 2, {})).told).toEqual(stale);
      const { body: rotated, told } = await call('POST', 'credentials', 1, {});
      expect(told).toEqual([201, '"2"']);
      expect((await call('DELETE', `credentials/${rotated.appKey}`, 1)).told).toEqual(stale);
      expect((await call('DELETE', `credentials/${rotated.appKey}`, 2)).told).toEqual([200, '"3"']);
      const grant = { api: 'petstore', environment: 'test' };
      expect((await call('POST', 'authorizations', 2, grant)).told).toEqual(stale);
      const { body: granted, told: authorized } = await call('POST', 'authorizations', 3, grant);
      expect(authorized).toEqual([201, '"3"']);
      expect((await call('DELETE', `authorizations/${granted.id}`, 1)).told).toEqual(stale);
      expect((await call('DELETE', `authorizations/${granted.id}`, 3)).told).toEqual([200, '"3"']);
    });

    test('If-Match lets a change through on that version only, in every spelling of it', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('developer', 'pets');
      await server.call('POST', '/apps', { token, body: { name: 'shop' } });
      const patch = (ifMatch: string) =>
        server.call('PATCH', '/apps/shop', { token, body: { description: 'x' }, headers: { 'if-match': ifMatch } });
      expect((await patch('"1"')).headers.get('etag')).toBe('"2"');
      const stale = await patch('"1"');
      expect([stale.status, stale.body.code, stale.body.version]).toEqual([412, 'version.stale', 2]);
      expect((await patch('W/"2"')).status).toBe(200);
      expect((await patch('*')).headers.get('etag')).toBe('"4"');
      for (const malformed of ['4', '"four"', '"3", "4"', '"04"'])
        expect([malformed, (await patch(malformed)).status]).toEqual([malformed, 400]);
      expect((await server.call('GET', '/apps/shop', { token })).headers.get('etag')).toBe('"4"');
    });

    test('what is not there and what is there for other methods are told apart', async () => {
      const server = await startTestServer(await open());
      const token = await server.token('viewer');
      expect((await server.call('GET', '/nothing', { token })).body.code).toBe('resource.not-found');
      const other = await server.call('PUT', '/apps/shop', { token, body: {} });
      expect([other.status, other.body.code, other.headers.get('allow')]).toEqual([405, 'method.not-allowed', 'GET, HEAD, PATCH, DELETE']);
      const head = await server.call('HEAD', '/apps', { token });
      expect([head.status, head.text]).toEqual([200, '']);
      const preflight = await server.call('OPTIONS', '/apps', { token, headers: { origin: 'https://evil.example' } });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    });

    test('the id of a request is taken over when it is harmless, and is on every answer', async () => {
      const server = await startTestServer(await open());
      const idOf = async (given: string) => {
        const answer = await server.call('GET', '/me', { headers: { 'x-request-id': given } });
        expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
        return answer.headers.get('x-request-id');
      };
      expect(await idOf('client.4-7_a')).toBe('client.4-7_a');
      for (const harmful of ['a b', 'x'.repeat(129), '<script>']) expect(await idOf(harmful)).toMatch(/^[0-9a-f-]{36}$/);
    });

    test('what an operation does not promise is a failure where answers are checked', async () => {
      let answer: object = { items: [{ name: 'test' }] };
      const lying = implement(system.listEnvironments, async () => ({ body: answer }) as never);
      const server = await startTestServer(await open(), { implementations: [lying] });
      const token = await server.token('viewer');
      expect((await server.call('GET', '/environments', { token })).status).toBe(500);
      expect(JSON.stringify(server.logged.map((entry) => Reflect.get(entry, 'err').message))).toContain('does not conform');
      answer = { items: [{ name: 'test', default: true }] };
      expect((await server.call('GET', '/environments', { token })).status).toBe(200);
    });

    test('a failure tells the caller nothing but the id under which the log has the rest', async () => {
      let failure: Error = new Error('password=hunter2');
      const failing = implement(system.listEnvironments, async () => {
        throw failure;
      });
      const server = await startTestServer(await open(), { implementations: [failing] });
      const token = await server.token('viewer');
      const broken = await server.call('GET', '/environments', { token });
      expect([broken.status, broken.body.code]).toEqual([500, 'internal']);
      expect(broken.text).not.toContain('hunter2');
      expect(server.logged).toContainEqual(expect.objectContaining({ requestId: broken.body.requestId, err: failure }));

      failure = new DatabaseUnavailableError('db.internal:5432 refused');
      const gone = await server.call('GET', '/environments', { token });
      expect([gone.status, gone.body.code, gone.headers.get('retry-after')]).toEqual([503, 'service.unavailable', '5']);
      expect(gone.text).not.toContain('5432');
      failure = new DatabaseUnavailableError('broke off', { outcomeUnknown: true });
      expect((await server.call('GET', '/environments', { token })).body.code).toBe('service.outcome-unknown');
    });
  },
  migrateControl,
);

describe('The OpenAPI document', () => {
  const implementations = OPERATIONS.map((operation) => implement(operation, async () => ({ body: {} })));
  const document = createOpenApiDocument(implementations, { version: '1.2.3', prefix: '/api/v1' });

  test('of every operation there is conforms to OpenAPI 3.1, references included', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(validator.version).toBe('3.1');
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)].map(([, kind, name]) => `${kind}/${name}`));
    const { schemas, responses } = document.components as Record<string, Record<string, unknown>>;
    const defined = [
      ...Object.keys(schemas ?? {}).map((name) => `schemas/${name}`),
      ...Object.keys(responses ?? {}).map((name) => `responses/${name}`),
    ];
    expect([...references].sort()).toEqual(defined.sort());
  });

  test('has each operation once, with its id', () => {
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });
});

describeDatabases<ControlTables>(
  'Beside the management interface',
  (open) => {
    test('its document is there for anybody', async () => {
      const server = await startTestServer(await open());
      const answer = await server.call('GET', '/openapi.json');
      expect([answer.status, answer.body.openapi]).toEqual([200, '3.1.0']);
    });

    test('plain handlers get every other path, and nothing below the prefix', async () => {
      const seen: string[] = [];
      const server = await startTestServer(await open(), {
        plain: (request, response) => {
          seen.push(request.url ?? '');
          if (request.url !== '/healthz') return false;
          response.end('ok');
          return true;
        },
      });
      expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok');
      const nothing = await fetch(`${server.url}/api/v1x`);
      expect([nothing.status, nothing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
      await server.call('GET', '/healthz');
      expect(seen).toEqual(['/healthz', '/api/v1x']);
    });

    test('what is no HTTP is answered with a problem, too, and ends the connection', async () => {
      const server = await startTestServer(await open());
      const answer = (text: string) =>
        new Promise<string>((resolve, reject) => {
          let received = '';
          const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
          socket.setEncoding('utf8');
          socket.on('data', (data) => (received += data));
          socket.on('close', () => resolve(received));
          socket.on('error', reject);
        });
      expect(await answer('GET /api/v1/me HTTP/1.1\r\nbad header\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json/);
      expect(await answer(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
    });
  },
  migrateControl,
);
