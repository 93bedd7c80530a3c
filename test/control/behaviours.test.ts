import type { BackendType } from '@gatehouse/contract';
import { apis, apps, backends } from '@gatehouse/contract/management';
import type { ManagementClient } from '@gatehouse/sdk/management';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../support/config.ts';
import { Instance } from '../support/control.ts';
import {
  authorize,
  createBackend,
  defineBackend,
  newName,
  publish,
  type Reached,
  reach,
  refusalOf,
  saveApi,
} from '../support/control-calls.ts';
import { DnsServer } from '../support/dns-server.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { signatureLines } from '../support/sign-request.ts';

/*
 * B01 to B24 of the reference (1C), one after the other through the real command: one process, SQLite, its embedded gateway. Types of
 * backend services that this version cannot serve (B09, B10 and the events of B02) are refused, and nothing of them is there.
 */

let control: Instance;
let client: ManagementClient;
/** Named after the environment whose backend it plays; `other` is where a backend moves to. */
let origins: Record<'test' | 'pre' | 'production' | 'other', EchoOrigin>;
let dns: DnsServer;

beforeAll(async () => {
  const [records, test, pre, production, other] = await Promise.all([
    DnsServer.start(),
    ...(['test', 'pre', 'production', 'other'] as const).map((name) => EchoOrigin.start(name)),
  ]);
  dns = records;
  origins = { test, pre, production, other } as typeof origins;
  control = await Instance.start({ role: 'all', gateway: { dns: { servers: [dns.address] } }, config: { networks: networks('test') } });
  client = control.client;
});

/** The network access `core` leads to this origin. */
function networks(origin: keyof typeof origins) {
  return [{ name: 'core', host: '127.0.0.1', port: origins[origin].port }];
}

afterAll(async () => {
  await control?.remove();
  await Promise.all([dns?.stop(), ...Object.values(origins ?? {}).map((origin) => origin.stop())]);
});

/** Changes of what apps may do are answered before nodes have them: that takes less than a second, or more on a busy machine. */
const SOON = { timeout: 5_000 };

const call = (environment: string, path: string, init?: Parameters<typeof reach>[3]): Promise<Reached> =>
  reach(control.gatewayUrl, environment, path, init);

/** A backend service that is defined in these environments, and an API on it that is published there. */
async function publishedApi(environments: readonly ('test' | 'pre' | 'production')[], more: object = {}) {
  const backend = newName('pets');
  const api = newName('petstore');
  await createBackend(client, backend, Object.fromEntries(environments.map((name) => [name, origins[name].url])));
  await saveApi(client, api, backend, ['/pets'], more);
  for (const environment of environments) await publish(client, api, environment);
  return { backend, api };
}

const getBackend = async (name: string) => (await client.call(backends.getBackend, { params: { name } })).body;
const getApi = async (name: string) => (await client.call(apis.getApi, { params: { name } })).body;

