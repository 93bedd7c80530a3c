import { apis, backends, system } from '@gatehouse/contract/management';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { createControl, definition, refusalOf } from '../publishing/control-fixture.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';

describeDatabases<ControlTables>(
  'Domains',
  (open) => {
    test('a host leads to APIs that exist, published or not yet, and follows when one is deleted', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
      for (const name of ['petstore', 'zoo']) {
        await call(apis.putApi, { params: { name }, body: { definition: definition('/pets'), backend: 'pets' } });
      }
      const put = (mappings: { path?: string; api: string; environment: string }[], ifMatch?: number) =>
        call(system.putDomain, { params: { host: 'API.example.com' }, body: { mappings } }, ifMatch === undefined ? {} : { ifMatch });
      const unknown = await refusalOf(put([{ api: 'nope', environment: 'test' }]));
      expect(unknown).toMatchObject({ code: 'reference.unknown', extras: { problems: [{ path: ['body', 'mappings', 0, 'api'] }] } });
      expect((await refusalOf(put([{ api: 'zoo', environment: 'nope' }]))).code).toBe('environment.unknown');
      const both = [
        { path: 'v1/pets', api: 'petstore', environment: 'production' },
        { path: 'zoo', api: 'zoo', environment: 'test' },
      ];
      expect(await put(both)).toMatchObject({ status: 201, version: 1, body: { host: 'api.example.com', mappings: both } });
      expect((await control.snapshots.newest())?.head.domains).toEqual([{ host: 'api.example.com', mappings: both }]);
      expect(await put(both)).toMatchObject({ status: 200, version: 1 });
      expect((await refusalOf(put(both, 7))).code).toBe('version.stale');
      const twice = [...both, { path: 'zoo', api: 'petstore', environment: 'test' }];
      expect((await refusalOf(put(twice))).code).toBe('publication.invalid');

      const remove = (confirm: string) => call(apis.deleteApi, { params: { name: 'zoo' }, query: { confirm } });
      expect(await refusalOf(remove('false'))).toMatchObject({ code: 'confirmation.required', extras: { domains: ['api.example.com'] } });
      await remove('true');
      const { body } = await call(system.listDomains, {});
      expect(body.items).toMatchObject([{ host: 'api.example.com', mappings: both.slice(0, 1), version: 2 }]);
      await call(system.deleteDomain, { params: { host: 'api.example.com' } });
      expect((await control.snapshots.newest())?.head.domains).toEqual([]);
    });

    test('a host is shown to who has an API on it, with the paths that lead to their own', async () => {
      const control = await createControl(await open());
      const { call } = control;
      await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
      for (const owner of ['pets', 'zoo']) {
        await call(apis.putApi, { params: { name: owner }, body: { definition: definition('/x'), backend: 'pets', owner } });
      }
      const mappings = ['pets', 'zoo'].map((api) => ({ path: api, api, environment: 'test' }));
      await call(system.putDomain, { params: { host: 'api.example.com' }, body: { mappings } });
      const get = (host: string, ...teams: string[]) =>
        call(
          system.getDomain,
          { params: { host } },
          teams.length === 0 ? {} : { caller: new Caller({ name: 'jo', role: 'viewer', teams }) },
        );
      expect(await get('API.example.com')).toMatchObject({ version: 1, body: { host: 'api.example.com', mappings } });
      expect((await get('api.example.com', 'zoo')).body.mappings).toEqual(mappings.slice(1));
      const hidden = await refusalOf(get('api.example.com', 'others'));
      expect(hidden.message.replace('api.', 'no.')).toBe((await refusalOf(get('no.example.com'))).message);
    });

    test('of a change and a removal of one version one is done, and the other is told', async () => {
      const database = await open();
      const { call } = await createControl(database);
      await call(backends.createBackend, { body: { name: 'pets', type: 'http' } });
      await call(apis.putApi, { params: { name: 'pets' }, body: { definition: definition('/x'), backend: 'pets' } });
      const params = { host: 'api.example.com' };
      const put = (path: string, ifMatch?: number) =>
        call(
          system.putDomain,
          { params, body: { mappings: [{ path, api: 'pets', environment: 'test' }] } },
          ifMatch === undefined ? {} : { ifMatch },
        );
      for (let round = 0; round < 10; round++) {
        const { version } = await put(`v${round}`);
        const both = [put(`w${round}`, version), call(system.deleteDomain, { params }, { ifMatch: version ?? 0 })];
        const done = await Promise.allSettled(both);
        expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      }
    });
  },
  (database) => migrate(database, MIGRATIONS),
);
