import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { describeDatabases } from '@gatehouse/database/testing';
import { describe, expect, test } from 'vitest';
import { migrateControl } from '../http/testing/test-server.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { startPublishing } from './published-fixture.ts';
import { toShownResult } from './shown-result.ts';

const entry = (step: string, outcome: DebugResult['trace'][number]['outcome'], detail: string) => ({ step, outcome, ms: 1.5, detail });

const RESULT: DebugResult = {
  response: { status: 200, headers: { 'x-a': ['b'] }, body: '[]', bodyEncoding: 'utf8', truncated: false },
  trace: [
    entry('route', 'passed', 'GET /pets of petstore in test'),
    entry('authentication', 'passed', 'The request goes on'),
    entry('integration:http', 'passed', 'http://10.1.2.3:9001 answered 200, after 2 retries'),
    entry('response', 'passed', 'Answered 200 with 2 bytes'),
  ],
  backendRequest: {
    method: 'GET',
    url: 'http://10.1.2.3:9001/pets',
    headers: { 'x-key': ['s3cret'] },
    body: '',
    bodyEncoding: 'utf8',
    truncated: false,
  },
};

describeDatabases<ControlTables>(
  'Trying a published API',
  (open) => {
    async function start(debug: (call: DebugCall) => Promise<DebugResult> = async () => RESULT) {
      const calls: DebugCall[] = [];
      const plane = await startPublishing(await open(), {
        debug: (call) => {
          calls.push(call);
          return debug(call);
        },
      });
      const { server, save, publish } = plane;
      await save('petstore', 'pets', ['/pets'], { auth: 'app' });
      await publish('petstore', 'test');
      const shop = await server.token('developer', 'shops');
      await server.call('POST', '/apps', { token: shop, body: { name: 'shop' } });
      const request = { method: 'GET', path: '/pets?key=s3cret' };
      const attempt = (body: object = {}, token = shop, api = 'petstore', environment = 'test') =>
        server.call('POST', `/publications/${api}/${environment}/calls`, { token, body: { request, ...body } });
      return { ...plane, calls, shop, attempt, request };
    }

    test('200: as one’s own app or as nobody, from where the caller is; who does not own the API sees no backend', async () => {
      const { server, attempt, calls, request, admin } = await start();
      const { status, body, text } = await attempt({ app: 'shop' });
      expect([status, body.ms, body.response, body.backendRequest]).toEqual([200, 1.5, RESULT.response, null]);
      expect(text).not.toMatch(/10\.1\.2\.3|s3cret/);
      expect(body.trace.map(({ detail }: { detail: string }) => detail)).toEqual([
        'GET /pets of petstore in test',
        'The request goes on',
        'The backend answered 200, after 2 retries',
        'Answered 200 with 2 bytes',
      ]);
      await attempt();
      const app = await server.database.read.selectFrom('apps').select('id').executeTakeFirstOrThrow();
      const sent = { api: 'petstore', environment: 'test', request, clientAddress: '127.0.0.1' };
      expect(calls).toEqual([
        { ...sent, app: app.id },
        { ...sent, app: null },
      ]);
      for (const token of [await server.token('developer', 'pets'), admin])
        expect((await attempt({}, token)).body).toEqual({ ...RESULT, ms: 1.5 });
      const [, , , first] = (await server.call('GET', '/audit?action=publications.try', { token: admin })).body.items;
      expect(first).toMatchObject({
        actor: 'developer-shops',
        resource: 'apis/petstore',
        after: { app: 'shop', method: 'GET', path: '/pets' },
      });
    });

    test('422: an app of others is none of one’s own, like one that there is not', async () => {
      const { server, attempt, calls } = await start();
      const stranger = await server.token('publisher', 'birds');
      const bytes = async (app: string) => (await attempt({ app }, stranger)).text.replace(app, '?').replace(/"requestId":"[^"]*"/, '');
      const absent = await bytes('absent');
      expect(absent).toContain('reference.unknown');
      expect(await bytes('shop')).toBe(absent);
      expect(calls).toEqual([]);
    });

    test('404: what is not live there is not tried, and drafts of others are not there at all', async () => {
      const { save, attempt, calls } = await start();
      await save('draft', 'pets', ['/a']);
      const bytes = async (api: string, environment: string) =>
        (await attempt({}, undefined, api, environment)).text.replace(api, '?').replace(/"requestId":"[^"]*"/, '');
      const absent = await bytes('absent', 'test');
      expect(absent).toContain('resource.not-found');
      expect(await bytes('draft', 'test')).toBe(absent);
      expect(await bytes('petstore', 'production')).toContain('resource.not-found');
      expect(calls).toEqual([]);
    });

    test('403: viewers look, and call nothing', async () => {
      const { server, attempt } = await start();
      expect((await attempt({}, await server.token('viewer'))).status).toBe(403);
    });

    test('400: a header that could not stand on the wire, by its name', async () => {
      const { attempt, calls } = await start();
      const answer = await attempt({ request: { method: 'GET', path: '/pets', headers: { 'x-a': ['b', 'c\r\nEvil: 1'] } } });
      expect([answer.status, answer.body.problems[0].path]).toEqual([400, ['body', 'request', 'headers', 'x-a']]);
      expect((await attempt({ request: { method: 'GET', path: '/pets', headers: { 'x a': 'b' } } })).status).toBe(400);
      expect(calls).toEqual([]);
    });

    test('503: what a node says of its failure is for owners; one caller has a few requests on the way, and no more', async () => {
      const refusal = new Refusal('debug.unavailable', 'Node gw1 could not run it: connect ECONNREFUSED 10.1.2.3:9001');
      const held = Promise.withResolvers<DebugResult>();
      let answer = () => Promise.reject<DebugResult>(refusal);
      const { server, attempt, calls } = await start(() => answer());
      const failed = await attempt();
      expect([failed.status, failed.text]).toEqual([503, expect.not.stringMatching(/10\.1\.2\.3|gw1/)]);
      expect((await attempt({}, await server.token('developer', 'pets'))).text).toContain('10.1.2.3');
      answer = () => held.promise;
      const running = [1, 2, 3, 4].map(() => attempt());
      await expect.poll(() => calls.length).toBe(6);
      expect((await attempt()).body.detail).toMatch(/on their way already/);
      const other = attempt({}, await server.token('developer', 'birds'));
      await expect.poll(() => calls.length).toBe(7);
      held.resolve(RESULT);
      expect((await Promise.all([...running, other])).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect((await attempt()).status).toBe(200);
    });

    test('an API that is reached through its own domain only is called there', async () => {
      const { save, publish, change, attempt, calls, get, shop } = await start();
      await save('private', 'pets', {
        openapi: '3.0.3',
        info: { title: 'Private', version: '1' },
        servers: [{ url: '/', 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } }],
        paths: { '/pets': { get: { 'x-gatehouse-integration': { type: 'mock' }, responses: { 200: { description: 'Done' } } } } },
      });
      await publish('private', 'test');
      await change('PUT', '/domains/pets.example.com', { mappings: [{ path: 'v1', api: 'private', environment: 'test' }] });
      await attempt({}, undefined, 'private');
      expect(calls[0]?.request).toMatchObject({ path: '/v1/pets?key=s3cret', headers: { Host: 'pets.example.com' } });
      expect((await get('/publications/private', shop)).body.environments[0].urls).toEqual(['https://pets.example.com/v1']);
    });
  },
  migrateControl,
);

