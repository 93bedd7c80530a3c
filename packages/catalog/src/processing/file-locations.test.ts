import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { readConflicts } from '../store/conflicts.ts';
import { migrateCatalog } from '../store/migrations.ts';
import { readSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { component, createDirectory, createTestCatalog, storedEntities } from './processing-fixture.ts';

describeDatabases<CatalogTables>(
  'files in the catalog',
  (open) => {
    const set = async (files: Record<string, string>, blocks: Record<string, unknown> = {}, now = { at: 1_000_000 }) => {
      const directory = await createDirectory();
      for (const [name, text] of Object.entries(files)) {
        await mkdir(join(directory, name, '..'), { recursive: true });
        await writeFile(join(directory, name), text);
      }
      const database = await open();
      const catalog = { locations: [{ type: 'file', target: './*.yaml' }], ...blocks };
      const made = createTestCatalog(database, { catalog }, { baseDir: directory, now: () => now.at });
      await made.processing.scan();
      return { ...made, database, directory, now, write: (name: string, text: string) => writeFile(join(directory, name), text) };
    };

    test('a document that is wrong does not keep its neighbours out, and is explained on its Location', async () => {
      const { database } = await set({
        'all.yaml': `${component('one')}---\nkind: [\n---\n${component('two').replace('type: service', 'type: 7')}---\n${component('three')}`,
      });
      const stored = await storedEntities(database);
      expect([...stored.keys()]).toEqual(['component:default/one', 'component:default/three']);
      const root = [...(await storedEntities(database, { withRoots: true })).values()].find(({ source }) => source.startsWith('root:'));
      expect(root?.status.map(({ level }) => level)).toEqual(['error', 'error']);
      expect(root?.status[0]?.message).toContain('all.yaml:');
    });

    test('an entity whose document breaks keeps its last good version, says so, and recovers', async () => {
      const { database, processing, write } = await set({ 'a.yaml': component('a', 'good') });
      await write('a.yaml', component('a', 'bad').replace('type: service', 'type: 7'));
      await processing.scan();
      const broken = (await storedEntities(database)).get('component:default/a');
      expect(broken?.entity.metadata.description).toBe('good');
      expect(broken?.status[0]).toMatchObject({ type: 'backstage.io/catalog-processing', level: 'error' });
      await write('a.yaml', `${component('a', 'better')}  : : {`);
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/a')?.entity.metadata.description).toBe('good');
      await write('a.yaml', component('a', 'better'));
      await processing.scan();
      const good = (await storedEntities(database)).get('component:default/a');
      expect([good?.entity.metadata.description, good?.status]).toEqual(['better', []]);
    });

    test('an entity that leaves its file is an orphan for the grace period, then gone; back in time it stays the same entity', async () => {
      const { database, processing, write, now } = await set({ 'a.yaml': `${component('a')}---\n${component('b')}` });
      const uidOf = async (name: string) =>
        (await database.read.selectFrom('catalog_entities').select('uid').where('ref', '=', `component:default/${name}`).executeTakeFirst())
          ?.uid;
      const uid = await uidOf('b');
      await write('a.yaml', component('a'));
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/b')?.orphan).toBe(true);
      expect(await processing.removeExpired()).toEqual([]);
      await write('a.yaml', `${component('a')}---\n${component('b')}`);
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/b')?.orphan).toBe(false);
      now.at += 400_000;
      expect(await processing.removeExpired()).toEqual([]);
      expect(await uidOf('b')).toBe(uid);
      await write('a.yaml', component('a'));
      await processing.scan();
      now.at += 400_000;
      expect(await processing.removeExpired()).toEqual(['component:default/b']);
      expect([...(await storedEntities(database)).keys()]).toEqual(['component:default/a']);
    });

    test('an entity that moves to another file goes along at once, in either order of the names', async () => {
      const { database, processing, directory } = await set({ 'b.yaml': component('x'), 'a.yaml': component('other') });
      await rename(join(directory, 'b.yaml'), join(directory, 'aa.yaml'));
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/x')).toMatchObject({
        source: `file:${directory}/aa.yaml`,
        orphan: false,
      });
      await writeFile(join(directory, 'a.yaml'), `${component('other')}---\n${component('x')}`);
      await writeFile(join(directory, 'aa.yaml'), component('new'));
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/x')).toMatchObject({
        source: `file:${directory}/a.yaml`,
        orphan: false,
      });
      expect(await readConflicts(database.read)).toEqual([]);
    });

    test('two files that claim one entity: the first keeps it, the other is refused visibly and has it when the first lets go', async () => {
      const { database, processing, directory, write } = await set({
        'a.yaml': component('x', 'first'),
        'b.yaml': component('x', 'second'),
      });
      expect((await storedEntities(database)).get('component:default/x')?.entity.metadata.description).toBe('first');
      expect(await readConflicts(database.read)).toMatchObject([
        { ref: 'component:default/x', source: `file:${directory}/b.yaml`, heldBy: `file:${directory}/a.yaml` },
      ]);
      await write('a.yaml', component('y'));
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/x')?.entity.metadata.description).toBe('second');
      expect(await readConflicts(database.read)).toEqual([]);
    });

    test('Locations lead to further files, say what is missing below them, and keep what they gave', async () => {
      const location =
        'apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: tree}\nspec: {targets: [./sub/*.yaml, ./gone.yaml]}\n';
      const { database, processing, directory } = await set({
        'root.yaml': location,
        'sub/one.yaml': component('one'),
        'gone.yaml.off': '',
      });
      const stored = await storedEntities(database);
      expect(stored.get('component:default/one')?.entity.metadata.annotations).toEqual({
        'backstage.io/managed-by-location': `file:${directory}/sub/one.yaml`,
        'backstage.io/managed-by-origin-location': `file:${directory}/*.yaml`,
      });
      expect(stored.get('location:default/tree')?.status[0]?.message).toContain('gone.yaml does not exist');
      await writeFile(join(directory, 'root.yaml'), 'kind: Location\nmetadata: {name: tree\n');
      await processing.scan();
      expect((await storedEntities(database)).get('component:default/one')?.orphan).toBe(false);
    });

    test('what an entity is filled in from is looked at again, what is unchanged is not', async () => {
      const api =
        'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: pets}\nspec: {type: openapi, lifecycle: production, owner: a, definition: {$text: ./pets.txt}}\n';
      const { database, processing, write } = await set({ 'api.yaml': api, 'pets.txt': 'first' });
      const definition = async () => (await storedEntities(database)).get('api:default/pets')?.entity.spec?.definition;
      expect(await definition()).toBe('first');
      const readAt = async () => (await readSources(database.read, 'locations')).map((record) => record.readAt);
      const before = await readAt();
      await processing.scan();
      expect(await readAt()).toEqual(before);
      await write('pets.txt', 'second');
      await processing.scan(undefined, 'changed');
      expect(await definition()).toBe('second');
    });

    test('catalog.rules hold for the origin, and refuse visibly', async () => {
      const group = 'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec: {type: team, children: []}\n';
      const locations = [
        { type: 'file', target: './a.yaml' },
        { type: 'file', target: './b.yaml', rules: [{ allow: ['Group'] }] },
      ];
      const { database } = await set({ 'a.yaml': group, 'b.yaml': group.replace('name: g', 'name: h') }, { locations });
      expect([...(await storedEntities(database)).keys()]).toEqual(['group:default/h']);
      const statuses = [...(await storedEntities(database, { withRoots: true })).values()].flatMap(({ status }) => status);
      expect(statuses.map(({ message }) => message).join()).toContain('is not of an allowed kind');
    });

    test('a location that is no longer registered takes along what it led to, a file that vanishes does not', async () => {
      const { database, directory, processing } = await set(
        { 'a.yaml': component('a') },
        { locations: [{ type: 'file', target: './a.yaml' }] },
      );
      await rm(join(directory, 'a.yaml'));
      await processing.scan();
      const kept = (await storedEntities(database)).get('component:default/a');
      expect([kept?.orphan, kept?.status[0]?.message]).toEqual([false, expect.stringContaining('does not exist')]);
      const without = createTestCatalog(database, { catalog: {} }, { baseDir: directory });
      await without.processing.scan();
      expect([...(await storedEntities(database, { withRoots: true })).keys()]).toEqual([]);
      expect(await readSources(database.read, 'locations')).toEqual([]);
    });

    test('an entity that was removed by hand comes back with its source', async () => {
      const { database, processing } = await set({ 'a.yaml': component('a') });
      await processing.removeEntity('component:default/a');
      expect((await storedEntities(database)).size).toBe(0);
      await processing.scan();
      expect((await storedEntities(database)).size).toBe(1);
    });
  },
  migrateCatalog,
);
