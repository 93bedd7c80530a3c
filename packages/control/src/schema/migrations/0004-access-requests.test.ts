import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../migrations.ts';
import type { ControlTables } from '../tables.ts';

describeDatabases<ControlTables>(
  'A database of before the history of publications',
  (open) => {
    test('has what is live described, and its history begins with it', async () => {
      const database = await open();
      const content = JSON.stringify({
        revision: { basePath: '/petstore', routes: [{}, { authentication: { kind: 'app' } }] },
        variables: {},
      });
      const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'Pets', version: '2', description: 'All \0 about pets' } });
      const texts = { content, content_hash: 'h', document, operations: 2 };
      const resource = { managed_by: null, version: 1, created_at: 1, updated_at: 1 };
      await database.transaction(async (tx) => {
        const api = { id: 'a', name: 'petstore', title: 'Pets', description: null, owner: 'pets', api_group: null, base_path: '/petstore' };
        await tx
          .insertInto('apis')
          .values({ ...api, ...texts, ...resource, draft: '{}', definition: '' })
          .execute();
        await tx
          .insertInto('revisions')
          .values({ api_id: 'a', number: 1, ...texts, comment: 'For us', created_at: 1, created_by: 'ann' })
          .execute();
        const live = { api_id: 'a', environment: 'test', revision: 1, base_path: '/petstore', published_at: 7, published_by: 'ann' };
        await tx
          .insertInto('publications')
          .values({ ...live, managed_by: null })
          .execute();
      });
      await migrate(database, MIGRATIONS);
      expect(await database.read.selectFrom('publications').selectAll().execute()).toMatchObject([
        { title: 'Pets', description: 'All  about pets', document_version: '2', auth: 'app', domains_only: 0 },
      ]);
      expect(await database.read.selectFrom('publication_history').selectAll().execute()).toEqual([
        { api_id: 'a', environment: 'test', number: 0, at: 7, by: 'ann', revision: 1, previous: null, comment: null, changes: null },
      ]);
    });
  },
  (database) => migrate(database, MIGRATIONS.slice(0, 3)),
);
