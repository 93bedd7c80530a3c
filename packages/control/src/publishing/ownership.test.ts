import { setTimeout as delay } from 'node:timers/promises';
import { apis, apps, backends } from '@gatehouse/contract/management';
import { type Database, migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { createAuthorization } from '../apps/create-authorization.ts';
import { appsOperations } from '../apps/operations.ts';
import { recordChange } from '../changes/record-change.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { createControl, definition, refusalOf } from './control-fixture.ts';

const pets = new Caller({ name: 'al', role: 'publisher', teams: ['team-pets'] });
const zoo = new Caller({ name: 'jo', role: 'publisher', teams: ['team-zoo'] });

async function start(database: Database<ControlTables>) {
  const control = await createControl(database, [{ id: 'n', name: 'node', state: 'rejected', reason: 'hidden-api is broken' }]);
  const { call } = control;
  await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
  for (const environment of ['test', 'production']) {
    await call(backends.putBackendDefinition, { params: { name: 'pets', environment }, body: { url: 'http://127.0.0.1:9001' } });
  }
  const save = (name: string, owner: string | undefined, basePath: string, more: object = {}) =>
    call(apis.putApi, {
      params: { name },
      body: { definition: definition('/x'), backend: 'pets', basePath, ...(owner === undefined ? {} : { owner }), ...more },
    });
  const publish = (name: string, caller?: Caller, ifMatch?: number, environment = 'test') =>
    call(
      apis.publishApi,
      { params: { name }, body: { environment } },
      { ...(caller === undefined ? {} : { caller }), ...(ifMatch === undefined ? {} : { ifMatch }) },
    );
  return { ...control, save, publish };
}

/** Changes something while `waiting` waits for its turn to change what is live; resolves with what that came to. */
async function meanwhile<T>(
  database: Database<ControlTables>,
  work: (tx: Parameters<Parameters<Database<ControlTables>['transaction']>[0]>[0]) => Promise<unknown>,
  waiting: () => Promise<T>,
): Promise<T> {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const first = database.transaction(async (tx) => {
    await recordChange(tx, 'snapshot', 'test', 0);
    begun.resolve();
    await released.promise;
    await work(tx);
  });
  await begun.promise;
  const second = waiting();
  second.catch(() => undefined);
  // Until it has read what it goes by and waits; if it has not, it sees the change anyway.
  await delay(150);
  released.resolve();
  await first;
  return second;
}

describeDatabases<ControlTables>(
  'What belongs to others',
  (open) => {
    test.each(['/shop/pay', '/shop/pay/card', '/shop', '/'])(
      'an API cannot be published on %s where /shop/pay is live for another team',
      async (basePath) => {
        const control = await start(await open());
        await control.save('secret', 'team-pets', '/shop/pay');
        await control.publish('secret', pets);
        await control.save('mine', 'team-zoo', basePath);
        const refusal = await refusalOf(control.publish('mine', zoo));
        expect(refusal.code).toBe('publication.invalid');
        expect(JSON.stringify([refusal.detail, refusal.extras])).not.toMatch(/secret|team-pets/);
        expect(Object.keys(await control.served())).toEqual(['secret/test']);
        // Elsewhere nobody has it.
        expect((await control.publish('mine', zoo, undefined, 'production')).status).toBe(201);
      },
    );

    test('paths beside those of others, and inside of one’s own, are free; what an admin allowed stays allowed', async () => {
      const control = await start(await open());
      await control.save('hidden', 'team-pets', '/shop');
      await control.publish('hidden', pets);
      await control.save('inside', 'team-pets', '/shop/pay');
      expect((await control.publish('inside', pets)).status).toBe(201);
      await control.save('beside', 'team-zoo', '/shopping');
      expect((await control.publish('beside', zoo)).status).toBe(201);
      await control.save('mine', 'team-zoo', '/shop/zoo');
      expect((await control.publish('mine')).status).toBe(201);
      await control.save('mine', 'team-zoo', '/shop/zoo', { description: 'New', definition: definition('/y') });
      expect((await control.publish('mine', zoo)).body.revision).toBe(2);
      await control.save('mine', 'team-zoo', '/shop/zoo/2');
      expect((await refusalOf(control.publish('mine', zoo))).code).toBe('publication.invalid');
    });

    test('is named neither in what is wrong with what is live, nor in what a node rejects', async () => {
      const control = await start(await open());
      await control.save('hidden', 'team-pets', '/hidden');
      expect((await control.publish('hidden')).body.nodes[0]?.reason).toBe('hidden-api is broken');
      const answer = await control.publish('hidden', pets, undefined, 'production');
      expect(answer.body.nodes).toMatchObject([{ state: 'rejected', reason: expect.not.stringContaining('hidden-api') }]);
      // The revision that is live there stops to compile, whoever publishes what.
      const broken = {
        revision: { api: 'hidden', basePath: '/hidden', errorProfile: 'problem', timeouts: {}, policies: [{ name: 'none' }], routes: [] },
      };
      await control.database.transaction((tx) =>
        tx
          .updateTable('revisions')
          .set({ content: JSON.stringify({ ...broken, variables: {} }), content_hash: 'other' })
          .execute(),
      );
      await control.save('mine', 'team-zoo', '/mine');
      const untold = await refusalOf(control.publish('mine', zoo));
      expect([untold.code, untold.extras.problems]).toEqual(['publication.invalid', []]);
      expect(untold.extras.hidden).toBeGreaterThan(0);
      expect(untold.detail).not.toContain('hidden');
      const told = await refusalOf(control.publish('mine'));
      expect(told.detail).toContain('hidden');
    });

    test('backend services of others are counted, not named, by revisions, diffs and refusals', async () => {
      const control = await start(await open());
      const { call } = control;
      await control.save('mine', 'team-zoo', '/mine');
      await control.publish('mine', zoo);
      await call(backends.updateBackend, { params: { name: 'pets' }, body: { owner: 'team-pets' } });
      const revision = (caller: Caller) => call(apis.getRevision, { params: { name: 'mine', revision: 1 } }, { caller });
      expect(JSON.stringify((await revision(zoo)).body.content)).not.toContain('"pets"');
      const undefinedThere = await refusalOf(control.publish('mine', zoo, undefined, 'pre'));
      expect(undefinedThere).toMatchObject({ code: 'backend.undefined-in-environment', extras: { backends: [] } });
      expect(undefinedThere.detail).not.toContain('pets');
      await call(backends.createBackend, { body: { name: 'own', type: 'http', owner: 'team-zoo' } });
      await control.save('mine', 'team-zoo', '/mine', { backend: 'own' });
      await call(backends.putBackendDefinition, { params: { name: 'own', environment: 'test' }, body: { url: 'http://127.0.0.1:1' } });
      const { body } = await control.publish('mine', zoo);
      expect(JSON.stringify(body.changes)).toContain('own');
      expect(JSON.stringify(body.changes)).not.toContain('"pets"');
    });

    test('cannot be published or authorized by whoever waited while it was handed over', async () => {
      const control = await start(await open());
      const { database } = control;
      await control.save('shop', 'team-pets', '/shop');
      const handOver = (owner: string) => (tx: Parameters<typeof recordChange>[0]) =>
        tx.updateTable('apis').set({ owner }).where('name', '=', 'shop').execute();
      const publishing = meanwhile(database, handOver('team-zoo'), () => control.publish('shop', pets));
      expect((await refusalOf(publishing)).code).toBe('resource.not-found');
      expect(await control.served()).toEqual({});
      await control.publish('shop', zoo);
      const unpublish = () => control.call(apis.unpublishApi, { params: { name: 'shop', environment: 'test' } }, { caller: zoo });
      expect((await refusalOf(meanwhile(database, handOver('team-pets'), unpublish))).code).toBe('resource.not-found');
      const dependencies = { database, key: new InstallationKey(Buffer.alloc(32, 7)), nowMs: Date.now };
      const common = { caller: pets, ifMatch: undefined, address: '', requestId: '', query: undefined };
      for (const { operation, handle } of appsOperations(dependencies)) {
        if (operation.id === apps.createApp.id) await handle({ ...common, params: undefined, body: { name: 'partner' } });
      }
      const body = { api: 'shop', environment: 'test' };
      const authorize = () => createAuthorization(dependencies).handle({ ...common, params: { name: 'partner' }, body });
      expect((await refusalOf(meanwhile(database, handOver('team-zoo'), authorize))).code).toBe('reference.unknown');
      expect(await database.read.selectFrom('authorizations').select('id').execute()).toEqual([]);
    });

    test('a hand-over is an entry of who had it, and one without the past of who gets it', async () => {
      const control = await start(await open());
      await control.save('shop', 'team-pets', '/shop');
      await control.save('shop', 'team-zoo', '/shop');
      await control.call(backends.updateBackend, { params: { name: 'pets' }, body: { owner: 'team-zoo' } });
      const entries = await control.database.read
        .selectFrom('audit')
        .select(['resource', 'owner', 'before', 'after'])
        .where('action', 'in', ['apis.put', 'backends.update'])
        .orderBy('number')
        .execute();
      expect(entries.map(({ resource, owner, before }) => [resource, owner, before !== null])).toEqual([
        ['apis/shop', 'team-pets', false],
        ['apis/shop', 'team-pets', true],
        ['apis/shop', 'team-zoo', false],
        ['backends/pets', null, true],
        ['backends/pets', 'team-zoo', false],
      ]);
    });

    test('the draft that was reviewed is published, or none: publishing takes the version of the API', async () => {
      const control = await start(await open());
      await control.save('shop', 'team-pets', '/shop');
      await control.save('shop', 'team-pets', '/shop', { definition: definition('/y') });
      expect(await refusalOf(control.publish('shop', pets, 1))).toMatchObject({ code: 'version.stale', extras: { version: 2 } });
      expect(await control.publish('shop', pets, 2)).toMatchObject({ status: 201, version: 2 });
      const edit = (tx: Parameters<typeof recordChange>[0]) => tx.updateTable('apis').set({ version: 3, content_hash: 'x' }).execute();
      expect((await refusalOf(meanwhile(control.database, edit, () => control.publish('shop', pets, 2, 'production')))).code).toBe(
        'version.stale',
      );
      const rollback = (ifMatch: number) =>
        control.call(apis.rollbackApi, { params: { name: 'shop' }, body: { environment: 'production', revision: 1 } }, { ifMatch });
      expect((await refusalOf(rollback(2))).code).toBe('version.stale');
      expect(await rollback(3)).toMatchObject({ status: 201, version: 3 });
      const unpublish = (ifMatch: number) =>
        control.call(apis.unpublishApi, { params: { name: 'shop', environment: 'test' } }, { ifMatch });
      expect((await refusalOf(unpublish(2))).code).toBe('version.stale');
      expect((await unpublish(3)).version).toBe(3);
    });

    test('what is nested beyond reason is refused before anything walks through it', async () => {
      const control = await start(await open());
      const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
      for (const depth of [201, 100_000]) {
        const deep = [
          { definition: { ...definition('/x'), 'x-deep': nested(depth) } },
          { definition: definition('/x'), policies: [{ cors: nested(depth) }] },
        ];
        for (const body of deep) {
          const refusal = await refusalOf(control.call(apis.putApi, { params: { name: 'deep' }, body }));
          expect([refusal.code, refusal.detail]).toEqual(['definition.invalid', expect.stringContaining('levels deep')]);
        }
      }
      expect((await control.save('fine', undefined, '/fine', { definition: { ...definition('/x'), 'x-deep': nested(50) } })).status).toBe(
        201,
      );
    });
  },
  (database) => migrate(database, MIGRATIONS),
);
