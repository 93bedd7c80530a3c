import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { type Entity, relationsOf, stringifyEntityRef } from '../model/index.ts';
import { IndexFollower } from '../query/index-follower.ts';
import { applyChanges } from './apply-changes.ts';
import type { CatalogBatch, EntityWrite } from './catalog-store.ts';
import { BEGINNING, changesSince } from './changes.ts';
import { readConflicts, saveConflicts } from './conflicts.ts';
import { migrateCatalog } from './migrations.ts';
import { readExpired, readOwnedBy, readOwners } from './owners.ts';
import { readSources, removeSources, saveSources, sourcesByRefreshKeys } from './sources.ts';
import type { CatalogTables } from './tables.ts';
import { purgeTombstones } from './tombstones.ts';

const DEFINITION = 'openapi: 3.0.3 \u0000 '.repeat(100);

function write(name: string, spec: Record<string, unknown> = {}, source = 'file:a'): EntityWrite {
  const entity: Entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'API', metadata: { name }, spec: { owner: 'team', ...spec } };
  return { entity, relations: relationsOf(entity).relations ?? [], source };
}

const refOf = (name: string) => stringifyEntityRef({ kind: 'api', name });
const status = [{ type: 'backstage.io/catalog-processing', level: 'error' as const, message: 'broken' }];

