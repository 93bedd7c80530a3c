import { createServer, request as forward } from 'node:http';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OnboardOptions, onboard } from '../onboard.ts';
import { createTokenService, listen, openFauxqs, openS3rver, type Store, stop } from '../testing/s3-stores.ts';

const BUCKET = 'apis';
const document = { openapi: '3.0.3', info: { title: 'Pets', version: '1' }, paths: { '/pets': { get: { responses: {} } } } };

describe.each([
  ['fauxqs', openFauxqs],
  ['s3rver', openS3rver],
])('with %s', (_, open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open(BUCKET);
  });
  afterAll(() => store.close());

  function start(options: Partial<OnboardOptions>, s3: Record<string, unknown> = {}) {
    const { endpoint, credentials } = store;
    const target = { s3: { bucket: BUCKET, prefix: 'team', region: 'us-east-1', endpoint, forcePathStyle: true, credentials, ...s3 } };
    return onboard({ name: 'pets', owner: 'team-pets', definition: { document }, target, logger: false, retryForMs: 0, ...options }).done;
  }
  const stateOf = async (key: string) => (await store.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).LastModified;

  test('both objects are written once, the definition first, and again only when they change', async () => {
    const places = [`s3://${BUCKET}/team/pets/openapi.json`, `s3://${BUCKET}/team/pets/catalog-info.yaml`];
    const first = await start({});
    expect(first).toMatchObject({ outcome: 'written', files: places.map((place) => ({ place, state: 'written' })) });
    const written = await stateOf('team/pets/openapi.json');
    expect(await start({})).toMatchObject({ outcome: 'unchanged' });
    expect(await stateOf('team/pets/openapi.json')).toEqual(written);
    const changed = await start({ title: 'Pets of all kinds' });
    expect(changed.files.map(({ state }) => state)).toEqual(['unchanged', 'written']);
    const { Body, ContentType } = await store.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'team/pets/catalog-info.yaml' }));
    expect(ContentType).toBe('application/yaml');
    expect(await Body?.transformToString()).toContain('title: Pets of all kinds');
  });

  test('a role is assumed with its external id, and what it gives signs the requests', async () => {
    const arn = 'arn:aws:iam::123456789012:role/catalog-writer';
    const { server, requests } = createTokenService(store.credentials, arn, 'external-7');
    const stsEndpoint = await listen(server);
    const own = { accessKeyId: 'OWN', secretAccessKey: 'own-secret' };
    const role = (externalId: string) => ({ credentials: own, prefix: 'role', role: { arn, externalId, stsEndpoint } });
    const refused = await start({}, role('external-8'));
    expect(refused.outcome).toBe('refused');
    expect(refused.message).toMatch(/sts:AssumeRole/);
    expect(requests).toHaveLength(1);
    expect(await start({}, role('external-7'))).toMatchObject({ outcome: 'written' });
    expect(requests.at(-1)?.get('RoleSessionName')).toBe('gatehouse-onboarding');
    const { KeyCount } = await store.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'role/' }));
    expect(KeyCount).toBe(2);
    expect(refused.message).not.toContain('own-secret');
    await stop(server);
  });

  test('a bucket that is not there is refused at once, by name', async () => {
    const result = await start({}, { bucket: 'no-such-bucket' });
    expect(result).toMatchObject({ outcome: 'refused', files: [] });
    expect(result.message).toContain('s3://no-such-bucket/team/');
  });

  test('a store that is down for two requests is asked again', async () => {
    let failures = 2;
    const { port, hostname } = new URL(store.endpoint);
    const proxy = createServer((request, response) => {
      if (failures > 0) {
        failures -= 1;
        return void response.writeHead(503).end();
      }
      // Host is kept: it is signed.
      const onward = forward({ port, hostname, path: request.url, method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    const endpoint = await listen(proxy);
    expect(await start({}, { endpoint, prefix: 'again' })).toMatchObject({ outcome: 'written' });
    expect(failures).toBe(0);
    await stop(proxy);
  });
});

test('a role that may only write still writes', async () => {
  const puts: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'PUT') puts.push(request.url ?? '');
    response.writeHead(request.method === 'PUT' ? 200 : 403).end();
  });
  const endpoint = await listen(server);
  const s3 = {
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const result = await onboard({ name: 'pets', owner: 'team-pets', definition: { document }, target: { s3 }, logger: false, retryForMs: 0 })
    .done;
  expect(result.outcome).toBe('written');
  expect(puts.map((url) => url.split('?')[0])).toEqual(['/apis/pets/openapi.json', '/apis/pets/catalog-info.yaml']);
  await stop(server);
});

test('a forbidden bucket is not asked a second time', async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    requests += 1;
    response.writeHead(403, { 'Content-Type': 'application/xml' });
    response.end(request.method === 'HEAD' ? undefined : '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  });
  const endpoint = await listen(server);
  const s3 = {
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const result = await onboard({ name: 'pets', owner: 'team-pets', definition: { document }, target: { s3 }, logger: false, retryForMs: 0 })
    .done;
  expect(result).toMatchObject({ outcome: 'refused', message: expect.stringMatching(/AccessDenied: Access Denied/) });
  // One look, one try.
  expect(requests).toBe(2);
  await stop(server);
});
