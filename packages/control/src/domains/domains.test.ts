import { apis, backends, system } from '@gatehouse/contract/management';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
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
  },
  (database) => migrate(database, MIGRATIONS),
);