describe('Backend services', () => {
  test('B01, B07: a backend service has a name, a type, and one URL for each environment', async () => {
    const name = newName('pets');
    await createBackend(client, name, { test: origins.test.url, production: origins.production.url });
    await defineBackend(client, name, 'test', origins.other.url);
    const { type, environments, definitions } = await getBackend(name);
    expect(type).toBe('http');
    expect(environments.toSorted()).toEqual(['production', 'test']);
    expect(definitions.test?.definition).toEqual({ url: origins.other.url });
    expect(definitions.production?.definition).toEqual({ url: origins.production.url });
    expect((await refusalOf(createBackend(client, name))).code).toBe('resource.exists');
    expect((await refusalOf(defineBackend(client, name, 'staging', origins.test.url))).code).toBe('environment.unknown');
    expect((await refusalOf(defineBackend(client, name, 'pre', 'ftp://files'))).code).toBe('request.invalid');
  });

  test('B03: the type never changes; the name does, and what refers to it follows', async () => {
    const { backend, api } = await publishedApi(['test']);
    const renamed = newName('animals');
    const change = (name: string, body: { name?: string; type?: string }) =>
      client.call(backends.updateBackend, { params: { name }, body });
    expect(await refusalOf(change(backend, { type: 'vpc' }))).toMatchObject({ status: 409, code: 'backend.type-immutable' });
    await change(backend, { name: renamed });
    expect((await refusalOf(getBackend(backend))).code).toBe('resource.not-found');
    expect((await getApi(api)).backends).toEqual([renamed]);
    expect((await getBackend(renamed)).definitions.test?.published).toEqual([{ api, revision: 1 }]);
    expect(await call('test', `/${api}/pets`)).toMatchObject({ status: 200, origin: 'test' });
    const { refreshed } = await defineBackend(client, renamed, 'test', origins.other.url);
    expect(refreshed).toMatchObject([{ api, status: 'applied' }]);
    expect((await call('test', `/${api}/pets`)).origin).toBe('other');
    await saveApi(client, api, renamed, ['/pets', '/owners']);
    await publish(client, api, 'test');
    expect((await call('test', `/${api}/owners`)).origin).toBe('other');
  });

  test('B05, B24: a backend service shows its drafts, and per environment its URL and what is published there', async () => {
    const { backend, api } = await publishedApi(['test', 'pre']);
    const draft = newName('draft');
    await saveApi(client, draft, backend, ['/pets']);
    await client.call(apis.unpublishApi, { params: { name: api, environment: 'pre' } });
    const { drafts, definitions } = await getBackend(backend);
    expect(drafts.toSorted()).toEqual([draft, api].toSorted());
    expect(definitions).toMatchObject({
      test: { definition: { url: origins.test.url }, published: [{ api, revision: 1 }] },
      pre: { definition: { url: origins.pre.url }, published: [] },
    });
    expect(definitions.production).toBeUndefined();
    const names = async (query: { environment?: string }) =>
      (await client.call(apis.listApis, { query: { backend, ...query } })).body.items.map(({ name }) => name).toSorted();
    expect(await names({})).toEqual([draft, api].toSorted());
    expect(await names({ environment: 'test' })).toEqual([api]);
    expect(await names({ environment: 'pre' })).toEqual([]);
  });

  test('B06, B20: an API is published only where its backend service is defined', async () => {
    const backend = newName('pets');
    const api = newName('petstore');
    await createBackend(client, backend, { test: origins.test.url });
    await saveApi(client, api, backend, ['/pets']);
    const refusal = await refusalOf(publish(client, api, 'production'));
    expect(refusal).toMatchObject({ status: 409, code: 'backend.undefined-in-environment' });
    expect(refusal.detail).toContain(backend);
    expect((await call('production', `/${api}/pets`)).status).toBe(404);
    expect((await client.call(apis.listRevisions, { params: { name: api } })).body.items).toEqual([]);
    await defineBackend(client, backend, 'production', origins.production.url);
    const { nodes, snapshot } = await publish(client, api, 'production');
    expect(nodes).toMatchObject([{ state: 'applied' }]);
    expect(await control.nodes()).toMatchObject([{ applied: { snapshot }, behind: false }]);
    expect(await call('production', `/${api}/pets`)).toMatchObject({ status: 200, origin: 'production' });
  });

  test('B11: a request goes to the URL of the environment in which it was called', async () => {
    const { api } = await publishedApi(['test', 'pre', 'production']);
    for (const environment of ['test', 'pre', 'production']) {
      expect(await call(environment, `/${api}/pets`)).toMatchObject({ status: 200, origin: environment });
    }
    const stages = { TEST: 'test', PRE: 'pre', RELEASE: 'production' };
    for (const [stage, origin] of Object.entries(stages)) {
      const response = await fetch(`${control.gatewayUrl}/${api}/pets`, { headers: { 'X-Ca-Stage': stage } });
      expect(response.headers.get('x-origin')).toBe(origin);
    }
  });

  test('B12, B14, B15: a changed URL needs consent, is served at once by all that is published there, and nowhere else', async () => {
    const { backend, api } = await publishedApi(['test', 'production']);
    const second = newName('second');
    await saveApi(client, second, backend, ['/pets']);
    await publish(client, second, 'test');
    const input = { params: { name: backend, environment: 'test' }, body: { url: origins.other.url } };
    const refusal = await refusalOf(client.call(backends.putBackendDefinition, input));
    expect(refusal).toMatchObject({ status: 409, code: 'confirmation.required' });
    expect(refusal.extras.affected).toEqual([api, second].toSorted().map((name) => ({ api: name, revision: 1 })));
    expect((await call('test', `/${api}/pets`)).origin).toBe('test');

    const { body } = await client.call(backends.putBackendDefinition, { ...input, query: { confirm: true } });
    expect(body.refreshed).toEqual([api, second].toSorted().map((name) => ({ api: name, revision: 1, status: 'applied' })));
    expect((await call('test', `/${api}/pets`)).origin).toBe('other');
    expect((await call('test', `/${second}/pets`)).origin).toBe('other');
    expect((await call('production', `/${api}/pets`)).origin).toBe('production');
    expect((await client.call(apis.listRevisions, { params: { name: api } })).body.items).toHaveLength(1);
  });

  test('B13, B14: a deleted URL needs consent and unpublishes what is published there; drafts and other environments stay', async () => {
    const { backend, api } = await publishedApi(['test', 'production']);
    const input = { params: { name: backend, environment: 'test' } };
    expect(await refusalOf(client.call(backends.deleteBackendDefinition, input))).toMatchObject({
      code: 'confirmation.required',
      extras: { affected: [{ api, revision: 1 }] },
    });
    expect((await call('test', `/${api}/pets`)).status).toBe(200);
    const { body } = await client.call(backends.deleteBackendDefinition, { ...input, query: { confirm: true } });
    expect(body.unpublished).toEqual([{ api, revision: 1 }]);
    // Byte for byte what there never was, but for what is different in every answer.
    const gone = await call('test', `/${api}/pets`);
    const never = await call('test', `/${api.replace('petstore', 'nothing0')}/pets`);
    const withoutId = ({ text, headers }: Reached) => text.replace(headers.get('x-request-id') ?? '', '');
    expect(gone.status).toBe(404);
    expect(withoutId(gone)).toBe(withoutId(never));
    expect((await call('production', `/${api}/pets`)).origin).toBe('production');
    const { published, operations } = await getApi(api);
    expect(published.map(({ environment }) => environment)).toEqual(['production']);
    expect(operations).toBe(1);
    expect((await getBackend(backend)).drafts).toEqual([api]);
    expect((await refusalOf(publish(client, api, 'test'))).code).toBe('backend.undefined-in-environment');
  });
});

