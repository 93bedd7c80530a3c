import { setTimeout as delay } from 'node:timers/promises';
import { addDigest } from '@gatehouse/contract';
import { apis } from '@gatehouse/contract/management';
import { type Database, migrate, type Transaction } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { readSums } from '../apps/credentials-state.ts';
import { Change, changeResources } from '../publishing/change.ts';
import { createControl } from '../publishing/control-fixture.ts';
import { publishRevision } from '../publishing/publish-revision.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { applyApis } from './apply-apis.ts';
import { applyApps } from './apply-apps.ts';
import { applyBackends } from './apply-backends.ts';
import { applyDomains } from './apply-domains.ts';
import { applyFile } from './apply-file.ts';
import { dropApis } from './drop-apis.ts';
import { dropBackends } from './drop-backends.ts';
import { definition, readResources } from './file-fixture.ts';
import type { FileResources } from './file-resources.ts';
import { Left } from './left.ts';

const key = new InstallationKey(Buffer.alloc(32, 7));
const REGION = { region: undefined, forbiddenBackendTypes: [] };
const numbered = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

async function start(database: Database<ControlTables>) {
  const { snapshots, call } = await createControl(database);
  const dependencies = { database, snapshots, key, authorizations: { removeForApi: async () => undefined }, regionRule: () => REGION };
  return { call, dependencies, apply: (resources: FileResources) => applyFile(dependencies, resources) };
}

/** A file of so many APIs, each published, with a backend and a domain of its own, and of so many apps that may call them. */
function manyResources(apiCount: number, appCount: number): Promise<FileResources> {
  return readResources({
    backends: numbered(apiCount, (i) => ({ name: `b${i}`, type: 'http', environments: { test: { url: 'http://127.0.0.1:9001' } } })),
    apis: numbered(apiCount, (i) => ({
      name: `a${i}`,
      basePath: `/a${i}`,
      backend: `b${i}`,
      definition: definition('/x'),
      publish: ['test'],
    })),
    domains: numbered(apiCount, (i) => ({ host: `h${i}.example.com`, mappings: [{ path: 'v1', api: `a${i}`, environment: 'test' }] })),
    apps: numbered(appCount, (i) => ({
      name: `app${i}`,
      appKey: `app-key-number-${i}`,
      appSecret: `app-secret-number-${i}`,
      authorizations: [{ api: `a${i % apiCount}`, environments: ['test'] }],
    })),
  });
}

function counting(): { plugin: KyselyPlugin; statements: () => number } {
  let count = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count++;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { plugin, statements: () => count };
}

