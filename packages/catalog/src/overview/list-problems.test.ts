import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import type { Catalog } from '../catalog.ts';
import { component, createDirectory } from '../processing/processing-fixture.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { CatalogProblem, ProblemPosition, ProblemQuery } from './list-problems.ts';
import { createTestNode } from './overview-fixture.ts';

async function allPages(catalog: Catalog, limit: number, query: Omit<ProblemQuery, 'limit' | 'after'> = {}): Promise<CatalogProblem[]> {
  const items: CatalogProblem[] = [];
  let after: ProblemPosition | undefined;
  do {
    const page = await catalog.problems({ ...query, limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

describeDatabases<CatalogTables>(
  'what is wrong in the catalog',
  (open) => {
    const set = async (files: Record<string, string>) => {
      const directory = await createDirectory();
      await mkdir(join(directory, 'c'));
      const write = (name: string, text: string) => writeFile(join(directory, 'c', name), text);
      for (const [name, text] of Object.entries(files)) await write(name, text);
      const now = { at: 1_000_000 };
      const blocks = { catalog: { locations: [{ type: 'file', target: './c/*.yaml' }], orphanGracePeriod: { minutes: 5 } } };
      const node = await createTestNode(await open(), blocks, { baseDir: directory, now: () => now.at });
      await node.scan();
      return { directory, write, now, ...node };
    };

    test('is nothing when nothing is', async () => {
      const { catalog } = await set({ 'a.yaml': component('a') });
      expect(await catalog.problems({ limit: 10 })).toEqual({ items: [], next: undefined });
    });

    test('are documents, each with its place and since when, also of entities that have a good version', async () => {
      const { catalog, directory, write, now, scan } = await set({
        'a.yaml': component('a'),
        'b.yaml': `${component('b')}---\nkind: API\n`,
      });
      now.at += 5_000;
      await write('a.yaml', component('a').replace('owner: team-a', 'owner: 3'));
      await scan();
      now.at += 5_000;
      await scan();
      expect(await allPages(catalog, 10)).toEqual([
        {
          kind: 'error',
          entity: 'component:default/a',
          location: `file:${directory}/c/a.yaml`,
          keptBy: null,
          message: expect.stringMatching(/owner.*line 9, column/),
          since: 1_005_000,
        },
        expect.objectContaining({ entity: null, location: `file:${directory}/c/b.yaml`, since: 1_000_000 }),
      ]);
      await write('a.yaml', component('a'));
      await scan();
      expect((await allPages(catalog, 10)).map(({ location }) => location)).toEqual([`file:${directory}/c/b.yaml`]);
    });

    test('are files that cannot be read, and patterns that find nothing to search', async () => {
      const location = (target: string) =>
        `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: more }\nspec: { target: ${target} }\n`;
      const { catalog, directory, write, now, scan } = await set({ 'more.yaml': location('./x/gone.yaml') });
      now.at += 5_000;
      // It is looked for again each time, and is missing since it was missed first.
      await scan();
      expect(await allPages(catalog, 10)).toMatchObject([
        {
          kind: 'error',
          entity: null,
          location: `file:${directory}/c/x/gone.yaml`,
          message: expect.stringContaining('does not exist'),
          since: 1_000_000,
        },
      ]);
      await write('more.yaml', location('/etc/*.yaml'));
      await scan();
      const [found] = await allPages(catalog, 10);
      expect(found).toMatchObject({ kind: 'error', entity: 'location:default/more', message: expect.stringContaining('/etc/*.yaml') });
    });

    test('are entities that two sources claim, with both of them', async () => {
      const { catalog, directory, write, scan } = await set({ 'a.yaml': component('x', 'first'), 'b.yaml': component('x', 'second') });
      expect(await allPages(catalog, 10)).toEqual([
        {
          kind: 'conflict',
          entity: 'component:default/x',
          location: `file:${directory}/c/b.yaml`,
          keptBy: `file:${directory}/c/a.yaml`,
          message: expect.stringContaining('Two sources claim it.'),
          since: 1_000_000,
        },
      ]);
      await write('a.yaml', component('y'));
      await scan();
      expect(await allPages(catalog, 10)).toEqual([]);
    });

    test('are entities whose source has let go of them, with when they are removed', async () => {
      const { catalog, directory, now, scan } = await set({ 'a.yaml': component('a'), 'b.yaml': component('b') });
      now.at += 1_000;
      await rm(join(directory, 'c', 'b.yaml'));
      await scan();
      expect(await allPages(catalog, 10)).toEqual([
        {
          kind: 'orphan',
          entity: 'component:default/b',
          location: `file:${directory}/c/b.yaml`,
          keptBy: null,
          message: `file:${directory}/c/b.yaml no longer has it. It is removed at ${new Date(1_301_000).toISOString()}.`,
          since: 1_001_000,
        },
      ]);
    });

    test('comes page by page, of one kind, or of one entity only', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `n${String(index).padStart(2, '0')}`);
      const broken = names.map((name) => component(name).replace('owner: team-a', 'owner: 3'));
      const { catalog, directory, scan } = await set({
        'a.yaml': broken.join('---\n'),
        ...Object.fromEntries(names.map((name) => [`broken-${name}.yaml`, `: [${name}`])),
        'x.yaml': component('x'),
        'y.yaml': component('x'),
        'z.yaml': component('z'),
      });
      await rm(join(directory, 'c', 'z.yaml'));
      await scan();
      const all = await allPages(catalog, 100);
      expect(all.length).toBe(52);
      for (const limit of [1, 7]) expect(await allPages(catalog, limit)).toEqual(all);
      for (const kind of ['error', 'conflict', 'orphan'] as const) {
        expect(await allPages(catalog, 2, { kind })).toEqual(all.filter((problem) => problem.kind === kind));
      }
      expect(await allPages(catalog, 10, { entity: 'Component:n07' })).toEqual(
        all.filter(({ entity }) => entity === 'component:default/n07'),
      );
      expect(await allPages(catalog, 10, { entity: 'component:default/x' })).toMatchObject([{ kind: 'conflict' }]);
      expect(await allPages(catalog, 10, { entity: 'component:default/z' })).toMatchObject([{ kind: 'orphan' }]);
      for (const entity of ['component:default/none', '%', '::']) expect(await allPages(catalog, 10, { entity })).toEqual([]);
    });
  },
  migrateCatalog,
);
