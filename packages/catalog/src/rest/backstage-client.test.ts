import { CATALOG_FILTER_EXISTS, CatalogClient, type EntityFilterQuery, type QueryEntitiesInitialRequest } from '@backstage/catalog-client';
import { describeDatabases } from '@gatehouse/database/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { READER, type RunningRest, startRest, toWrite, WRITER } from './catalog-rest-fixture.ts';

const DEFINITION = `openapi: 3.0.3\npaths:\n${Array.from({ length: 60 }, (_, at) => `  /pets/${at}:\n    get: {}\n`).join('')}`;

const names = (items: readonly ({ metadata: { name: string } } | undefined)[]) => items.map((item) => item?.metadata.name);

describeDatabases<CatalogTables>(
  "Backstage's own client",
  (open) => {
    let rest: RunningRest;
    let client: CatalogClient;
    const asReader = { token: READER };
    const asWriter = { token: WRITER };

    beforeEach(async () => {
      rest = await startRest(await open());
      client = new CatalogClient({ discoveryApi: { getBaseUrl: async (plugin) => `${rest.url}/api/${plugin}` } });
      const services = Array.from({ length: 6 }, (_, at) =>
        toWrite('Component', `Service-${at}`, { type: 'service', owner: `team-${at % 2}` }),
      );
      await rest.put({
        entities: [
          ...services,
          toWrite('API', 'pets', { type: 'openapi', lifecycle: 'production', owner: 'team-0', definition: DEFINITION }),
          toWrite('Group', 'team-0', { type: 'team', children: [] }),
          { ...toWrite('Component', 'leaf', { type: 'Library', owner: 'user:jane' }), parents: ['location:default/generated-1'] },
          { ...toWrite('Location', 'generated-1', { type: 'url' }), parents: ['location:default/generated-0'] },
          toWrite('Location', 'generated-0', { type: 'url' }),
        ],
      });
    });

    afterEach(async () => rest.close());

    test('gets entities by filter, in order, with fields, a page at a time', async () => {
      const everything = await client.getEntities({}, asReader);
      expect(everything.items).toHaveLength(11);
      // A list without fields has everything, as Backstage's lists do.
      expect(everything.items.find(({ kind }) => kind === 'API')?.spec?.definition).toBe(DEFINITION);
      const services = { kind: 'component', 'spec.type': 'SERVICE' };
      const order = { field: 'metadata.name', order: 'desc' } as const;
      const page = await client.getEntities({ filter: services, order, offset: 1, limit: 2, fields: ['metadata.name', 'kind'] }, asReader);
      expect(page.items).toEqual([
        { kind: 'Component', metadata: { name: 'Service-4' } },
        { kind: 'Component', metadata: { name: 'Service-3' } },
      ]);
      const either: EntityFilterQuery = [
        { kind: ['api', 'group'] },
        { 'relations.ownedBy': 'user:default/jane', 'spec.type': CATALOG_FILTER_EXISTS },
      ];
      expect(names((await client.getEntities({ filter: either }, asReader)).items)).toEqual(['pets', 'leaf', 'team-0']);
    });

    test('goes forwards and backwards through a query, also while entities come and go', async () => {
      const filter = { 'spec.type': 'service' };
      const orderFields = [{ field: 'spec.owner', order: 'desc' } as const, { field: 'metadata.name', order: 'asc' } as const];
      const first = await client.queryEntities({ filter, orderFields, limit: 2 }, asReader);
      expect([names(first.items), first.totalItems, first.pageInfo.prevCursor]).toEqual([['Service-1', 'Service-3'], 6, undefined]);
      await rest.put({
        remove: ['component:default/service-3'],
        entities: [toWrite('Component', 'new', { type: 'service', owner: 'team-9' })],
      });
      const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor ?? '', limit: 2 }, asReader);
      expect(names(second.items)).toEqual(['Service-5', 'Service-0']);
      const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor ?? '', limit: 2 }, asReader);
      expect(names(back.items)).toEqual(['new', 'Service-1']);
      expect(back.pageInfo.prevCursor).toBeUndefined();
      const again = await client.queryEntities({ cursor: back.pageInfo.nextCursor ?? '', limit: 10 }, asReader);
      expect(names(again.items)).toEqual(['Service-5', 'Service-0', 'Service-2', 'Service-4']);
      expect(again.pageInfo.nextCursor).toBeUndefined();
      const counted = await client.queryEntities({ filter, limit: 0 }, asReader);
      expect([counted.items, counted.totalItems]).toEqual([[], 6]);
    });

    test('queries by predicates and by full text, and follows such a query', async () => {
      const query: QueryEntitiesInitialRequest['query'] = {
        $all: [{ kind: 'Component' }, { $not: { 'spec.owner': { $in: ['team-1'] } } }, { 'metadata.name': { $hasPrefix: 'serv' } }],
      };
      const first = await client.queryEntities({ query, limit: 2, fields: ['metadata.name'], totalItems: 'exclude' }, asReader);
      expect([names(first.items), first.totalItems]).toEqual([['Service-0', 'Service-2'], 0]);
      const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor ?? '' }, asReader);
      expect(names(second.items)).toEqual(['Service-4']);
      const owned = { relations: { $contains: { type: 'ownedBy', targetRef: 'group:default/team-0' } } };
      expect((await client.queryEntities({ query: owned, filter: { kind: 'api' } }, asReader)).totalItems).toBe(1);
      const text = { fullTextFilter: { term: ' LIB ', fields: ['spec.type', 'metadata.name'] } };
      expect(names((await client.queryEntities(text, asReader)).items)).toEqual(['leaf']);
      expect((await client.queryEntities({ ...text, query: { kind: 'api' } }, asReader)).totalItems).toBe(0);
      const streamed: string[] = [];
      for await (const page of client.streamEntities({ filter: { kind: 'component' }, pageSize: 3 }, asReader))
        streamed.push(...page.map(({ metadata }) => metadata.name));
      expect(streamed).toEqual(['leaf', 'Service-0', 'Service-1', 'Service-2', 'Service-3', 'Service-4', 'Service-5']);
    });

    test('gets one entity by ref, name and refs, whatever the case, and nothing for what is not there', async () => {
      const entity = await client.getEntityByRef('API:Default/PETS', asReader);
      expect(entity?.spec?.definition).toBe(DEFINITION);
      expect(entity?.relations).toEqual([{ type: 'ownedBy', targetRef: 'group:default/team-0' }]);
      expect(entity?.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(await client.getEntityByName({ kind: 'api', namespace: 'default', name: 'nobody' }, asReader)).toBeUndefined();
      const entityRefs = ['group:default/team-0', 'group:default/nobody', 'not a ref', 'api:default/pets'];
      expect(names((await client.getEntitiesByRefs({ entityRefs }, asReader)).items)).toEqual(['team-0', undefined, undefined, 'pets']);
      const filtered = await client.getEntitiesByRefs({ entityRefs, filter: { kind: 'api' }, fields: ['metadata.name'] }, asReader);
      expect(filtered.items).toEqual([undefined, undefined, undefined, { metadata: { name: 'pets' } }]);
      const asked = await client.getEntitiesByRefs({ entityRefs, query: { $not: { kind: 'api' } } }, asReader);
      expect(names(asked.items)).toEqual(['team-0', undefined, undefined, undefined]);
    });

    test('gets facets in their own case and ancestors up to the root', async () => {
      const facets = ['spec.type', 'relations.ownedBy'];
      const counted = await client.getEntityFacets({ facets, filter: { kind: 'component' } }, asReader);
      expect(counted.facets).toEqual({
        'spec.type': [
          { value: 'Library', count: 1 },
          { value: 'service', count: 6 },
        ],
        'relations.ownedBy': [
          { value: 'group:default/team-0', count: 3 },
          { value: 'group:default/team-1', count: 3 },
          { value: 'user:default/jane', count: 1 },
        ],
      });
      const asked = await client.getEntityFacets({ facets: ['kind'], query: { $any: [{ kind: 'api' }, { kind: 'group' }] } }, asReader);
      expect(asked.facets.kind).toEqual([
        { value: 'API', count: 1 },
        { value: 'Group', count: 1 },
      ]);
      const ancestors = await client.getEntityAncestors({ entityRef: 'component:default/leaf' }, asReader);
      expect(ancestors.rootEntityRef).toBe('component:default/leaf');
      expect(ancestors.items.map(({ entity, parentEntityRefs }) => [entity.metadata.name, parentEntityRefs])).toEqual([
        ['leaf', ['location:default/generated-1']],
        ['generated-1', ['location:default/generated-0']],
        ['generated-0', []],
      ]);
    });

    test('registers, finds, moves and removes locations', async () => {
      const target = 'https://example.com/a.yaml';
      const preview = await client.addLocation({ target, dryRun: true }, asWriter);
      expect([preview.exists, names(preview.entities)]).toEqual([false, ['previewed']]);
      expect((await client.getLocations({}, asReader)).items).toEqual([]);
      const { location, entities } = await client.addLocation({ target }, asWriter);
      expect([location.type, location.target, entities]).toEqual(['url', target, []]);
      expect(location.entityRef).toMatch(/^location:default\/generated-[0-9a-f]{40}$/);
      await expect(client.addLocation({ target }, asWriter)).rejects.toMatchObject({ statusCode: 409, cause: { name: 'ConflictError' } });
      expect((await client.addLocation({ target, onConflict: 'refresh' }, asWriter)).location).toEqual(location);
      expect(rest.processing.refreshed).toEqual([location.entityRef]);
      expect(await client.getLocationById(location.id, asReader)).toEqual(location);
      expect(await client.getLocationByRef(`url:${target}`, asReader)).toEqual(location);
      expect(await client.getLocationByEntity('api:default/pets', asReader)).toEqual(location);
      const others = await Promise.all([1, 2, 3].map((at) => client.addLocation({ target: `https://other.example.com/${at}` }, asWriter)));
      const query = { target: { $hasPrefix: 'https://OTHER' } };
      const found = await client.queryLocations({ query, limit: 2 }, asReader);
      expect([found.items.length, found.totalItems]).toEqual([2, 3]);
      const pages: string[][] = [];
      for await (const page of client.streamLocations({ query, limit: 2 }, asReader)) pages.push(page.map(({ id }) => id));
      expect(pages.map((page) => page.length)).toEqual([2, 1]);
      expect(pages.flat()).toEqual(others.map((other) => other.location.id).sort());
      const moved = await client.updateLocation(location.id, { target: `${target}?v=2` }, asWriter);
      expect(moved.target).toBe(`${target}?v=2`);
      expect(await client.getLocationByEntity('api:default/pets', asReader)).toBeUndefined();
      await client.removeLocationById(location.id, asWriter);
      expect(await client.getLocationById(location.id, asReader)).toBeUndefined();
      expect(rest.processing.locationChanges).toBe(6);
    });

    test('refreshes, validates, analyzes and removes', async () => {
      await client.refreshEntity('API:default/Pets', asWriter);
      expect(rest.processing.refreshed).toEqual(['api:default/pets']);
      await expect(client.refreshEntity('api:default/nobody', asWriter)).rejects.toMatchObject({ statusCode: 404 });
      const good = {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'good' },
        spec: { type: 'a', lifecycle: 'b', owner: 'c' },
      };
      expect(await client.validateEntity(good, 'url:https://example.com/x', asWriter)).toEqual({ valid: true });
      const bad = await client.validateEntity({ ...good, metadata: { name: 'a b' } }, 'url:https://example.com/x', asWriter);
      expect(bad).toMatchObject({ valid: false, errors: [{ message: expect.stringContaining('"metadata.name" is not valid') }] });
      const elsewhere = await client.validateEntity(good, 'file:/etc/passwd', asWriter);
      expect(elsewhere).toMatchObject({ valid: false, errors: [{ message: expect.stringContaining("only 'url:<target>' is supported") }] });
      const analyzed = await client.analyzeLocation({ location: { type: 'url', target: 'https://example.com/x' } }, asWriter);
      expect(analyzed.generateEntities).toHaveLength(1);
      const uid = (await client.getEntityByRef('api:default/pets', asReader))?.metadata.uid ?? '';
      await client.removeEntityByUid(uid, asWriter);
      await client.removeEntityByUid(uid, asWriter);
      expect(await client.getEntityByRef('api:default/pets', asReader)).toBeUndefined();
    });
  },
  migrateCatalog,
);
