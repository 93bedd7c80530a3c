import { catalog, type OperationResult, portal } from '@gatehouse/contract/management';
import { RecordedControlPlane } from '@gatehouse/sdk/management/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runForTest } from '../testing/run-for-test.ts';

const BUCKET: OperationResult<typeof catalog.listProviders>['items'][number] = {
  name: 'awsS3-provider:production',
  type: 'awsS3',
  target: 's3://services/',
  state: 'failed',
  entities: 12,
  lastScan: { startedAt: '2030-01-01T00:01:00.000Z', ms: 5, changed: 0, removed: 0 },
  error: 'there is no bucket services',
  errorSince: '2030-01-01T00:00:00.000Z',
  nextScanAt: '2030-01-01T00:02:00.000Z',
};

let plane: RecordedControlPlane;
beforeAll(async () => {
  plane = await RecordedControlPlane.open();
});
afterAll(() => plane.close());
beforeEach(() => plane.reset());

const gatehouse = (...args: string[]) => runForTest(args, { GATEHOUSE_URL: plane.url, GATEHOUSE_TOKEN: 'token' });

test('what feeds the catalog is listed by the names that a scan takes, with what is wrong', async () => {
  const file = { ...BUCKET, name: 'file:/etc/all.yaml', type: 'file' as const, target: '/etc/all.yaml', state: 'ok' as const, error: null };
  plane.answer(catalog.listProviders, { items: [BUCKET, { ...file, errorSince: null, lastScan: null }] });
  const { exit, stdout } = await gatehouse('catalog', 'providers');
  expect(exit).toBe(0);
  const [, bucket, location] = stdout.split('\n');
  expect(bucket).toMatch(
    /^awsS3-provider:production +s3:\/\/services\/ +failed +12 .*since 2030-01-01T00:00:00.000Z: there is no bucket services$/,
  );
  expect(location).toMatch(/^file:\/etc\/all\.yaml +- +ok +12 +- /);
});

test('a scan is asked for by name, whatever stands in it', async () => {
  plane.answer(catalog.scanProvider, { requested: 'url:https://a/b' });
  const asked = await gatehouse('catalog', 'scan', 'url:https://a/b');
  expect([asked.exit, asked.stdout]).toEqual([0, 'Asked for a scan of url:https://a/b; how it goes: gatehouse catalog providers\n']);
  expect(plane.calls[0]).toMatchObject({ params: { name: 'url:https://a/b' } });
  plane.reset();
  plane.refuse(catalog.scanProvider, 'resource.not-found', 'There is no provider "x" that could be scanned');
  expect(await gatehouse('catalog', 'scan', 'x')).toMatchObject({ exit: 1, stderr: expect.stringContaining('There is no provider "x"') });
});

test('problems are listed with both sides of a conflict', async () => {
  const problem = {
    kind: 'conflict' as const,
    entity: 'api:default/pets',
    location: 'file:/b',
    keptBy: 'file:/a',
    message: 'Two claim it.',
  };
  plane.answer(catalog.listProblems, { items: [{ ...problem, since: null }] });
  const { stdout } = await gatehouse('catalog', 'problems', '--kind', 'conflict', '--entity', 'api:default/pets');
  expect(stdout).toMatch(/conflict +api:default\/pets +file:\/b +file:\/a +- +Two claim it\.\n$/);
  expect(plane.calls[0]?.query).toEqual({ limit: '100', kind: 'conflict', entity: 'api:default/pets' });
});

test('a search takes its words as they come', async () => {
  const operation = { method: 'GET', path: '/pet/findByStatus' };
  const found = { kind: 'operation' as const, title: 'GET /pet/findByStatus', detail: 'Finds pets', ref: 'api:default/pets', operation };
  plane.answer(portal.search, { items: [found] });
  const { stdout } = await gatehouse('search', 'GET', '/pet/findByStatus', '--limit', '5');
  expect(stdout).toMatch(/operation +GET \/pet\/findByStatus +api:default\/pets +Finds pets\n$/);
  expect(plane.calls[0]?.query).toEqual({ q: 'GET /pet/findByStatus', limit: '5' });
  plane.reset();
  plane.answer(portal.search, { items: [] });
  expect(await gatehouse('search', 'nothing')).toEqual({ exit: 0, stdout: '', stderr: 'There are none.\n' });
});