describeDatabases<CatalogTables>(
  'the store',
  (open) => {
    const opened = async () => {
      const database = await open();
      return { database, apply: (batch: CatalogBatch) => database.transaction((tx) => applyChanges(tx, batch)) };
    };

    test('writes nothing for what is unchanged, and one number for all that is', async () => {
      const { database, apply } = await opened();
      const entities = ['a', 'b', 'c'].map((name) => write(name, { definition: DEFINITION }));
      expect(await apply({ entities })).toEqual({ number: 1, written: ['a', 'b', 'c'].map(refOf), unchanged: 0, removed: [] });
      const marks = [{ ref: refOf('nobody'), orphan: true }];
      expect(await apply({ entities, marks, remove: [refOf('nobody')] })).toEqual({
        number: undefined,
        written: [],
        unchanged: 3,
        removed: [],
      });
      const changed = await apply({
        entities: [...entities.slice(1), write('a', { definition: DEFINITION, type: 'x' })],
        remove: [refOf('c')],
      });
      expect(changed).toEqual({ number: 2, written: [refOf('a')], unchanged: 2, removed: [refOf('c')] });
      const feed = await changesSince(database.read, { number: 1, ref: 'z' }, 10);
      expect(feed.changes.map(({ ref, number, deleted }) => [ref, number, deleted])).toEqual([
        [refOf('a'), 2, false],
        [refOf('c'), 2, true],
      ]);
    });

    test('keeps a definition once, apart, as long as somebody has it', async () => {
      const { database, apply } = await opened();
      const kept = async () =>
        (await database.read.selectFrom('catalog_definitions').select('content').execute()).map(({ content }) => JSON.parse(content));
      await apply({
        entities: [write('a', { definition: DEFINITION }), write('b', { definition: DEFINITION }), write('c', { definition: 'short' })],
      });
      expect(await kept()).toEqual([DEFINITION]);
      await apply({ remove: [refOf('a')] });
      expect(await kept()).toEqual([DEFINITION]);
      const other = `other ${DEFINITION}`;
      await apply({ entities: [write('b', { definition: other })] });
      expect(await kept()).toEqual([other]);
      await apply({ remove: [refOf('b')] });
      expect(await kept()).toEqual([]);
    });

    test('marks an entity without touching its content, and the next good version clears the mark', async () => {
      const { database, apply } = await opened();
      await apply({ entities: [write('a')] });
      const read = async () => (await changesSince(database.read, BEGINNING, 10)).changes[0];
      const before = await read();
      expect((await apply({ marks: [{ ref: refOf('a'), status, orphan: true, removeAt: 1_000 }] })).number).toBe(2);
      expect((await apply({ marks: [{ ref: refOf('a'), status, removeAt: 1_000 }] })).number).toBeUndefined();
      expect(await read()).toEqual({ ...before, number: 2, status: JSON.stringify(status), orphan: true, removeAt: 1_000 });
      expect([await readExpired(database.read, 999), await readExpired(database.read, 1_000)]).toEqual([[], [refOf('a')]]);
      expect((await apply({ entities: [write('a')] })).number).toBe(3);
      expect(await read()).toEqual({ ...before, number: 3 });
    });

    test('gives an entity that comes back its uid, until its tombstone is purged', async () => {
      const { database, apply } = await opened();
      const uid = async () => (await readOwners(database.read, [refOf('a')])).get(refOf('a'))?.uid;
      await apply({ entities: [write('a'), write('b')] });
      const first = await uid();
      await apply({ remove: [refOf('a')] });
      expect([await uid(), (await readOwnedBy(database.read, ['file:a'])).map(({ ref }) => ref)]).toEqual([undefined, [refOf('b')]]);
      await apply({ entities: [write('a')] });
      expect(await uid()).toBe(first);
      await apply({ remove: [refOf('a')] });
      expect(await database.transaction((tx) => purgeTombstones(tx, Date.now() + 1))).toBe(1);
      await apply({ entities: [write('a')] });
      expect(await uid()).not.toBe(first);
    });

    test('tells a node that was away when tombstones were purged to begin anew', async () => {
      const { database, apply } = await opened();
      const away = new IndexFollower({ database, log: { warn: () => undefined }, pollMs: 1_000_000 });
      await apply({ entities: [write('a'), write('b')] });
      await away.start();
      await away.close();
      const position = { number: 1, ref: refOf('b') };
      await apply({ remove: [refOf('a')] });
      expect((await changesSince(database.read, position, 10)).changes.map(({ ref }) => ref)).toEqual([refOf('a')]);
      await database.transaction((tx) => purgeTombstones(tx, Date.now() + 1));
      expect((await changesSince(database.read, position, 10)).lost).toBe(true);
      const fresh = await changesSince(database.read, BEGINNING, 10);
      expect([fresh.lost, fresh.changes.map(({ ref }) => ref)]).toEqual([false, [refOf('b')]]);
    });

    test('loses no change of writers at the same time, and shows numbers in their order', async () => {
      const { database, apply } = await opened();
      const follower = new IndexFollower({ database, log: { warn: () => undefined } });
      await follower.start();
      const writers = Array.from({ length: 8 }, (_, at) =>
        apply({ entities: [write(`own-${at}`, { definition: DEFINITION }), write('shared', { at })] }),
      );
      const numbers = (await Promise.all(writers)).map(({ number }) => number ?? 0);
      expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await follower.caughtUp(8)).toBe(true);
      expect(follower.index.size).toBe(9);
      const last = numbers.indexOf(8);
      const row = await database.read
        .selectFrom('catalog_entities')
        .select('entity')
        .where('ref', '=', refOf('shared'))
        .executeTakeFirstOrThrow();
      expect(JSON.parse(row.entity).spec.at).toBe(last);
      await follower.close();
    });

    test('keeps sources with their refresh keys and conflicts, and forgets them together', async () => {
      const { database } = await opened();
      const source = { id: 'url:https://a', provider: 'locations', type: 'url', target: 'https://a', documents: [{ ref: refOf('a') }] };
      await database.transaction((tx) => saveSources(tx, [{ ...source, version: 'v1', refreshKeys: ['url:https://b', 'url:https://b'] }]));
      await database.transaction((tx) => saveSources(tx, [{ ...source, version: 'v2', error: 'gone' }]));
      expect(await readSources(database.read, 'locations')).toEqual([expect.objectContaining({ ...source, version: 'v2', error: 'gone' })]);
      expect(await sourcesByRefreshKeys(database.read, ['url:https://b', 'url:https://c'])).toEqual([source.id]);
      const conflict = { ref: refOf('a'), source: source.id, heldBy: 'file:a', since: 5 };
      await database.transaction((tx) => saveConflicts(tx, [source.id], [conflict]));
      await database.transaction((tx) => saveConflicts(tx, [source.id], [{ ...conflict, since: 9 }]));
      expect(await readConflicts(database.read, refOf('a'))).toEqual([expect.objectContaining(conflict)]);
      await database.transaction((tx) => removeSources(tx, [source.id]));
      expect(await readConflicts(database.read)).toEqual([]);
      expect(await sourcesByRefreshKeys(database.read, ['url:https://b'])).toEqual([]);
      expect(await readSources(database.read)).toEqual([]);
    });
  },
  migrateCatalog,
);