describe('what is shown of a trace to who does not own the API', () => {
  const shown = (step: string, outcome: DebugResult['trace'][number]['outcome'], detail: string) =>
    toShownResult({ ...RESULT, trace: [entry(step, outcome, detail)] }).trace[0];

  test.each([
    [
      'request:ip-restriction',
      'refused',
      '403 access.forbidden: … (The client address 10.9.8.7 is in 10.0.0.0/8)',
      '403 access.forbidden: ',
    ],
    [
      'integration:http',
      'failed',
      '502 backend.failed: … (http://10.1.2.3:9001: connect ECONNREFUSED), after 1 retry',
      /^502 backend\.failed: .*, after 1 retry$/,
    ],
    [
      'authentication',
      'refused',
      '403 auth.not-authorized: … (shop for petstore in test: it is not authorized)',
      '403 auth.not-authorized: ',
    ],
    ['integration:mock', 'passed', 'The gateway itself answered 200', 'The gateway itself answered 200'],
    ['response', 'failed', 'There was no answer within 30000 ms; what was going on was cancelled', 'There was no answer'],
    // What is not known, be it of a later version, is not shown.
    ['integration:http', 'passed', 'http://10.1.2.3:9001 said 200', 'It passed'],
    ['request:headers', 'refused', '999 made.up: with 10.1.2.3', 'It was refused'],
    ['response', 'passed', 'Answered 200 with 2 bytes of 10.1.2.3', 'It passed'],
  ] as const)('%s %s: %s', (step, outcome, detail, expected) => {
    const entry = shown(step, outcome, detail);
    expect(entry?.detail).toMatch(expected);
    expect(JSON.stringify(entry)).not.toMatch(/10\.\d+\.\d+|shop for/);
    expect(entry?.step).toBe(step);
  });

  test('a step whose name is none is not named', () => {
    expect(shown('request:http://10.1.2.3', 'passed', 'The request goes on')?.step).toBe('other');
  });
});
