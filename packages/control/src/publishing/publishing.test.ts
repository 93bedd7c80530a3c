import { apis, backends } from '@gatehouse/contract/management';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { ADMIN, createControl, definition, refusalOf } from './control-fixture.ts';

type Control = Awaited<ReturnType<typeof createControl>>;

async function withBackend({ call }: Control): Promise<void> {
  await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
  for (const environment of ['test', 'pre', 'production']) {
    await call(backends.putBackendDefinition, { params: { name: 'pets', environment }, body: { url: 'http://127.0.0.1:9001' } });
  }
}

function save({ call }: Control, paths: string[], more: object = {}, name = 'petstore') {
  return call(apis.putApi, { params: { name }, body: { definition: definition(...paths), backend: 'pets', ...more } });
}

function publish({ call }: Control, environment: string, query: object = {}, body: object = {}) {
  return call(apis.publishApi, { params: { name: 'petstore' }, query, body: { environment, ...body } });
}

function rollback({ call }: Control, environment: string, revision: number) {
  return call(apis.rollbackApi, { params: { name: 'petstore' }, body: { environment, revision } });
}

/** Paths of the routes that gateways have in an environment. */
async function routesIn({ snapshots }: Control, environment: string): Promise<string[]> {
  const packed = await snapshots.newest();
  const publication = packed?.head.publications.find((each) => each.environment === environment);
  const index = packed?.head.revisions.findIndex(({ id }) => id === publication?.revision) ?? -1;
  return (packed?.routes[index] ?? []).flatMap((text) => (JSON.parse(text) as { path: string }[]).map(({ path }) => path));
}

