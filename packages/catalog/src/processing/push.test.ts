import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import type { PublishedApi } from '../providers/published-apis/published-apis-provider.ts';
import { readConflicts } from '../store/conflicts.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { component, createTestCatalog, storedEntities } from './processing-fixture.ts';

describeDatabases<CatalogTables>(
  'what is pushed',
  (open) => {
    test('replaces everything that its source gave, and only that', async () => {
      const database = await open();
      const { processing } = createTestCatalog(database, {});
      await processing.push('billing', `${component('a')}---\n${component('b')}`);
      await processing.push('shipping', component('c'));
      const again = await processing.push('billing', `${component('b', 'changed')}---\n${component('d')}`);
      expect(again).toMatchObject({
        outcome: 'stored',
        refs: ['component:default/b', 'component:default/d'],
        written: 2,
        removed: ['component:default/a'],
        conflicts: [],
      });
      expect([...(await storedEntities(database)).keys()]).toEqual(['component:default/b', 'component:default/c', 'component:default/d']);
      expect(await processing.push('billing', `${component('b', 'changed')}---\n${component('d')}`)).toMatchObject({
        written: 0,
        unchanged: 2,
      });
    });

    test('is refused whole when one document is wrong, with the place', async () => {
      const database = await open();
      const { processing } = createTestCatalog(database, {});
      await processing.push('billing', component('a'));
      const refused = await processing.push('billing', `${component('b')}---\n${component('c').replace('type: service', 'type: 7')}`);
      expect(refused).toMatchObject({ outcome: 'refused', documents: [{ ref: 'component:default/c', problems: [{ line: 17 }] }] });
      expect(await processing.push('../etc', component('a'))).toMatchObject({ outcome: 'refused' });
      expect(
        await processing.push('files', component('a').replace('description: a service', 'description: {$text: /etc/passwd}')),
      ).toMatchObject({ outcome: 'refused' });
      expect([...(await storedEntities(database)).keys()]).toEqual(['component:default/a']);
    });

    test('does not take what another source has, and says who has it', async () => {
      const database = await open();
      const { processing } = createTestCatalog(database, {});
      await processing.push('billing', component('a', 'mine'));
      const result = await processing.push('thief', component('a', 'stolen'));
      expect(result).toMatchObject({ outcome: 'stored', written: 0, conflicts: [{ ref: 'component:default/a', heldBy: 'push:billing' }] });
      expect(await readConflicts(database.read, 'component:default/a')).toHaveLength(1);
      expect((await storedEntities(database)).get('component:default/a')?.entity.metadata.description).toBe('mine');
    });

    test('stays when nothing is configured, while a provider that is no longer configured leaves orphans', async () => {
      const database = await open();
      const apis: PublishedApi[] = [{ api: 'pets', environments: ['test'], definition: '{}' }];
      const publishedApis = {
        publishedApis: async function* () {
          yield* apis;
        },
      };
      const before = createTestCatalog(database, {}, { publishedApis });
      await before.processing.push('billing', component('a'));
      await before.processing.scan();
      const { processing } = createTestCatalog(database, {});
      processing.start();
      while ((await storedEntities(database)).get('api:default/pets')?.orphan !== true)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await storedEntities(database)).get('component:default/a')?.orphan).toBe(false);
    });
  },
  migrateCatalog,
);

describeDatabases<CatalogTables>(
  'APIs that are published on the gateway',
  (open) => {
    test('become entities unless a richer one exists, and again when that one goes', async () => {
      const database = await open();
      const apis: PublishedApi[] = [
        { api: 'pets', title: 'Pets', owner: 'team-pets', environments: ['test', 'production'], definition: '{"openapi":"3.0.0"}' },
      ];
      const publishedApis = {
        publishedApis: async function* () {
          yield* apis;
        },
      };
      const { processing } = createTestCatalog(database, {}, { publishedApis });
      const pets = async () => (await storedEntities(database)).get('api:default/pets');
      await processing.scan();
      expect((await pets())?.entity).toMatchObject({
        metadata: { title: 'Pets', annotations: { 'gatehouse.dev/environments': 'test,production', 'gatehouse.dev/api': 'pets' } },
        spec: { type: 'openapi', lifecycle: 'production', owner: 'team-pets', definition: '{"openapi":"3.0.0"}' },
      });
      const richer =
        'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: pets, description: richer}\nspec: {type: openapi, lifecycle: production, owner: team-pets, definition: x}\n';
      await processing.push('pets', richer);
      await processing.scan();
      expect((await pets())?.source).toBe('push:pets');
      expect(await readConflicts(database.read)).toEqual([]);
      await processing.push('pets', '');
      await processing.scan();
      expect((await pets())?.source).toBe('gateway:pets');
      apis.pop();
      await processing.scan();
      expect((await pets())?.orphan).toBe(true);
    });
  },
  migrateCatalog,
);
