import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { addLocation, removeLocation } from '../store/locations.ts';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { afterTest, component, createTestCatalog, storedEntities } from './processing-fixture.ts';

/** A web server of documents by path; what is asked is written down. */
async function startServer(pages: Map<string, string>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    const etag = `"${Buffer.from(page ?? '')
      .toString('base64url')
      .slice(-20)}"`;
    response.statusCode = page === undefined ? 404 : request.headers['if-none-match'] === etag ? 304 : 200;
    asked.push(`${request.url} ${response.statusCode}`);
    response.setHeader('etag', etag);
    response.end(response.statusCode === 200 ? page : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  afterTest(close);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: (path: string) => `http://${host}${path}`, asked, close };
}

const LOCATION = 'apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./a.yaml, sub/b.yaml]}\n';

describeDatabases<CatalogTables>(
  'URLs in the catalog',
  (open) => {
    const set = async () => {
      const pages = new Map([
        ['/x/all.yaml', LOCATION],
        ['/x/a.yaml', component('a')],
        ['/x/sub/b.yaml', component('b')],
      ]);
      const server = await startServer(pages);
      const database = await open();
      const blocks = { backend: { reading: { allow: [{ host: server.host }] } } };
      const location = { type: 'url', target: server.url('/x/all.yaml') };
      const { processing } = createTestCatalog(database, blocks);
      return { pages, server, database, location, processing, names: async () => [...(await storedEntities(database)).keys()] };
    };

    test('are read through a tree of Locations, not again while unchanged, and go at once when the location is unregistered', async () => {
      const { server, database, location, processing, names } = await set();
      const added = await database.transaction((tx) => addLocation(tx, location));
      await processing.scan();
      expect(await names()).toEqual(['component:default/a', 'component:default/b', 'location:default/all']);
      server.asked.length = 0;
      await processing.scan(undefined, 'changed');
      expect(server.asked).toEqual([]);
      await processing.scan();
      expect(server.asked.sort()).toEqual(['/x/a.yaml 304', '/x/all.yaml 304', '/x/sub/b.yaml 304']);
      await database.transaction((tx) => removeLocation(tx, added?.id ?? ''));
      await processing.scan();
      expect(await names()).toEqual([]);
    });

    test('that cannot be reached keep what they gave, and say so until they can', async () => {
      const { pages, server, database, location, processing } = await set();
      await database.transaction((tx) => addLocation(tx, location));
      await processing.scan();
      pages.delete('/x/a.yaml');
      await processing.scan();
      const gone = await storedEntities(database);
      expect(gone.get('component:default/a')).toMatchObject({ orphan: false, status: [{ level: 'error' }] });
      expect(gone.get('location:default/all')?.status[0]?.message).toContain('/x/a.yaml does not exist (status 404)');
      pages.set('/x/a.yaml', component('a'));
      await processing.scan();
      expect([...(await storedEntities(database)).values()].flatMap(({ status }) => status)).toEqual([]);
      await server.close();
      await processing.scan();
      const unreachable = await storedEntities(database);
      expect([...unreachable.keys()]).toEqual(['component:default/a', 'component:default/b', 'location:default/all']);
      expect([...unreachable.values()].every(({ orphan }) => !orphan)).toBe(true);
    });

    test('a Location from the network cannot name files of this machine', async () => {
      const { pages, database, location, processing } = await set();
      pages.set(
        '/x/all.yaml',
        LOCATION.replace('{targets: [./a.yaml, sub/b.yaml]}', '{type: file, targets: [/etc/hosts, "file:///etc/hosts"]}'),
      );
      await database.transaction((tx) => addLocation(tx, location));
      await processing.scan();
      const [remark] = (await storedEntities(database)).get('location:default/all')?.status ?? [];
      expect(remark?.message).toContain('cannot name files');
    });

    test('can be looked at before they are registered, and nothing is stored', async () => {
      const { pages, location, processing, names } = await set();
      const preview = await processing.previewLocation(location);
      expect(preview.map(({ kind, metadata }) => `${kind} ${metadata.name}`).slice(1)).toEqual([
        'Location all',
        'Component a',
        'Component b',
      ]);
      expect(await processing.analyzeLocation({ location })).toMatchObject({
        existingEntityFiles: [{ isRegistered: false }, { isRegistered: false }, { isRegistered: false }],
        generateEntities: [],
      });
      pages.set('/x/a.yaml', component('a').replace('type: service', 'type: 7'));
      await expect(processing.previewLocation(location)).rejects.toThrow(/\/spec\/type must be string.*line 7/);
      expect(await names()).toEqual([]);
    });

    test('that hold credentials are told of without them, whatever is wrong with what is there', async () => {
      const { pages, server, database, processing } = await set();
      const target = (path: string) => server.url(`${path}?token=s3cret`);
      pages.set('/kind.yaml?token=s3cret', component('a').replace('kind: Component', 'kind: Domain'));
      pages.set('/wrong.yaml?token=s3cret', component('b').replace('type: service', 'type: { $text: "http://[" }'));
      pages.set(
        '/all.yaml?token=s3cret',
        LOCATION.replace('./a.yaml, sub/b.yaml', '"http://elsewhere.example/a.yaml?sig=s3cret", "http://[?sig=s3cret"'),
      );
      for (const path of ['/kind.yaml', '/wrong.yaml', '/all.yaml', '/gone.yaml']) {
        await database.transaction((tx) => addLocation(tx, { type: 'url', target: target(path) }));
      }
      await processing.scan();
      const sources = await database.read.selectFrom('catalog_sources').select(['error', 'documents']).execute();
      const states = [...(await storedEntities(database, { withRoots: true })).values()].map(({ status }) => status);
      const told = JSON.stringify([sources, states]);
      for (const wrong of ['is not of an allowed kind', 'could not form a URL', 'gone.yaml', 'elsewhere.example']) {
        expect(told).toContain(wrong);
      }
      expect(told.match(/.{0,80}s3cret/g)).toBeNull();
    });

    test('an entity is validated as if it were read there', async () => {
      const { location, processing } = await set();
      const entity = {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'API',
        metadata: { name: 'x' },
        spec: { type: 'a', lifecycle: 'b', owner: 'c', definition: { $text: './a.yaml' } },
      };
      expect(await processing.validateEntity(entity, location)).toEqual([]);
      expect(await processing.validateEntity({ ...entity, kind: 'Strange' }, location)).toMatchObject([{ name: 'InputError' }]);
    });
  },
  migrateCatalog,
);
