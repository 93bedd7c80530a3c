import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateCatalog } from '../store/migrations.ts';
import { readSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { SourceItem } from './mutation.ts';
import { component, createDirectory, createTestCatalog, storedEntities } from './processing-fixture.ts';

describeDatabases<CatalogTables>(
  'what a provider says',
  (open) => {
    /** A source that counts how often it is asked for its content. */
    const counted = () => {
      const loads: string[] = [];
      const item = (name: string, version: string): SourceItem => ({
        location: { type: 'test', target: name },
        version,
        load: async () => {
          loads.push(`${name} ${version}`);
          return { text: component(name, `version ${version}`) };
        },
      });
      return { loads, item };
    };

    test('is read only where its version is another one than the one that is stored', async () => {
      const { processing } = createTestCatalog(await open(), {});
      const { loads, item } = counted();
      await processing.applyMutation('test', { type: 'full', items: [item('a', '1'), item('b', '1')] });
      const summary = await processing.applyMutation('test', { type: 'full', items: [item('a', '1'), item('b', '2')] });
      expect(loads).toEqual(['a 1', 'b 1', 'b 2']);
      expect(summary).toMatchObject({ sources: 2, unchanged: 1, written: 1 });
    });

    test('is read once more when the rules have changed', async () => {
      const database = await open();
      const { loads, item } = counted();
      const mutation = { type: 'full', items: [item('a', '1')] } as const;
      const strict = createTestCatalog(database, { catalog: { rules: [{ allow: ['API'] }] } });
      expect(await strict.processing.applyMutation('test', mutation)).toMatchObject({ broken: 1, written: 0 });
      const { processing } = createTestCatalog(database, {});
      expect(await processing.applyMutation('test', mutation)).toMatchObject({ broken: 0, written: 1 });
      expect(loads).toHaveLength(2);
    });

    test('as a delta adds and removes, and leaves everything else alone', async () => {
      const database = await open();
      const { processing } = createTestCatalog(database, { catalog: { orphanGracePeriod: { seconds: 0 } } });
      const { item } = counted();
      await processing.applyMutation('test', { type: 'full', items: [item('a', '1'), item('b', '1')] });
      await processing.applyMutation('test', { type: 'delta', added: [item('c', '1')], removed: ['test:a'] });
      expect([...(await storedEntities(database)).keys()]).toEqual(['component:default/b', 'component:default/c']);
    });

    test('is kept as it was when the listing breaks off', async () => {
      const database = await open();
      const { processing } = createTestCatalog(database, {});
      const { item } = counted();
      await processing.applyMutation('test', { type: 'full', items: [item('a', '1'), item('b', '1')] });
      const items = async function* () {
        yield item('a', '2');
        throw new Error('the connection broke');
      };
      await expect(processing.applyMutation('test', { type: 'full', items: items() })).rejects.toThrow('the connection broke');
      const stored = [...(await storedEntities(database)).values()].map(({ entity, orphan }) => [entity.metadata.description, orphan]);
      expect(stored).toEqual([
        ['version 1', false],
        ['version 1', false],
      ]);
    });

    test('that goes between the listing and the reading is gone, not a failure', async () => {
      const database = await open();
      const directory = await createDirectory();
      await writeFile(join(directory, 'a.yaml'), component('a'));
      const blocks = { catalog: { locations: [{ type: 'file', target: './a.yaml' }] } };
      const { processing } = createTestCatalog(database, blocks, { baseDir: directory });
      const item = (name: string): SourceItem => ({
        location: { type: 'file', target: join(directory, name) },
        version: name,
        skipsForeign: true,
      });
      const summary = await processing.applyMutation('test', { type: 'full', items: [item('a.yaml'), item('gone.yaml')] });
      expect(summary).toMatchObject({ failed: 0, written: 1 });
      expect((await readSources(database.read, 'test')).map(({ error }) => error)).toEqual([undefined]);
    });
  },
  migrateCatalog,
);