describe('Types of backend services', () => {
  /** Any definition, confirmed beforehand. */
  const define = async (name: string, environment: string, body: object) =>
    (await client.call(backends.putBackendDefinition, { params: { name, environment }, query: { confirm: true }, body })).body;

  /** A backend service of a type, with these definitions, and an API on it that is published in every environment of them. */
  async function publishedOn(type: BackendType, definitions: Record<string, object>, operation: object = {}) {
    const backend = newName(type);
    const api = newName('petstore');
    await client.call(backends.createBackend, { body: { name: backend, type } });
    for (const [environment, body] of Object.entries(definitions)) await define(backend, environment, body);
    const definition = openApi({ '/pets': { get: { responses: { 200: { description: 'Pets' } }, ...operation } } });
    await client.call(apis.putApi, { params: { name: api }, body: { definition, backend, basePath: `/${api}` } });
    for (const environment of Object.keys(definitions)) await publish(client, api, environment);
    return { backend, api };
  }

  const described = { responses: { 200: { description: 'Pets', content: { 'application/json': { example: [{ id: 7 }] } } } } };

  test('B02: MOCK is answered by the gateway, with an answer of its own for each environment or with the examples of operations', async () => {
    const fixed = { mock: { status: 418, headers: { 'X-Mocked': 'yes' }, body: { sorry: true } } };
    const { backend, api } = await publishedOn('mock', { test: fixed, pre: { mock: { examples: true } } }, described);
    const answer = await call('test', `/${api}/pets`);
    expect(answer).toMatchObject({ status: 418, origin: null, text: '{"sorry":true}' });
    expect([answer.headers.get('x-mocked'), answer.headers.get('content-type')]).toEqual(['yes', 'application/json']);
    expect(await call('pre', `/${api}/pets`)).toMatchObject({ status: 200, text: '[{"id":7}]' });
    expect((await getBackend(backend)).definitions.test?.definition).toEqual(fixed);
    // As every definition: what is published follows, and goes with it.
    const { refreshed } = await define(backend, 'test', { mock: { body: 'soon' } });
    expect(refreshed).toMatchObject([{ api, status: 'applied' }]);
    expect(await call('test', `/${api}/pets`)).toMatchObject({ status: 200, text: 'soon' });
    await client.call(backends.deleteBackendDefinition, { params: { name: backend, environment: 'test' }, query: { confirm: true } });
    expect((await call('test', `/${api}/pets`)).status).toBe(404);
    expect((await call('pre', `/${api}/pets`)).status).toBe(200);
  });

  test('B02: what a mock has no answer for is not published', async () => {
    const undescribed = { responses: { 404: { description: 'None' } } };
    const refusal = await refusalOf(publishedOn('mock', { test: { mock: { examples: true } } }, undescribed));
    expect(refusal).toMatchObject({ status: 422, code: 'publication.invalid' });
    expect(refusal.detail).toContain('GET /pets');
  });

  test('B02: Service discovery goes where DNS records lead, and follows them without anybody publishing', { timeout: 30_000 }, async () => {
    const name = '_http._tcp.pets.test';
    // What has another priority is for when the first cannot be reached; a record that names no host is nobody's target.
    dns.srv.set(name, [
      { host: 'localhost', port: origins.test.port, priority: 1 },
      { host: 'localhost', port: origins.production.port, priority: 2 },
      { host: 'not a host', port: 1, priority: 1 },
    ]);
    const { backend, api } = await publishedOn('service-discovery', { test: { service: { name, refresh: '1s' } } });
    expect(await call('test', `/${api}/pets`)).toMatchObject({ status: 200, origin: 'test' });
    expect((await getBackend(backend)).definitions.test?.definition).toEqual({ service: { name, refresh: '1s' } });
    dns.srv.set(name, [{ host: 'localhost', port: origins.other.port }]);
    await expect.poll(async () => (await call('test', `/${api}/pets`)).origin, { timeout: 10_000 }).toBe('other');
    // Nobody knows it any more: the last answer counts.
    dns.srv.delete(name);
    await expect.poll(() => control.process.stderr, { timeout: 10_000 }).toContain('the last targets stay in use');
    expect((await call('test', `/${api}/pets`)).origin).toBe('other');
  });

  test('B02: Service discovery by addresses asks them for the name that they have', async () => {
    dns.a.set('pets.service.test', ['127.0.0.1']);
    const service = { name: 'pets.service.test', record: 'a', port: origins.pre.port };
    const { api } = await publishedOn('service-discovery', { test: { service } });
    const { origin, echo } = await call('test', `/${api}/pets`);
    expect(origin).toBe('pre');
    expect(echo?.headers).toContainEqual(['Host', `pets.service.test:${origins.pre.port}`]);
    const nowhere = await publishedOn('service-discovery', { test: { service: { ...service, name: 'nobody.service.test' } } });
    expect((await call('test', `/${nowhere.api}/pets`)).status).toBe(503);
  });

  test('B02: Mixed is of another type in each environment', async () => {
    const { backend, api } = await publishedOn(
      'mixed',
      { test: { mock: { examples: true } }, pre: { network: 'core' }, production: { url: origins.production.url } },
      described,
    );
    expect(await call('test', `/${api}/pets`)).toMatchObject({ status: 200, origin: null, text: '[{"id":7}]' });
    expect((await call('pre', `/${api}/pets`)).origin).toBe('test');
    expect((await call('production', `/${api}/pets`)).origin).toBe('production');
    const both = await refusalOf(define(backend, 'test', { mock: {}, network: 'core' }));
    expect(both.problems).toMatchObject([{ path: ['body'], message: expect.stringContaining('needs one of') }]);
  });

  test('B02: a definition is of the type of its backend service, and nothing of another one is taken', async () => {
    const backend = newName('mock');
    await client.call(backends.createBackend, { body: { name: backend, type: 'mock' } });
    for (const [body, path] of [
      [{ url: origins.test.url }, ['body', 'url']],
      [{ mock: {}, healthCheck: { path: '/' } }, ['body', 'healthCheck']],
      [{ mock: { headers: { 'Content-Length': '7' } } }, ['body', 'mock', 'headers', 'Content-Length']],
      [{}, ['body']],
    ] as const) {
      const { code, problems } = await refusalOf(define(backend, 'test', body));
      expect({ code, paths: problems.map((problem) => problem.path) }).toEqual({ code: 'request.invalid', paths: [path] });
    }
    expect((await getBackend(backend)).environments).toEqual([]);
  });

  test('B02, B09, B10: types that this version cannot serve are refused with what is missing', async () => {
    const missing = {
      'function-compute': 'calls functions',
      'object-storage': 'objects in buckets',
      'event-bridge': 'sends events',
    } as const;
    for (const [type, what] of Object.entries(missing) as [BackendType, string][]) {
      const name = newName(type);
      const refusal = await refusalOf(client.call(backends.createBackend, { body: { name, type } }));
      expect(refusal).toMatchObject({ status: 422, code: 'backend.type-unavailable' });
      expect(refusal.detail).toContain(what);
      expect((await refusalOf(getBackend(name))).code).toBe('resource.not-found');
    }
  });

  test('B08: VPC leads to a network access that an admin has named before, with HTTPS where it says so', async () => {
    const { items } = (await client.call(backends.listNetworks)).body;
    expect(items).toEqual([{ name: 'core', host: '127.0.0.1', port: origins.test.port }]);
    const { backend, api } = await publishedOn('vpc', { test: { network: 'core' } });
    expect((await call('test', `/${api}/pets`)).origin).toBe('test');
    // The origin speaks HTTP: that it is called with HTTPS shows by that it cannot answer.
    await define(backend, 'test', { network: 'core', https: true });
    expect((await call('test', `/${api}/pets`)).status).toBe(502);
    await define(backend, 'test', { network: 'core' });
    for (const body of [{ network: 'elsewhere' }, { network: 'elsewhere', https: true }]) {
      const refusal = await refusalOf(define(backend, 'test', body));
      expect(refusal).toMatchObject({ status: 422, code: 'reference.unknown' });
      expect(refusal.detail).toContain('"core"');
    }
    expect((await refusalOf(define(backend, 'test', { url: origins.test.url }))).code).toBe('request.invalid');
  });

  test('B08: what is published follows a network access that moves, which does not go while backend services lead to it', async () => {
    const { api } = await publishedOn('vpc', { test: { network: 'core' } });
    const reload = async (config: object) => {
      await control.write({ config: { ...config } });
      control.process.signal('SIGHUP');
    };
    await reload({ networks: networks('other') });
    await expect.poll(async () => (await call('test', `/${api}/pets`)).origin, { timeout: 20_000 }).toBe('other');
    const said = control.process.stderr.length;
    await reload({});
    await expect.poll(() => control.process.stderr.slice(said), { timeout: 20_000 }).toContain('leads to the network "core"');
    expect((await call('test', `/${api}/pets`)).origin).toBe('other');
    await reload({ networks: networks('test') });
    await expect.poll(async () => (await call('test', `/${api}/pets`)).origin, { timeout: 20_000 }).toBe('test');
  });
});