describeDatabases<ControlTables>(
  'Applying the configuration file',
  (open) => {
    test('asks the database no more for what is unchanged the more of it there is', async () => {
      const database = await open();
      const { apply, dependencies } = await start(database);
      const resources = await manyResources(40, 60);
      await apply(resources);
      const { plugin, statements } = counting();
      await database.transaction(async (tx) => {
        const counted = tx.withPlugin(plugin) as Transaction<ControlTables>;
        const actor = { name: 'file', address: null, requestId: null };
        const change = new Change(counted, dependencies.snapshots, { actor, managedBy: 'file', atMs: 0 });
        const backends = await applyBackends(change, resources.backends, { key, rule: REGION });
        await applyApis(change, resources.apis, backends);
        await applyDomains(change, resources.domains);
        await applyApps({ tx: counted, key, actor, managedBy: 'file', nowMs: 0 }, resources.apps);
        await dropApis(change, resources.apis, dependencies.authorizations, new Left(false));
        await dropBackends(change, resources.backends, new Left(false));
        expect(change.isEmpty).toBe(true);
      });
      expect(statements()).toBeLessThan(20);
      expect(await apply(resources)).toEqual({ number: null, problems: [] });
    });

    test('keeps the sums of apps as if all of them had been walked through', async () => {
      const database = await open();
      const { apply } = await start(database);
      const resources = await manyResources(2, 5);
      for (const apps of [resources.apps, resources.apps.slice(2), resources.apps.slice(1, 4)]) {
        await apply({ ...resources, apps });
        const rows = await database.read.selectFrom('apps').select(['digest_a', 'digest_b']).execute();
        const sums = rows.reduce<[number, number]>((sum, { digest_a, digest_b }) => addDigest(sum, [digest_a, digest_b]), [0, 0]);
        expect(await readSums(database.read)).toEqual({ count: apps.length, sums });
        expect(sums[0]).toBeGreaterThan(0);
      }
    });

    test('by several control nodes at once is done once, also at the first start', async () => {
      const database = await open();
      const { apply } = await start(database);
      await database.transaction((tx) => tx.deleteFrom('settings').execute());
      for (const count of [1, 2, 3]) {
        const resources = await manyResources(count, count);
        const applied = await Promise.all([apply(resources), apply(resources), apply(resources)]);
        expect(applied.filter(({ number }) => number !== null)).toHaveLength(1);
      }
      const actions = await database.read.selectFrom('audit').select('action').execute();
      expect(actions.filter(({ action }) => action === 'settings.put')).toHaveLength(1);
      expect(actions.filter(({ action }) => action === 'apis.publish')).toHaveLength(3);
    });

    test('takes nothing away that somebody publishes at that moment', async () => {
      const database = await open();
      const { apply, dependencies } = await start(database);
      const [api] = (await manyResources(1, 0)).apis;
      if (api === undefined) throw new Error('There is one');
      const resources = await manyResources(1, 0);
      await apply({ ...resources, domains: [], apis: [{ ...api, publish: [] }] });
      const { id } = await database.read.selectFrom('apis').select('id').executeTakeFirstOrThrow();
      const begun = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const actor = { name: 'al', address: null, requestId: null };
      const publishing = changeResources(dependencies, { actor, managedBy: null, atMs: 0 }, async (change) => {
        const request = { apiId: id, environment: 'test', comment: null, action: 'apis.publish' as const };
        await publishRevision(change, { ...request, mayTakePaths: true, isVisible: () => true });
        begun.resolve();
        await released.promise;
      });
      await begun.promise;
      const applying = apply({ ...resources, backends: [], apis: [], domains: [] });
      // Until it has read what it goes by and waits.
      await delay(150);
      released.resolve();
      await publishing;
      const { problems } = await applying;
      expect(problems.map(({ message }) => message).join('\n')).toContain('"a0"');
      expect(await database.read.selectFrom('publications').select(['environment', 'managed_by']).execute()).toEqual([
        { environment: 'test', managed_by: null },
      ]);
      expect((await database.read.selectFrom('backend_definitions').select('environment').execute()).length).toBe(1);
    });

    test('takes over and lets go with a version and an entry each, in which the difference is', async () => {
      const database = await open();
      const { apply, call } = await start(database);
      const resources = await manyResources(1, 1);
      await apply(resources);
      const { problems } = await apply({ ...resources, backends: [], apis: [], apps: [], domains: [] });
      expect(problems).toHaveLength(3);
      const managedBy = async (since: number) => {
        const rows = await database.read
          .selectFrom('audit')
          .select(['action', 'resource', 'before', 'after'])
          .where('number', '>', since)
          .orderBy('number')
          .execute();
        const told = (text: string | null): unknown =>
          text === null ? undefined : (JSON.parse(text) as { managedBy?: unknown }).managedBy;
        return rows.map(({ action, resource, before, after }) => `${action} ${resource}: ${told(before)} -> ${told(after)}`);
      };
      const released = await managedBy(0);
      expect(released).toEqual(
        expect.arrayContaining([
          'apis.publish apis/a0: file -> null',
          'apis.put apis/a0: file -> null',
          'backends.update backends/b0: file -> null',
        ]),
      );
      expect((await call(apis.getApi, { params: { name: 'a0' } })).body).toMatchObject({ version: 2, managedBy: null });
      await apply(resources);
      expect((await managedBy(released.length)).sort()).toEqual([
        'apis.publish apis/a0: null -> file',
        'apis.put apis/a0: null -> file',
        'apps.authorize apis/a0: undefined -> file',
        'apps.create apps/app0: undefined -> file',
        'backends.update backends/b0: null -> file',
        'domains.put domains/h0.example.com: undefined -> file',
      ]);
      expect((await call(apis.getApi, { params: { name: 'a0' } })).body).toMatchObject({ version: 3, managedBy: 'file' });
    });

    test('tells how a definition goes that stays on a backend service of the file', async () => {
      const { apply } = await start(await open());
      const resources = await manyResources(1, 0);
      await apply(resources);
      const [backend] = resources.backends;
      if (backend === undefined) throw new Error('There is one');
      const without = { ...resources, domains: [], apis: [], backends: [{ ...backend, environments: {} }] };
      const messages = async () => (await apply(without)).problems.map(({ message }) => message);
      expect((await messages()).at(-1)).toMatch(/"b0" is not defined in test any more.*unpublish them there/);
      // The same again is told again, and costs no snapshot.
      expect((await apply(without)).number).toBeNull();
      expect(await messages()).toHaveLength(1);
    });
  },
  (database) => migrate(database, MIGRATIONS),
);
