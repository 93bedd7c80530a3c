import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { afterTest, component, createDirectory, createTestCatalog, settingsOf, storedEntities } from './processing-fixture.ts';

const PROGRAM = join(import.meta.dirname, 'scan-process.ts');

/** Starts a node in another process and resolves when it has stored that many entities. */
async function startNode(
  place: object,
  blocks: Record<string, unknown>,
  baseDir: string,
  entities: number,
): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(place), JSON.stringify(settingsOf(blocks)), baseDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  afterTest(kill);
  for await (const line of createInterface({ input: child.stdout })) if (Number(line.split(' ')[1]) >= entities) return { kill };
  throw new Error('the node ended before it had stored anything');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

const namesOf = async (database: Database<CatalogTables>) => [...(await storedEntities(database)).keys()];

describeDatabases<CatalogTables>(
  'nodes of the catalog',
  (open, dialect) => {
    const blocks = { catalog: { locations: [{ type: 'file', target: './all.yaml' }], processingInterval: { minutes: 60 } } };

    test('one that is killed in the middle of a scan leaves what the next scan completes', async () => {
      const directory = await createDirectory();
      const names = Array.from({ length: 3_000 }, (_, index) => `c-${index}`);
      await writeFile(join(directory, 'all.yaml'), names.map((name) => component(name)).join('---\n'));
      const first = await open();
      await first.close();
      const node = await startNode(open.placeOf(first), blocks, directory, 400);
      await node.kill();
      const database = await open.again(first);
      const count = (await namesOf(database)).length;
      expect(count).toBeLessThan(3_000);
      await createTestCatalog(database, blocks, { baseDir: directory }).processing.scan();
      expect(await namesOf(database)).toEqual(names.map((name) => `component:default/${name}`).sort());
    });

    test('what changes is seen without being asked, and refreshed when asked', async () => {
      const directory = await createDirectory();
      await writeFile(join(directory, 'all.yaml'), component('a'));
      const database = await open();
      const { processing } = createTestCatalog(database, blocks, { baseDir: directory });
      processing.start();
      await until(async () => (await namesOf(database)).length === 1);
      await writeFile(join(directory, 'all.yaml'), `${component('a')}---\n${component('b')}`);
      await until(async () => (await namesOf(database)).length === 2);
      await processing.removeEntity('component:default/b');
      expect(await namesOf(database)).toHaveLength(1);
      await processing.refresh('component:default/a');
      await until(async () => (await namesOf(database)).length === 2);
      await expect(processing.refresh('component:default/none')).rejects.toMatchObject({ name: 'NotFoundError' });
    });

    if (dialect === 'postgres') {
      test('when the one that scans is killed another one takes over', async () => {
        const directory = await createDirectory();
        await writeFile(join(directory, 'all.yaml'), component('a'));
        const database = await open();
        const node = await startNode(open.placeOf(database), blocks, directory, 1);
        const { processing } = createTestCatalog(database, blocks, { baseDir: directory });
        processing.start();
        await sleep(1_500);
        await node.kill();
        await writeFile(join(directory, 'all.yaml'), component('b'));
        await until(async () => (await namesOf(database)).includes('component:default/b'));
      });
    }
  },
  migrateCatalog,
);