describe('APIs', () => {
  test('B16: what the wizard asks for is one draft: basics, request, backend service, response with its example', async () => {
    const backend = newName('pets');
    const name = newName('petstore');
    await createBackend(client, backend, { test: origins.test.url });
    const example = [{ id: 7, name: 'Rex' }];
    const definition = {
      openapi: '3.0.3',
      info: { title: 'Pets', version: '1' },
      paths: {
        '/pets/{id}': {
          get: {
            operationId: 'getPet',
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
            responses: { 200: { description: 'A pet', content: { 'application/json': { example } } }, 404: { description: 'None' } },
          },
        },
      },
    };
    const body = {
      title: 'Pet store',
      description: 'Everything about pets',
      group: 'shops',
      auth: { kind: 'app' as const, appCode: 'header-and-query' as const },
      timeouts: { response: '3s' },
      basePath: `/${name}`,
      backend,
      definition,
    };
    const saved = await client.call(apis.putApi, { params: { name }, body });
    expect(saved.status).toBe(201);
    expect(await getApi(name)).toMatchObject({
      title: 'Pet store',
      description: 'Everything about pets',
      group: 'shops',
      backends: [backend],
      operations: 1,
      draft: { auth: { appCode: 'header-and-query' }, timeouts: { response: '3s' } },
    });
    const stored = (await client.call(apis.getDefinition, { params: { name } })).body;
    expect(stored).toMatchObject({ paths: { '/pets/{id}': { get: definition.paths['/pets/{id}'].get } } });
    const broken = {
      ...body,
      definition: { ...definition, paths: { '/pets/{id}': { get: { 'x-gatehouse-policies': [{ nonsense: {} }] } } } },
    };
    const refusal = await refusalOf(client.call(apis.putApi, { params: { name }, body: broken }));
    expect(refusal).toMatchObject({ status: 422, code: 'definition.invalid' });
    expect(JSON.stringify(refusal.problems)).toContain('nonsense');
    expect((await getApi(name)).operations).toBe(1);
  });

  test('B18: what a caller sends reaches the backend as it is', async () => {
    const backend = newName('pets');
    const api = newName('petstore');
    await createBackend(client, backend, { test: `${origins.test.url}/base` });
    const definition = { openapi: '3.0.3', info: { title: 'T', version: '1' }, paths: { '/pets': { post: { responses: {} } } } };
    await client.call(apis.putApi, { params: { name: api }, body: { definition, backend, basePath: `/${api}` } });
    await publish(client, api, 'test');
    const body = JSON.stringify({ unknown: true });
    const { echo } = await call('test', `/${api}/pets?b=2&a=1&a=%20&empty=`, { method: 'POST', headers: { 'X-Unknown': 'yes' }, body });
    expect(echo).toMatchObject({ method: 'POST', url: '/base/pets?b=2&a=1&a=%20&empty=', bodyBytes: body.length });
    expect(echo?.headers.find(([field]) => field.toLowerCase() === 'x-unknown')?.[1]).toBe('yes');
  });

  test('B19: a draft changes no traffic until it is published, and then only where', async () => {
    const { backend, api } = await publishedApi(['test', 'production']);
    await saveApi(client, api, backend, ['/owners']);
    expect(await getApi(api)).toMatchObject({ changed: true });
    expect((await call('test', `/${api}/pets`)).status).toBe(200);
    expect((await call('test', `/${api}/owners`)).status).toBe(404);
    const dryRun = await client.call(apis.publishApi, { params: { name: api }, query: { dryRun: true }, body: { environment: 'test' } });
    expect(dryRun.body).toMatchObject({ revision: 2, snapshot: null, changes: { against: 1, breaking: true } });
    expect((await call('test', `/${api}/pets`)).status).toBe(200);
    const published = await publish(client, api, 'test');
    expect(published).toMatchObject({ revision: 2, nodes: [{ state: 'applied' }], changes: { against: 1, breaking: true } });
    expect(published.changes.changes.map(({ breaking }) => breaking)).toEqual([true, false]);
    expect((await call('test', `/${api}/pets`)).status).toBe(404);
    expect((await call('test', `/${api}/owners`)).status).toBe(200);
    expect((await call('production', `/${api}/pets`)).status).toBe(200);
    expect((await call('production', `/${api}/owners`)).status).toBe(404);
  });
});

