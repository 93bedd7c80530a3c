import { apis, backends } from '@gatehouse/contract/management';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { createControl, definition, refusalOf } from './control-fixture.ts';

type Control = Awaited<ReturnType<typeof createControl>>;

const TEST_URL = 'http://127.0.0.1:9001';
const PRODUCTION_URL = 'http://127.0.0.1:9002';

/** `pets`, defined in test and production, and the API `petstore` on it, published in both. */
async function publishPetstore({ call }: Control): Promise<void> {
  await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
  await define({ call }, 'test', TEST_URL);
  await define({ call }, 'production', PRODUCTION_URL);
  await call(apis.putApi, { params: { name: 'petstore' }, body: { definition: definition('/pets'), backend: 'pets' } });
  await publish({ call }, 'test');
  await publish({ call }, 'production');
}

function define({ call }: Pick<Control, 'call'>, environment: string, url: string, confirm = false) {
  return call(backends.putBackendDefinition, {
    params: { name: 'pets', environment },
    query: { confirm: String(confirm) },
    body: { url },
  });
}

function publish({ call }: Pick<Control, 'call'>, environment: string, name = 'petstore') {
  return call(apis.publishApi, { params: { name }, body: { environment } });
}

describeDatabases<ControlTables>(
  'Backend services',
  (open) => {
    test('B01, B02: a backend service has a name, a type and one definition for each environment', async () => {
      const { call } = await createControl(await open());
      const created = await call(backends.createBackend, { body: { name: 'pets', type: 'http', description: 'Of the shop' } });
      expect(created).toMatchObject({ status: 201, version: 1, body: { name: 'pets', type: 'http', environments: [], definitions: {} } });
      await call(backends.putBackendDefinition, {
        params: { name: 'pets', environment: 'test' },
        body: { targets: [{ url: TEST_URL, weight: 3 }, { url: PRODUCTION_URL }], timeouts: { response: '1500ms', total: 0 } },
      });
      await define({ call }, 'production', PRODUCTION_URL);
      const { body, version } = await call(backends.getBackend, { params: { name: 'pets' } });
      expect(version).toBe(3);
      expect(body.environments).toEqual(['production', 'test']);
      expect(body.definitions.test?.definition).toEqual({
        targets: [{ url: TEST_URL, weight: 3 }, { url: PRODUCTION_URL }],
        timeouts: { response: '1500ms', total: 0 },
      });
      expect(body.definitions.production?.definition).toEqual({ url: PRODUCTION_URL });
      expect((await refusalOf(define({ call }, 'staging', TEST_URL))).code).toBe('environment.unknown');
      expect((await refusalOf(call(backends.createBackend, { body: { name: 'pets', type: 'http' } }))).code).toBe('resource.exists');
    });

    test('B03: the type never changes; the name does, and what refers to it follows', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      const update = (body: object) => call(backends.updateBackend, { params: { name: 'pets' }, body });
      expect((await refusalOf(update({ name: 'animals', type: 'mock' }))).code).toBe('backend.type-immutable');
      const before = await control.served();
      expect((await update({ name: 'animals', type: 'http' })).body.name).toBe('animals');

      expect((await refusalOf(call(backends.getBackend, { params: { name: 'pets' } }))).code).toBe('resource.not-found');
      expect((await call(backends.getBackend, { params: { name: 'animals' } })).body.drafts).toEqual(['petstore']);
      expect((await call(apis.getApi, { params: { name: 'petstore' } })).body.backends).toEqual(['animals']);
      expect(await control.served()).toEqual(before);
      // A definition that still says the old name means the same backend service.
      const again = await call(apis.putApi, { params: { name: 'petstore' }, body: { definition: definition('/pets'), backend: 'pets' } });
      expect(again.body).toMatchObject({ backends: ['animals'], changed: false });

      // Until another one takes the name.
      await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
      const taken = await call(apis.putApi, { params: { name: 'petstore' }, body: { definition: definition('/pets'), backend: 'pets' } });
      expect(taken.body).toMatchObject({ backends: ['pets'], changed: true });
    });

    test('B04: types that the region forbids cannot be created there', async () => {
      const { call, region } = await createControl(await open());
      Object.assign(region, { region: 'cn-hongkong', forbiddenBackendTypes: ['http'] });
      const refusal = await refusalOf(call(backends.createBackend, { body: { name: 'pets', type: 'http' } }));
      expect(refusal).toMatchObject({ code: 'backend.type-forbidden', extras: { region: 'cn-hongkong', type: 'http' } });
      expect((await call(backends.listBackends, {})).body.items).toEqual([]);
    });

    test('B05, B24: a backend service shows the drafts that use it and what is published on it in each environment', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      await call(apis.putApi, { params: { name: 'zoo' }, body: { definition: definition('/zoo'), backend: 'pets' } });
      await publish(control, 'test', 'zoo');
      // A draft that no longer uses it is gone from the drafts, and not from what is published.
      await call(apis.putApi, { params: { name: 'zoo' }, body: { definition: mockDefinition('/zoo') } });
      const { body } = await call(backends.getBackend, { params: { name: 'pets' } });
      expect(body.drafts).toEqual(['petstore']);
      expect(body.definitions.test?.published).toEqual([
        { api: 'petstore', revision: 1 },
        { api: 'zoo', revision: 1 },
      ]);
      expect(body.definitions.production?.published).toEqual([{ api: 'petstore', revision: 1 }]);
      const names = async (query: object) => (await call(apis.listApis, { query })).body.items.map(({ name }) => name);
      expect(await names({ backend: 'pets' })).toEqual(['petstore', 'zoo']);
      expect(await names({ environment: 'production' })).toEqual(['petstore']);
    });

    test('B11: a request goes to the address of the environment in which the API is published', async () => {
      const control = await createControl(await open());
      await publishPetstore(control);
      expect(await control.served()).toMatchObject({
        'petstore/test': { urls: [TEST_URL] },
        'petstore/production': { urls: [PRODUCTION_URL] },
      });
    });

    test('B12: a changed URL reaches every API published there, and no other environment, without publishing again', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      await call(apis.putApi, { params: { name: 'zoo' }, body: { definition: definition('/zoo'), backend: 'pets' } });
      await publish(control, 'test', 'zoo');
      const answer = await define(control, 'test', 'http://127.0.0.1:9009', true);
      expect(answer.body).toMatchObject({
        definition: { url: 'http://127.0.0.1:9009' },
        refreshed: [
          { api: 'petstore', revision: 1 },
          { api: 'zoo', revision: 1 },
        ],
      });
      expect(await control.served()).toMatchObject({
        'petstore/test': { urls: ['http://127.0.0.1:9009'] },
        'zoo/test': { urls: ['http://127.0.0.1:9009'] },
        'petstore/production': { urls: [PRODUCTION_URL] },
      });
      expect((await call(apis.listRevisions, { params: { name: 'petstore' } })).body.items).toHaveLength(1);
    });

    test('B13: a URL that is deleted unpublishes its APIs there; drafts and other environments stay', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      const remove = (confirm: string) =>
        call(backends.deleteBackendDefinition, { params: { name: 'pets', environment: 'test' }, query: { confirm } });
      expect((await refusalOf(remove('false'))).code).toBe('confirmation.required');
      expect((await remove('true')).body).toEqual({ unpublished: [{ api: 'petstore', revision: 1 }] });
      expect(Object.keys(await control.served())).toEqual(['petstore/production']);
      const { body } = await call(apis.getApi, { params: { name: 'petstore' } });
      expect(body.backends).toEqual(['pets']);
      expect(body.published.map(({ environment }) => environment)).toEqual(['production']);
      expect((await refusalOf(remove('true'))).code).toBe('resource.not-found');
    });

    test('B14: what affects published APIs is refused with their list until it is confirmed, and then nothing has changed', async () => {
      const control = await createControl(await open());
      await publishPetstore(control);
      const before = await control.served();
      const refusal = await refusalOf(define(control, 'test', 'http://127.0.0.1:9009'));
      expect(refusal).toMatchObject({ code: 'confirmation.required', extras: { affected: [{ api: 'petstore', revision: 1 }] } });
      expect(await control.served()).toEqual(before);
      // Nothing is published in pre: nobody is affected.
      expect((await define(control, 'pre', 'http://127.0.0.1:9009')).body.refreshed).toEqual([]);
      // The same again affects nobody either.
      const { version } = await define(control, 'test', TEST_URL);
      expect(version).toBe((await control.call(backends.getBackend, { params: { name: 'pets' } })).version);
    });

    test('B15: after a changed URL the answer says of each API whether it is served with it', async () => {
      const control = await createControl(await open(), [
        { id: 'n1', name: 'one', state: 'applied' },
        { id: 'n2', name: 'two', state: 'rejected', reason: 'no memory' },
      ]);
      await publishPetstore(control);
      const { body } = await define(control, 'test', 'http://127.0.0.1:9009', true);
      expect(body.refreshed).toEqual([{ api: 'petstore', revision: 1, status: 'rejected', error: 'two: no memory' }]);
      expect(control.waited.at(-1)).toBe((await control.snapshots.newest())?.head.number);
    });

    test('B20: publishing is refused where the backend service is not defined, and nothing is published', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      const refusal = await refusalOf(publish(control, 'pre'));
      expect(refusal).toMatchObject({ code: 'backend.undefined-in-environment', extras: { backends: ['pets'], environment: 'pre' } });
      expect(Object.keys(await control.served())).not.toContain('petstore/pre');
      expect((await refusalOf(publish(control, 'staging'))).code).toBe('environment.unknown');
      await define({ call }, 'pre', 'http://127.0.0.1:9003');
      expect((await publish(control, 'pre')).status).toBe(201);
    });

    test('a backend service that APIs use cannot be deleted, and one that none uses can', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await publishPetstore(control);
      const remove = () => call(backends.deleteBackend, { params: { name: 'pets' } });
      expect(await refusalOf(remove())).toMatchObject({ code: 'resource.in-use', extras: { drafts: ['petstore'] } });
      await call(apis.putApi, { params: { name: 'petstore' }, body: { definition: mockDefinition('/pets') } });
      expect(await refusalOf(remove())).toMatchObject({ code: 'resource.in-use', extras: { drafts: [] } });
      await publish(control, 'test');
      await publish(control, 'production');
      expect((await remove()).body).toEqual({ deleted: 'pets' });
      // The former revision has nowhere to go to any more.
      const back = await refusalOf(call(apis.rollbackApi, { params: { name: 'petstore' }, body: { environment: 'test', revision: 1 } }));
      expect(back.code).toBe('backend.undefined-in-environment');
    });

    test('of two changes that were made on the same version one is refused', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
      const put = (url: string) =>
        call(backends.putBackendDefinition, { params: { name: 'pets', environment: 'test' }, body: { url } }, { ifMatch: 1 });
      const settled = await Promise.allSettled([put(TEST_URL), put(PRODUCTION_URL)]);
      expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'version.stale' } });
    });

    test('a Unix socket, a file of the gateways, is named as a target by admins only', async () => {
      const { call } = await createControl(await open());
      await call(backends.createBackend, { body: { name: 'pets', type: 'http', owner: 'team-pets' } });
      const publisher = new Caller({ name: 'jo', role: 'publisher', teams: ['team-pets'] });
      const put = (body: object, caller?: Caller) =>
        call(
          backends.putBackendDefinition,
          { params: { name: 'pets', environment: 'test' }, body },
          caller === undefined ? {} : { caller },
        );
      for (const body of [{ url: 'unix:/run/app.sock' }, { targets: [{ url: TEST_URL }, { url: 'unix:/run/app.sock' }] }])
        expect((await refusalOf(put(body, publisher))).code).toBe('access.denied');
      expect((await put({ url: TEST_URL }, publisher)).status).toBe(200);
      expect((await put({ url: 'unix:/run/app.sock:/v1' })).body.definition).toEqual({ url: 'unix:/run/app.sock:/v1' });
    });

    test("another team's backend service is answered as one that does not exist; a shared one is seen and not changed", async () => {
      const control = await createControl(await open());
      const { call } = control;
      await call(backends.createBackend, { body: { name: 'pets', type: 'http', owner: 'team-pets' } });
      await call(backends.createBackend, { body: { name: 'shared', type: 'http' } });
      const caller = new Caller({ name: 'jo', role: 'publisher', teams: ['team-zoo'] });
      const get = (name: string) => call(backends.getBackend, { params: { name } }, { caller });
      const hidden = await refusalOf(get('pets'));
      const missing = await refusalOf(get('nope'));
      expect(hidden.message.replace('pets', 'nope')).toBe(missing.message);
      expect((await get('shared')).body.owner).toBeNull();
      expect((await call(backends.listBackends, {}, { caller })).body.items.map(({ name }) => name)).toEqual(['shared']);
      const change = call(backends.updateBackend, { params: { name: 'shared' }, body: { description: 'mine' } }, { caller });
      expect((await refusalOf(change)).code).toBe('access.denied');
      const draft = call(apis.putApi, { params: { name: 'zoo' }, body: { definition: definition('/zoo'), backend: 'pets' } }, { caller });
      expect((await refusalOf(draft)).code).toBe('reference.unknown');
    });
  },
  (database) => migrate(database, MIGRATIONS),
);

function mockDefinition(path: string) {
  const operation = { 'x-gatehouse-integration': { type: 'mock', status: 200 }, responses: { 200: { description: 'Done' } } };
  return { openapi: '3.1.0', info: { title: 'Zoo', version: '1' }, paths: { [path]: { get: operation } } };
}
