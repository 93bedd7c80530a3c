import { apis, apps, backends } from '@gatehouse/contract/management';
import type { ManagementClient } from '@gatehouse/sdk/management';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { EchoOrigin } from '../support/echo-origin.ts';
import { signatureLines } from '../support/sign-request.ts';

/*
 * B01 to B24 of the reference (1C), as far as they concern the types of backend services that there are (http), one after the other
 * through the real command: one process, SQLite, its embedded gateway. B02, B08, B09 and B10 are about types that there are not.
 */

let control: Instance;
let client: ManagementClient;
/** Named after the environment whose backend it plays; `other` is where a backend moves to. */
let origins: Record<'test' | 'pre' | 'production' | 'other', EchoOrigin>;

beforeAll(async () => {
  const [started, test, pre, production, other] = await Promise.all([
    Instance.start({ role: 'all' }),
    ...(['test', 'pre', 'production', 'other'] as const).map((name) => EchoOrigin.start(name)),
  ]);
  control = started;
  client = control.client;
  origins = { test, pre, production, other } as typeof origins;
});

afterAll(async () => {
  await control?.remove();
  await Promise.all(Object.values(origins ?? {}).map((origin) => origin.stop()));
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
    control: { region: 'cn-hongkong', regions: { 'cn-hongkong': { forbiddenBackendTypes: ['http'] }, 'cn-hangzhou': {} } },
  });
  try {
    const refusal = await refusalOf(createBackend(region.client, 'pets'));
    expect(refusal).toMatchObject({ status: 422, code: 'backend.type-forbidden' });
    expect(refusal.detail).toContain('cn-hongkong');
    const { body } = await region.client.call(backends.listBackends);
    expect(body.items).toEqual([]);
    expect((await region.client.call(apps.createApp, { body: { name: 'shop' } })).status).toBe(201);
  } finally {
    await region.remove();
  }
});