describe('Apps', () => {
  const createApp = async () => (await client.call(apps.createApp, { body: { name: newName('shop') } })).body;

  test('B17, B21: an app proves itself by AppKey and signature, or by AppCode in header or query', async () => {
    const { api } = await publishedApi(['test'], { auth: { kind: 'app', appCode: 'header-and-query' } });
    const { name, appKey, appSecret, appCode } = await createApp();
    await authorize(client, name, api, 'test');
    const path = `/${api}/pets`;
    const lines = signatureLines('GET', ['Accept: application/json'], { appKey, appSecret, resource: `/test${path}` });
    const signed = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
    await expect.poll(async () => (await call('test', path, { headers: signed })).status, SOON).toBe(200);
    expect((await call('test', path, { headers: { ...signed, 'X-Ca-Signature': 'AAAA' } })).status).not.toBe(200);
    expect((await call('test', path, { headers: { Authorization: `APPCODE ${appCode}` } })).status).toBe(200);
    const byQuery = await call('test', `${path}?AppCode=${appCode}`);
    expect(byQuery.status).toBe(200);
    expect(JSON.stringify(byQuery.echo)).not.toContain(appCode);
    expect((await call('test', path, { headers: { 'X-Api-Key': appCode } })).status).toBe(200);
    expect((await call('test', path)).status).toBe(401);
    expect((await call('test', path, { headers: { 'X-Api-Key': 'not-a-code' } })).status).toBe(401);
    const shown = JSON.stringify((await client.call(apps.getApp, { params: { name } })).body);
    expect(shown).toContain(appKey);
    for (const secret of [appSecret, appCode]) expect(shown).not.toContain(secret);
    expect(control.process.output).not.toContain(appSecret);
  });

  test('B22: an app is authorized for an API in one environment, until it is taken back', async () => {
    const { api } = await publishedApi(['test', 'production'], { auth: 'app' });
    const { name, appCode } = await createApp();
    const headers = { 'X-Api-Key': appCode };
    const { id } = await authorize(client, name, api, 'test');
    await expect.poll(async () => (await call('test', `/${api}/pets`, { headers })).status, SOON).toBe(200);
    expect((await call('production', `/${api}/pets`, { headers })).status).toBe(403);
    const { items } = (await client.call(apps.listConsumers, { params: { name: api } })).body;
    expect(items).toMatchObject([{ id, app: name, api, environment: 'test', expiresAt: null }]);
    await client.call(apps.deleteAuthorization, { params: { name, id } });
    await expect.poll(async () => (await call('test', `/${api}/pets`, { headers })).status, SOON).toBe(403);
    const expiry = await refusalOf(authorize(client, name, api, 'test', new Date(Date.now() - 1000)));
    expect(expiry.code).toBe('request.invalid');
  });

  test('B23: debugging shows the call as its app would get it, and why it is refused where the app is not authorized', async () => {
    const { api } = await publishedApi(['test', 'production'], { auth: 'app' });
    const { name } = await createApp();
    await authorize(client, name, api, 'test');
    const debug = async (environment: string, app?: string, path = '/pets') =>
      (
        await client.call(apis.debugApi, {
          params: { name: api },
          body: { environment, ...(app === undefined ? {} : { app }), request: { method: 'GET', path, query: { status: 'available' } } },
        })
      ).body;
    await expect.poll(async () => (await debug('test', name)).response.status, SOON).toBe(200);
    const allowed = await debug('test', name);
    expect(allowed.response).toMatchObject({ status: 200, headers: { 'x-origin': ['test'] } });
    expect(allowed.backendRequest).toMatchObject({ method: 'GET', url: `${origins.test.url}/pets?status=available` });
    expect(allowed.trace.map(({ step }) => step)).toEqual(expect.arrayContaining(['route', 'authentication', 'integration:http']));

    const before = origins.production.requests;
    const refused = await debug('production', name);
    expect(refused.response.status).toBe(403);
    expect(refused.backendRequest).toBeNull();
    const { outcome, detail } = refused.trace.find(({ step }) => step === 'authentication') ?? {};
    expect(outcome).toBe('refused');
    expect(detail).toContain(name);
    expect(detail).toContain('production');
    expect((await debug('production')).response.status).toBe(401);
    expect((await debug('test', name, '/nowhere')).response.status).toBe(404);
    expect(origins.production.requests).toBe(before);
  });
});

