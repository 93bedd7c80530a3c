import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { ANNOTATION_ORPHAN, type Entity, type Relation, stringifyEntityRef } from '../model/index.ts';
import { applyChanges } from '../store/apply-changes.ts';
import type { EntityWrite } from '../store/catalog-store.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { EntityReader } from './entity-reader.ts';
import { IndexFollower } from './index-follower.ts';
import { facetNaively, holdsNaively, type NaiveEntity, sortNaively, toSearchRows } from './naive-query-fixture.ts';
import { RandomCatalog } from './random-entities-fixture.ts';

const log = { warn: () => undefined };

/** What the catalog should hold, kept the plain way. */
class Model {
  readonly writes = new Map<string, EntityWrite>();
  readonly uids = new Map<string, string>();

  entities(): NaiveEntity[] {
    return [...this.writes].map(([ref, write]) => {
      const relations = this.relationsOf(ref);
      const entity = structuredClone(write.entity);
      if (write.orphan === true) entity.metadata.annotations = { ...entity.metadata.annotations, [ANNOTATION_ORPHAN]: 'true' };
      return { ref, relations, rows: toSearchRows(entity, this.uids.get(ref) ?? '', relations) };
    });
  }

  relationsOf(ref: string): { type: string; targetRef: string }[] {
    const own = new Map<string, Relation>();
    for (const { relations } of this.writes.values()) {
      for (const relation of relations) if (relation.sourceRef === ref) own.set(`${relation.type} ${relation.targetRef}`, relation);
    }
    return [...own].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { type, targetRef }]) => ({ type, targetRef }));
  }
}

describeDatabases<CatalogTables>(
  'the index',
  (open) => {
    test.each([1, 2, 3])(
      'answers every question as the plain way does, however entities came, changed and went (seed %i)',
      async (seed) => {
        const database = await open();
        const random = new RandomCatalog(seed);
        const model = new Model();
        const follower = new IndexFollower({ database, log });
        await follower.start();
        for (let round = 0; round < 8; round++) {
          await changeSomething(database, random, model, follower);
          for (let question = 0; question < 40; question++) compareOne(random, model, follower);
        }
        // One that begins now has to come to the same.
        const second = new IndexFollower({ database, log });
        await second.start();
        for (let question = 0; question < 100; question++) compareOne(random, model, second);
        await compareEntities(database, model, follower);
        await Promise.all([follower.close(), second.close()]);
      },
    );

    test('is not stopped by an entity that relates to a text of any length', async () => {
      const database = await open();
      const follower = new IndexFollower({ database, log });
      await follower.start();
      const { entity } = new RandomCatalog(1).write();
      const sourceRef = stringifyEntityRef(entity);
      const targetRef = `group:default/${'x'.repeat(200_000)}`;
      const relations = [
        { sourceRef, type: 'ownedBy', targetRef },
        { sourceRef, type: 'ownedBy', targetRef: 'group:default/a' },
      ];
      const { number } = await database.transaction((tx) => applyChanges(tx, { entities: [{ entity, relations, source: 'file:a' }] }));
      expect(await follower.caughtUp(number ?? 0)).toBe(true);
      expect(follower.index.relationsOf(follower.index.rowOf(sourceRef) ?? -1)).toEqual([
        { type: 'ownedBy', targetRef: 'group:default/a' },
      ]);
      await follower.close();
    });
  },
  migrateCatalog,
);

async function changeSomething(
  database: Database<CatalogTables>,
  random: RandomCatalog,
  model: Model,
  follower: IndexFollower,
): Promise<void> {
  const entities = Array.from({ length: 12 }, () => random.write());
  const known = [...model.writes.keys()];
  const remove = known.filter(() => random.chance(0.2));
  const applied = await database.transaction((tx) => applyChanges(tx, { entities, remove }));
  for (const write of entities) model.writes.set(stringifyEntityRef(write.entity), write);
  for (const ref of remove) model.writes.delete(ref);
  expect(await follower.caughtUp(applied.number ?? 0)).toBe(true);
  const rows = await database.read.selectFrom('catalog_entities').select(['ref', 'uid']).execute();
  for (const { ref, uid } of rows) {
    // An entity that was away has its uid again.
    if (model.uids.has(ref)) expect(uid).toBe(model.uids.get(ref));
    model.uids.set(ref, uid);
  }
}

function compareOne(random: RandomCatalog, model: Model, follower: IndexFollower): void {
  const { index } = follower;
  const where = random.condition();
  const order = random.order();
  const naive = sortNaively(
    model.entities().filter((entity) => holdsNaively(entity, where)),
    order,
  );
  const what = JSON.stringify({ where, order });
  const page = index.page({ where, order, limit: 1_000 });
  expect([what, page.rows.map((row) => index.refOf(row))]).toEqual([what, naive.map(({ ref }) => ref)]);
  expect(page.total).toBe(naive.length);
  const facet = random.field();
  expect([what, facet, index.facet(facet, index.select(where))]).toEqual([what, facet, facetNaively(naive, facet)]);
  expect([facet, index.facet(facet)]).toEqual([facet, facetNaively(model.entities(), facet)]);
}

async function compareEntities(database: Database<CatalogTables>, model: Model, follower: IndexFollower): Promise<void> {
  const refs = [...model.writes.keys()];
  const reader = new EntityReader(database);
  // Twice: from the database, then from what was kept of that.
  for (const texts of [await reader.read(follower.index, refs), await reader.read(follower.index, refs)]) {
    for (const [at, ref] of refs.entries()) {
      const entity = JSON.parse(texts[at] ?? '{}') as Entity;
      const written = model.writes.get(ref)?.entity;
      expect(entity.spec).toEqual(written?.spec);
      expect(entity.metadata).toMatchObject({ namespace: 'default', ...written?.metadata, uid: model.uids.get(ref) });
      expect(entity.relations).toEqual(model.relationsOf(ref));
    }
  }
}
