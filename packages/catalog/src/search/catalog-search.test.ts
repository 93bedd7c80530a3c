import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import type { Entity } from '../model/index.ts';
import { IndexFollower } from '../query/index-follower.ts';
import { applyChanges } from '../store/apply-changes.ts';
import type { CatalogBatch, EntityWrite } from '../store/catalog-store.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { CatalogSearch } from './catalog-search.ts';
import { extractOperations } from './extract-operations.ts';
import { SearchIndex } from './search-index.ts';

const PETSTORE = `openapi: 3.0.3
info:
  title: Pets
  description: |
    paths:
      /not/a/path:
        get: {}
paths:
  /pet/findByStatus:
    parameters: []
    get:
      operationId: findPetsByStatus
      summary: 'Finds Pets by status'
      description: |
        post:
          operationId: notOne
  '/pet/{petId}':
    # the one
    delete:
      tags: [pet]
      operationId: deletePet
components:
  schemas: {}
${'# '.padEnd(1_100, 'x')}
`;

const OTHER = JSON.stringify({
  openapi: '3.1.0',
  paths: { '/order/{id}/status': { get: { operationId: 'getStatus', summary: 'The status of an order for a pet' } }, '/ping': {} },
  filler: 'x'.repeat(1_100),
});

function write(kind: string, name: string, metadata: Record<string, unknown>, spec: Record<string, unknown> = {}): EntityWrite {
  const entity: Entity = { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name, ...metadata }, spec };
  return { entity, relations: [], source: 'file:a' };
}

test('operations are found in block YAML and in JSON, and not in texts that look like it', () => {
  expect(extractOperations(PETSTORE)).toEqual([
    ['GET', '/pet/findByStatus', 'findPetsByStatus', 'Finds Pets by status'],
    ['DELETE', '/pet/{petId}', 'deletePet', ''],
  ]);
  expect(extractOperations(OTHER)).toEqual([['GET', '/order/{id}/status', 'getStatus', 'The status of an order for a pet']]);
  for (const text of ['', '{', 'type Query { pets: [Pet] }', '[]', 'paths:', 'paths:\n\tget: x', 'null'])
    expect(extractOperations(text)).toEqual([]);
});

describeDatabases<CatalogTables>(
  'search',
  (open) => {
    test('finds by words, by beginnings and by operations, the best first, and follows changes', async () => {
      const database = await open();
      const index = new SearchIndex();
      const follower = new IndexFollower({ database, log: { warn: () => undefined }, consumers: [index] });
      await follower.start();
      const search = new CatalogSearch(database, follower, index);
      const put = async (batch: CatalogBatch) => {
        const { number } = await database.transaction((tx) => applyChanges(tx, batch));
        await follower.caughtUp(number ?? 0);
      };
      const refs = async (query: string) => (await search.search({ query })).items.map(({ ref }) => ref);
      await put({
        entities: [
          write('API', 'petstore', { tags: ['animals'] }, { owner: 'team-zoo', definition: PETSTORE }),
          write('API', 'orders', { description: 'Orders of the pet shop' }, { owner: 'team-sales', definition: OTHER }),
          write('Component', 'pet', { title: 'Everything for dogs' }, { owner: 'team-sales' }),
          write('API', 'tiny', {}, { definition: '{"paths":{"/ping":{"get":{"summary":"Says pong"}}}}' }),
          write('Component', 'findings', { description: 'status of what was found' }),
        ],
      });
      const found = await search.search({ query: 'GET /pet/findByStatus' });
      expect(found.items[0]).toMatchObject({ ref: 'api:default/petstore', operations: [{ method: 'GET', path: '/pet/findByStatus' }] });
      // A definition that is short enough to stand in its entity.
      const tiny = { ref: 'api:default/tiny', operations: [{ method: 'GET', path: '/ping', match: 3 }] };
      expect((await search.search({ query: 'GET /ping' })).items[0]).toMatchObject(tiny);
      expect((await search.search({ query: 'delete /PET/{id}/' })).items[0]?.operations[0]?.operationId).toBe('deletePet');
      expect((await refs('pet'))[0]).toBe('component:default/pet');
      expect(await refs('pet')).toContain('api:default/orders');
      expect(await refs('team zoo')).toEqual(['api:default/petstore']);
      expect(await refs('ani')).toEqual(['api:default/petstore']);
      // Words that nobody uses so: the beginning of one that is used, and a plural.
      expect((await refs('delet pet'))[0]).toBe('api:default/petstore');
      expect(await refs('orders zoos')).not.toEqual([]);
      expect((await refs('findPetsByStatus'))[0]).toBe('api:default/petstore');
      // None has all of the words.
      expect(await refs('dogs unicorns')).toEqual(['component:default/pet']);
      expect(await refs('unicorns')).toEqual([]);
      expect(await refs(' / ?! ')).toEqual([]);
      const components = await search.search({ query: 'pet', where: { key: 'kind', values: ['component'] } });
      expect([components.totalItems, components.items.map(({ ref }) => ref)]).toEqual([1, ['component:default/pet']]);
      await put({ entities: [write('API', 'petstore', { title: 'Cats' }, {})], remove: ['component:default/pet'] });
      expect(await refs('GET /pet/findByStatus')).not.toContain('api:default/petstore');
      expect(await refs('cats')).toEqual(['api:default/petstore']);
      expect(await refs('dogs')).toEqual([]);
      await follower.close();
    });
  },
  migrateCatalog,
);