test('B04: in a region that forbids a type, no backend service of it is created, and everything else works', async () => {
  const region = await Instance.start({
    role: 'control',
    control: {
      region: 'cn-hongkong',
      regions: { 'cn-hongkong': { forbiddenBackendTypes: ['http', 'object-storage'] }, 'cn-hangzhou': {} },
    },
  });
  try {
    const create = (name: string, type: BackendType) => region.client.call(backends.createBackend, { body: { name, type } });
    for (const type of ['http', 'object-storage'] as const) {
      const refusal = await refusalOf(create('pets', type));
      expect(refusal).toMatchObject({ status: 422, code: 'backend.type-forbidden' });
      expect(refusal.detail).toContain('cn-hongkong');
    }
    const { body } = await region.client.call(backends.listBackends);
    expect(body.items).toEqual([]);
    // What is not forbidden as a whole is not a way around it.
    await create('pets', 'mixed');
    const http = refusalOf(defineBackend(region.client, 'pets', 'test', 'http://127.0.0.1:9001'));
    expect(await http).toMatchObject({ code: 'backend.type-forbidden' });
    const params = { name: 'pets', environment: 'test' };
    expect((await region.client.call(backends.putBackendDefinition, { params, body: { mock: {} } })).status).toBe(200);
    expect((await region.client.call(apps.createApp, { body: { name: 'shop' } })).status).toBe(201);
  } finally {
    await region.remove();
  }
});
