import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { apis, apps, catalog, portal, system } from '@gatehouse/contract/management';
import { createTestDatabase, type Dialect, describePostgres, type TestDatabase } from '@gatehouse/database/testing';
import type { ManagementClient } from '@gatehouse/sdk/management';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../support/config.ts';
import { Instance, SHARED_KEY } from '../support/control.ts';
import { createBackend, publish, refusalOf, saveApi } from '../support/control-calls.ts';
import { until } from '../support/gateway.ts';

const PETS = openApi({ '/pet/findByStatus': { get: { summary: 'Finds pets by their status' } } });
const ENTITY = (name: string, definition: string) =>
  `apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: ${name} }\nspec: { type: openapi, lifecycle: production, owner: team-zoo, definition: ${JSON.stringify(definition)} }\n`;
const WAIT_MS = 15_000;

/** What a user interface asks, of one node, or of one of two that did not do the scanning. */
function operationsOn(dialect: Dialect): void {
  let storage: Awaited<ReturnType<typeof startFauxqs>>;
  let documents: ReturnType<typeof createServer>;
  let database: TestDatabase | undefined;
  const instances: Instance[] = [];
  let client: ManagementClient;
  let developer: ManagementClient;
  let put: (key: string, text: string) => Promise<unknown>;
  let documentsUrl: string;
  let directory: string;

  beforeAll(async () => {
    storage = await startFauxqs({ port: 0, logger: false });
    storage.createBucket('services');
    const endpoint = `http://127.0.0.1:${storage.port}`;
    const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
    const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { ...keys } });
    put = (key, text) => s3.send(new PutObjectCommand({ Bucket: 'services', Key: key, Body: text }));
    await put('zoo.yaml', ENTITY('zoo', JSON.stringify(PETS)));
    documents = createServer((request, response) => response.end(request.url === '/pets.json' ? JSON.stringify(PETS) : '')).listen(
      0,
      '127.0.0.1',
    );
    await once(documents, 'listening');
    const host = `127.0.0.1:${(documents.address() as AddressInfo).port}`;
    documentsUrl = `http://${host}`;
    const config = {
      catalog: {
        locations: [{ type: 'file', target: './catalog/*.yaml' }],
        providers: { awsS3: { services: { bucketName: 'services', schedule: { frequency: { hours: 1 } } } } },
      },
      integrations: { awsS3: [{ endpoint, s3ForcePathStyle: true, ...keys }] },
      backend: { reading: { allow: [{ host, paths: ['/pets.json'] }] } },
    };
    database = dialect === 'postgres' ? await createTestDatabase('postgres') : undefined;
    const options =
      database === undefined
        ? { role: 'all' as const, config }
        : { role: 'control' as const, config, control: { database: database.url }, env: SHARED_KEY };
    const first = await Instance.start(options);
    instances.push(first);
    directory = join(first.directory, 'catalog');
    await mkdir(directory);
    if (database !== undefined) instances.push(await Instance.start(options));
    const asked = instances.at(-1) ?? first;
    client = asked.client;
    const { body } = await client.call(system.createToken, { body: { name: 'dev', role: 'developer', teams: ['team-shop'] } });
    developer = asked.as(body.token);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.remove()));
    await Promise.all([storage?.stop(), database?.remove()]);
    documents?.close();
  });

  const eventually = (what: string, isSo: () => Promise<boolean>) => until(what, (instances[0] as Instance).process, WAIT_MS, isSo);
  const provider = async (name: string) =>
    (await developer.call(catalog.listProviders)).body.items.find((item) => item.name === name || item.type === name);
  const search = async (asking: ManagementClient, q: string) =>
    (await asking.call(portal.search, { query: { q } })).body.items.map(({ kind, title, ref }) => `${kind} ${title} ${ref}`);

  test('providers say how they do on every node, and are scanned when an admin asks', async () => {
    await eventually('the bucket was scanned', async () => (await provider('awsS3'))?.entities === 1);
    const before = await provider('awsS3');
    expect(before).toMatchObject({ name: 'awsS3-provider:services', state: 'ok', target: 's3://services/', error: null });
    await put('farm.yaml', ENTITY('farm', '{}'));
    const params = { name: 'awsS3-provider:services' };
    expect((await client.call(catalog.scanProvider, { params })).body).toEqual({ requested: params.name });
    await eventually('it was scanned again', async () => (await provider('awsS3'))?.entities === 2);
    expect(await refusalOf(client.call(catalog.scanProvider, { params: { name: 'a/b:none' } }))).toMatchObject({
      code: 'resource.not-found',
      detail: 'There is no provider "a/b:none" that could be scanned',
    });
    const location = (await developer.call(catalog.listProviders)).body.items.find(({ type }) => type === 'file');
    expect((await client.call(catalog.scanProvider, { params: { name: location?.name ?? '' } })).status).toBe(202);
    expect(await refusalOf(developer.call(catalog.scanProvider, { params }))).toMatchObject({ code: 'access.denied' });
  });

  test('what is wrong in the catalog is told where it was read, page by page', async () => {
    await writeFile(join(directory, 'wrong.yaml'), ENTITY('wrong', '{}').replace('owner: team-zoo, ', ''));
    await writeFile(join(directory, 'twice.yaml'), ENTITY('zoo', '{}'));
    const problems = async (query: object) => (await developer.call(catalog.listProblems, { query })).body;
    await eventually('both were read', async () => (await problems({})).items.length === 2);
    const first = await problems({ limit: 1 });
    expect(first.items).toMatchObject([{ kind: 'error', entity: 'api:default/wrong', location: `file:${join(directory, 'wrong.yaml')}` }]);
    const second = await problems({ limit: 1, cursor: first.nextCursor });
    expect(second.items).toMatchObject([
      { kind: 'conflict', entity: 'api:default/zoo', keptBy: expect.stringMatching(/^url:.*zoo\.yaml$/) },
    ]);
    expect(second.nextCursor).toBeUndefined();
    expect((await problems({ entity: 'api:zoo' })).items).toEqual(second.items);
  });

  test('one search finds operations, entities and what is the own of who asks', async () => {
    await createBackend(client, 'shop-backend', { test: 'http://127.0.0.1:9' });
    await saveApi(client, 'shop', 'shop-backend', ['/carts'], { owner: 'team-shop' });
    await client.call(apps.createApp, { body: { name: 'shop-app', owner: 'team-other' } });
    await eventually('the entity is known here', async () => (await search(developer, 'zoo')).length > 0);
    expect((await search(developer, 'GET /pet/findByStatus')).slice(0, 2)).toEqual([
      'operation GET /pet/findByStatus api:default/zoo',
      'entity zoo api:default/zoo',
    ]);
    expect((await search(developer, 'find pets'))[0]).toBe('operation GET /pet/findByStatus api:default/zoo');
    expect(await search(developer, 'team-zoo')).toContain('entity zoo api:default/zoo');
    expect(await search(developer, 'shop')).toEqual(['api Test shop', 'backend shop-backend shop-backend']);
    expect(await search(client, 'shop')).toContain('app shop-app shop-app');
    await publish(client, 'shop', 'test');
    await eventually('it is an entity', async () => (await search(developer, 'carts')).some((found) => found.includes('api:default/shop')));
    expect((await search(developer, 'shop')).filter((found) => found.endsWith('shop'))).toEqual(['entity Test api:default/shop']);
  });

  test('what became live lately is known to everybody', async () => {
    const { body } = await client.call(system.createToken, { body: { name: 'guest', role: 'viewer', teams: ['nobody'] } });
    const guest = (instances.at(-1) as Instance).as(body.token);
    await saveApi(client, 'shop', 'shop-backend', ['/other'], { owner: 'team-shop' });
    await publish(client, 'shop', 'test');
    await client.call(apis.unpublishApi, { params: { name: 'shop', environment: 'test' } });
    const { items } = (await guest.call(portal.listActivity, { query: {} })).body;
    expect(items.map(({ action, revision, breaking }) => [action, revision, breaking])).toEqual([
      ['apis.unpublish', 2, null],
      ['apis.publish', 2, true],
      ['apis.publish', 1, false],
    ]);
    const mine = (await developer.call(portal.listActivity, { query: { mine: 'true' } })).body.items;
    expect(mine.map(({ action }) => action)).toContain('apis.put');
  });

  test('a definition is read from where it may be read, and from nowhere else', async () => {
    const { body } = await developer.call(portal.checkDefinition, { body: { url: `${documentsUrl}/pets.json` } });
    expect(body).toMatchObject({ problems: [], operations: [{ method: 'GET', path: '/pet/findByStatus' }], text: JSON.stringify(PETS) });
    for (const url of [`${documentsUrl}/other.json`, 'http://127.0.0.1:3000/', 'http://169.254.169.254/latest/', 'file:///etc/passwd']) {
      const refusal = await refusalOf(developer.call(portal.checkDefinition, { body: { url } }));
      expect([refusal.status, refusal.code], url).toEqual([422, 'reference.unknown']);
    }
  });

  test('what may be made here is told with its forms', async () => {
    const { items } = (await developer.call(portal.listPolicies)).body;
    expect(items.map(({ name }) => name)).toContain('rate-limit');
    const { body } = await developer.call(portal.getInstallation);
    expect(body).toMatchObject({ region: null, gatewayUrls: [expect.stringMatching(/^http/)] });
    expect(body.backendTypes.map(({ type }) => type)).toContain('http');
  });
}

describe('Operations for a user interface', () => operationsOn('sqlite'));
describePostgres('Operations for a user interface', () => operationsOn('postgres'));