describeDatabases<ControlTables>(
  'Publishing',
  (open) => {
    test('B16, B17: a draft keeps its group, description, authentication, backend and timeouts as they were written', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      const saved = await save(control, ['/pets'], {
        group: 'shop',
        description: 'All the pets',
        owner: 'team-pets',
        auth: 'app',
        timeouts: { response: '2s' },
        policies: [{ 'rate-limit': { limit: 10, window: '1s' } }],
        variables: { test: { url: 'localhost' } },
      });
      expect(saved.status).toBe(201);
      const { body } = await control.call(apis.getApi, { params: { name: 'petstore' } });
      expect(body).toMatchObject({ title: 'Pets', group: 'shop', owner: 'team-pets', basePath: '/petstore', operations: 1, changed: true });
      expect(body.draft).toEqual({
        group: 'shop',
        description: 'All the pets',
        owner: 'team-pets',
        backend: 'pets',
        auth: 'app',
        timeouts: { response: '2s' },
        policies: [{ 'rate-limit': { limit: 10, window: '1s' } }],
        variables: { test: { url: 'localhost' } },
      });
      await publish(control, 'test');
      const revision = await control.call(apis.getRevision, { params: { name: 'petstore', revision: 1 } });
      // "Enable AppCode Authentication (Header & Query)".
      expect(revision.body.content).toMatchObject({ revision: { authentication: { kind: 'app', appCode: 'header-and-query' } } });
    });

    test('B18, B19: what a draft says changes no traffic until it is published', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      const published = await publish(control, 'test', {}, { comment: 'first' });
      expect(published).toMatchObject({ status: 201, body: { revision: 1, environment: 'test', changes: { against: null, changes: [] } } });
      expect(published.body.snapshot).toBe((await control.snapshots.newest())?.head.number);
      await save(control, ['/pets', '/toys']);
      expect(await routesIn(control, 'test')).toEqual(['/pets']);
      expect((await control.call(apis.getApi, { params: { name: 'petstore' } })).body.changed).toBe(true);
      expect((await publish(control, 'test')).body).toMatchObject({ revision: 2, changes: { against: 1, breaking: false } });
      expect(await routesIn(control, 'test')).toEqual(['/pets', '/toys']);
    });

    test('an equal draft sent again changes nothing, and publishing it again makes no revision', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      expect((await save(control, ['/pets'])).version).toBe(1);
      await publish(control, 'test');
      const count = () => control.database.read.selectFrom('audit').select('number').execute();
      const before = (await count()).length;
      expect(await save(control, ['/pets'])).toMatchObject({ status: 200, version: 1 });
      const again = await publish(control, 'test');
      expect(again).toMatchObject({ status: 200, body: { revision: 1 } });
      expect(await count()).toHaveLength(before);
      // Promoting it elsewhere is the same revision too.
      expect(await publish(control, 'production')).toMatchObject({ status: 201, body: { revision: 1 } });
    });

    test('a dry run tells what publishing would change, and changes nothing', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets', '/toys']);
      await publish(control, 'test');
      await save(control, ['/pets'], { basePath: '/animals', auth: 'app' });
      const { status, body } = await publish(control, 'test', { dryRun: 'true' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ revision: 2, snapshot: null, nodes: [], changes: { against: 1, breaking: true } });
      const rules = body.changes.changes.filter(({ breaking }) => breaking).map(({ rule }) => rule);
      expect(rules).toEqual(expect.arrayContaining(['base-path-changed', 'authentication-added', 'path-removed']));
      expect(await routesIn(control, 'test')).toEqual(['/pets', '/toys']);
      expect((await control.call(apis.listRevisions, { params: { name: 'petstore' } })).body.items).toHaveLength(1);
      const real = await publish(control, 'test');
      expect(real.body.changes).toEqual(body.changes);
    });

    test('a rollback makes an earlier revision live again, in one environment, and is audited with both numbers', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      await publish(control, 'test');
      await save(control, ['/pets', '/toys']);
      await publish(control, 'test');
      await publish(control, 'production');
      expect(await rollback(control, 'test', 1)).toMatchObject({
        status: 201,
        body: { revision: 1, changes: { against: 2, breaking: true } },
      });
      expect(await routesIn(control, 'test')).toEqual(['/pets']);
      expect(await routesIn(control, 'production')).toEqual(['/pets', '/toys']);
      const { body } = await control.call(apis.listRevisions, { params: { name: 'petstore' } });
      expect(body.items.map(({ number, environments }) => [number, environments])).toEqual([
        [2, ['production']],
        [1, ['test']],
      ]);
      const diff = await control.call(apis.diffRevisions, { params: { name: 'petstore', revision: 2 } });
      expect(diff.body).toMatchObject({ against: 1, breaking: false, changes: [{ rule: 'path-added' }] });
      const entry = await control.database.read.selectFrom('audit').selectAll().where('action', '=', 'apis.rollback').executeTakeFirst();
      expect(entry).toMatchObject({
        actor: 'root',
        resource: 'apis/petstore',
        environment: 'test',
        before: '{"revision":2}',
        after: '{"revision":1}',
      });
      expect((await refusalOf(rollback(control, 'test', 9))).code).toBe('resource.not-found');
    });

    test('an API that is unpublished is gone there and stays elsewhere', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      await publish(control, 'test');
      await publish(control, 'production');
      const unpublish = () => control.call(apis.unpublishApi, { params: { name: 'petstore', environment: 'test' } });
      expect((await unpublish()).body).toMatchObject({ environment: 'test', revision: 1 });
      expect(Object.keys(await control.served())).toEqual(['petstore/production']);
      expect((await refusalOf(unpublish())).code).toBe('api.not-published');
    });

    test('two publishes of one API at once are two revisions at most, and the last one is live', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      await publish(control, 'production');
      await save(control, ['/pets', '/toys']);
      const answers = await Promise.all([publish(control, 'test'), publish(control, 'pre'), rollback(control, 'production', 1)]);
      expect(answers.map(({ body }) => body.revision)).toEqual([2, 2, 1]);
      expect(Object.keys(await control.served()).toSorted()).toEqual(['petstore/pre', 'petstore/production', 'petstore/test']);
      expect(await routesIn(control, 'pre')).toEqual(['/pets', '/toys']);
    });

    test('what contradicts what is live is refused as a whole', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      await publish(control, 'test');
      await save(control, ['/pets'], { basePath: '/petstore' }, 'other');
      const clash = control.call(apis.publishApi, { params: { name: 'other' }, body: { environment: 'test' } });
      expect((await refusalOf(clash)).code).toBe('publication.invalid');
      expect(Object.keys(await control.served())).toEqual(['petstore/test']);
      expect((await control.call(apis.listRevisions, { params: { name: 'other' } })).body.items).toEqual([]);
    });

    test('a published API is deleted with confirmation only, and takes its publications with it', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await withBackend(control);
      await save(control, ['/pets']);
      await publish(control, 'test');
      const remove = (confirm: string) => call(apis.deleteApi, { params: { name: 'petstore' }, query: { confirm } });
      expect(await refusalOf(remove('false'))).toMatchObject({
        code: 'confirmation.required',
        extras: { affected: [{ api: 'petstore', environment: 'test', revision: 1 }] },
      });
      expect((await remove('true')).body).toEqual({ deleted: 'petstore', unpublished: [{ environment: 'test', revision: 1 }] });
      expect(await control.served()).toEqual({});
      expect(await control.database.read.selectFrom('revisions').select('number').execute()).toEqual([]);
      expect((await call(backends.deleteBackend, { params: { name: 'pets' } })).status).toBe(200);
    });

    test("another team's API is answered as one that does not exist, and its owner changes with the consent of both", async () => {
      const control = await createControl(await open());
      const { call } = control;
      await withBackend(control);
      await save(control, ['/pets'], { owner: 'team-pets' });
      const zoo = new Caller({ name: 'jo', role: 'publisher', teams: ['team-zoo'] });
      const pets = new Caller({ name: 'al', role: 'publisher', teams: ['team-pets'] });
      const both = new Caller({ name: 'bo', role: 'publisher', teams: ['team-pets', 'team-zoo'] });
      const calls = [
        (name: string) => call(apis.getApi, { params: { name } }, { caller: zoo }),
        (name: string) => call(apis.publishApi, { params: { name }, body: { environment: 'test' } }, { caller: zoo }),
        (name: string) => call(apis.listRevisions, { params: { name } }, { caller: zoo }),
        (name: string) => call(apis.deleteApi, { params: { name } }, { caller: zoo }),
      ];
      for (const each of calls) {
        const hidden = await refusalOf(each('petstore'));
        expect(hidden.message.replace('petstore', 'nope')).toBe((await refusalOf(each('nope'))).message);
      }
      expect((await call(apis.listApis, {}, { caller: zoo })).body.items).toEqual([]);
      const body = { definition: definition('/pets'), backend: 'pets', owner: 'team-zoo' };
      const handOver = (caller: Caller) => call(apis.putApi, { params: { name: 'petstore' }, body }, { caller });
      expect((await refusalOf(handOver(pets))).code).toBe('access.denied');
      // Names are unique in an installation: that it is taken is all that is told, and to who means a version not even that.
      expect(await refusalOf(handOver(zoo))).toMatchObject({ code: 'resource.exists', detail: 'The name "petstore" is taken', extras: {} });
      const guarded = (name: string) => refusalOf(call(apis.putApi, { params: { name }, body }, { caller: zoo, ifMatch: 1 }));
      expect((await guarded('petstore')).message.replace('petstore', 'nope')).toBe((await guarded('nope')).message);
      expect((await guarded('petstore')).code).toBe('version.stale');
      expect((await handOver(both)).body.owner).toBe('team-zoo');
    });

    test('a draft that was changed meanwhile is not overwritten', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      await save(control, ['/pets']);
      const put = (path: string, ifMatch?: number) =>
        control.call(
          apis.putApi,
          { params: { name: 'petstore' }, body: { definition: definition(path), backend: 'pets' } },
          ifMatch === undefined ? { caller: ADMIN } : { ifMatch },
        );
      const guarded = await Promise.allSettled([put('/a', 1), put('/b', 1)]);
      expect(guarded.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      // Without a version both are done, one after the other.
      const free = await Promise.all([put('/c'), put('/d')]);
      expect(free.map(({ version }) => version).toSorted()).toEqual([3, 4]);
    });

    test('a list is paged by name, and the pages together are all', async () => {
      const control = await createControl(await open());
      await withBackend(control);
      for (const name of ['b', 'a', 'C', 'd-1', 'd.2']) await save(control, ['/x'], {}, name);
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
        const { body } = await control.call(apis.listApis, { query });
        names.push(...body.items.map(({ name }) => name));
        cursor = body.nextCursor;
      } while (cursor !== undefined);
      expect(names).toEqual(['C', 'a', 'b', 'd-1', 'd.2']);
      expect((await control.call(apis.listApis, { query: { search: 'D' } })).body.items.map(({ name }) => name)).toEqual(['d-1', 'd.2']);
      expect((await control.call(apis.listApis, { query: { search: 'd_' } })).body.items).toEqual([]);
      expect((await refusalOf(control.call(apis.listApis, { query: { cursor: 'nonsense' } }))).code).toBe('request.invalid');
    });
  },
  (database) => migrate(database, MIGRATIONS),
);
