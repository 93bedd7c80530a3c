import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import type { Catalog } from '../catalog.ts';
import { generatedLocation } from '../processing/generated-location.ts';
import { component, createDirectory } from '../processing/processing-fixture.ts';
import { startFauxqsStorage, TEST_KEYS, type TestStorage } from '../providers/aws-s3/s3-servers.ts';
import { addLocation } from '../store/locations.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { createTestNode } from './overview-fixture.ts';

const blocksFor = ({ endpoint, bucket }: TestStorage, id = 'services') => ({
  catalog: {
    locations: [
      { type: 'file', target: './all/*.yaml' },
      { type: 'file', target: './gone.yaml' },
    ],
    processingInterval: { minutes: 60 },
    providers: { awsS3: { [id]: { bucketName: bucket, schedule: { frequency: { minutes: 60 } } } } },
  },
  integrations: { awsS3: [{ endpoint, s3ForcePathStyle: true, ...TEST_KEYS }] },
});

const byName = async (catalog: Catalog) => new Map((await catalog.providers()).map((view) => [view.name, view]));
const nameOf = (type: string, target: string) => `${type}:${target}`;

describeDatabases<CatalogTables>(
  'what feeds the catalog',
  (open, dialect) => {
    const set = async () => {
      const directory = await createDirectory();
      const storage = await startFauxqsStorage();
      await storage.put('a.yaml', component('a'));
      await storage.put('b.yaml', `${component('b')}---\n${component('c')}`);
      const database = await open();
      const now = { at: 1_000_000 };
      const node = await createTestNode(database, blocksFor(storage), { baseDir: directory, now: () => now.at });
      return { directory, storage, database, now, ...node };
    };

    test('is told with what came of it and when it is looked at next, of every location and provider', async () => {
      const { directory, catalog, scan, processing, now } = await set();
      expect(await catalog.providers()).toEqual([]);
      await writeFile(join(directory, 'gone.yaml'), component('g'));
      await scan();
      await processing.push('team/pets', component('pushed'));
      await catalog.follower.caughtUpWithAll();
      const views = await byName(catalog);
      expect(views.get('awsS3-provider:services')).toEqual({
        name: 'awsS3-provider:services',
        type: 'awsS3',
        target: 's3://catalog/',
        state: 'ok',
        entities: 3,
        lastScan: { startedAt: now.at, ms: 0, changed: 3, removed: 0 },
        error: null,
        errorSince: null,
        nextScanAt: now.at + 3_600_000,
      });
      expect(views.get(nameOf('file', `${directory}/gone.yaml`))).toMatchObject({ type: 'file', state: 'ok', entities: 1, error: null });
      expect(views.get(nameOf('file', `${directory}/all/*.yaml`))?.target).toBe(`${directory}/all/*.yaml`);
      expect(views.get('push')).toMatchObject({ type: 'push', state: 'ok', entities: 1, nextScanAt: null });
      expect(views.size).toBe(4);
    });

    test('says why a scan failed and since when, keeps what there was, and forgets it when one goes through', async () => {
      const { storage, catalog, scan, now, directory, processing } = await set();
      const location = nameOf('file', `${directory}/gone.yaml`);
      await writeFile(join(directory, 'gone.yaml'), component('g'));
      await scan();
      await rm(join(directory, 'gone.yaml'));
      await storage.stop();
      now.at += 1_000;
      await scan();
      now.at += 1_000;
      await scan();
      const failed = await byName(catalog);
      expect(failed.get('awsS3-provider:services')).toMatchObject({
        state: 'failed',
        entities: 3,
        error: expect.stringContaining('could not be reached'),
        errorSince: 1_001_000,
        lastScan: { startedAt: 1_002_000, changed: 0 },
      });
      expect(failed.get(location)).toMatchObject({
        state: 'failed',
        entities: 1,
        error: expect.stringContaining('does not exist'),
        errorSince: 1_001_000,
      });
      await writeFile(join(directory, 'gone.yaml'), component('g'));
      await processing.scan('locations');
      expect((await byName(catalog)).get(location)).toMatchObject({ state: 'ok', error: null, errorSince: null });
    });

    test('shows a location that was just registered as waiting, and no credentials of any', async () => {
      const { database, catalog, scan } = await set();
      await scan();
      const target = 'https://user:hunter2@git.example.com/all.yaml?token=hunter2';
      await database.transaction((tx) => addLocation(tx, { type: 'url', target }));
      const url = (await catalog.providers()).find(({ type }) => type === 'url');
      expect(url).toMatchObject({ state: 'waiting', target: 'https://git.example.com/all.yaml?…', entities: 0 });
      await scan();
      const refused = (await catalog.providers()).find(({ type }) => type === 'url');
      expect(refused?.state).toBe('failed');
      expect(JSON.stringify([refused, await catalog.problems({ limit: 50 })])).not.toContain('hunter2');
    });

    test('is scanned by the node that does the scanning when any node is asked to', async () => {
      const { database, storage, directory, processing } = await set();
      const other = dialect === 'postgres' ? await open.again(database) : database;
      const asked = await createTestNode(other, blocksFor(storage), { baseDir: directory });
      processing.start();
      const until = async (name: string, isSo: (view: Awaited<ReturnType<Catalog['providers']>>[number] | undefined) => boolean) => {
        while (!isSo((await byName(asked.catalog)).get(name))) await sleep(20);
      };
      await until('awsS3-provider:services', (view) => view?.state === 'ok' && view.entities === 3);
      await storage.put('d.yaml', component('d'));
      expect(await asked.processing.requestScan('awsS3-provider:services')).toBe(true);
      await until('awsS3-provider:services', (view) => view?.entities === 4);
      await writeFile(join(directory, 'gone.yaml'), component('g'));
      const location = nameOf('file', `${directory}/gone.yaml`);
      expect(await asked.processing.requestScan(location)).toBe(true);
      await until(location, (view) => view?.state === 'ok' && view.entities === 1);
      // Links lead from the Location entity, too.
      expect(await asked.processing.requestScan(generatedLocation({ type: 'file', target: `${directory}/gone.yaml` }).metadata.name)).toBe(
        true,
      );
      for (const name of ['push', 'awsS3-provider:none', nameOf('file', '/elsewhere')]) {
        expect(await asked.processing.requestScan(name), name).toBe(false);
      }
    });

    test('is shown as scanning while a scan takes its time, and no longer when it has ended', async () => {
      const database = await open();
      const gate = Promise.withResolvers<void>();
      const publishedApis = {
        async *publishedApis() {
          await gate.promise;
          yield { api: 'petstore', environments: ['test'], definition: '{}' };
        },
      };
      const { catalog, processing } = await createTestNode(database, {}, { publishedApis });
      processing.start();
      const until = async (state: string) => {
        while ((await byName(catalog)).get('gateway')?.state !== state) await sleep(20);
      };
      await until('waiting');
      await until('scanning');
      gate.resolve();
      await until('ok');
      expect((await byName(catalog)).get('gateway')).toMatchObject({ type: 'gateway', entities: 1, lastScan: { changed: 1 } });
    });

    test('is no longer told when it is no longer configured', async () => {
      const { database, storage, directory, scan, processing } = await set();
      await scan();
      await processing.stop();
      const { catalog, processing: next } = await createTestNode(database, blocksFor(storage, 'renamed'), { baseDir: directory });
      next.start();
      while (!(await byName(catalog)).has('awsS3-provider:renamed')) await sleep(20);
      expect((await byName(catalog)).has('awsS3-provider:services')).toBe(false);
    });
  },
  migrateCatalog,
);
