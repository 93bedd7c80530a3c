import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { component, createTestCatalog, storedEntities } from '../../processing/processing-fixture.ts';
import { readConflicts } from '../../store/conflicts.ts';
import { migrateCatalog } from '../../store/migrations.ts';
import { readSources } from '../../store/sources.ts';
import type { CatalogTables } from '../../store/tables.ts';
import { startFauxqsStorage, startS3rver, startTokenService, TEST_KEYS, type TestStorage } from './s3-servers.ts';

const API = `apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: pets
spec:
  type: openapi
  lifecycle: production
  owner: team-a
  definition:
    $text: ./openapi.json
`;

for (const startStorage of [startFauxqsStorage, startS3rver]) {
  describeDatabases<CatalogTables>(
    `objects in ${startStorage === startS3rver ? 's3rver' : 'fauxqs'}`,
    (open) => {
      const blocksFor = ({ endpoint, bucket }: TestStorage, provider: Record<string, unknown> = {}) => ({
        catalog: { providers: { awsS3: { bucketName: bucket, region: 'us-east-1', prefix: 'services/', ...provider } } },
        integrations: { awsS3: [{ endpoint, s3ForcePathStyle: true, ...TEST_KEYS }] },
      });
      const set = async () => {
        const storage = await startStorage();
        const database = await open();
        return { storage, database, ...createTestCatalog(database, blocksFor(storage)) };
      };
      test('give entities by their prefix and suffix, and a definition beside them is filled in, not taken for an entity', async () => {
        const { storage, database, processing } = await set();
        await storage.put('services/pets/catalog-info.yaml', API);
        await storage.put('services/pets/openapi.json', '{"openapi": "3.0.0"}');
        await storage.put('services/pets/logo.png', 'no yaml: [');
        await storage.put('elsewhere/a.yaml', component('elsewhere'));
        await processing.scan();
        const stored = await storedEntities(database);
        expect([...stored.keys()]).toEqual(['api:default/pets']);
        expect(stored.get('api:default/pets')?.entity.spec?.definition).toBe('{"openapi": "3.0.0"}');
        expect(stored.get('api:default/pets')?.entity.metadata.annotations?.['backstage.io/managed-by-location']).toBe(
          `url:${storage.endpoint}/catalog/services/pets/catalog-info.yaml`,
        );
        expect((await readSources(database.read)).filter(({ error }) => error !== undefined)).toEqual([]);
        await storage.put('services/pets/openapi.json', '{"openapi": "3.1.0"}');
        await processing.scan();
        expect((await storedEntities(database)).get('api:default/pets')?.entity.spec?.definition).toBe('{"openapi": "3.1.0"}');
      });

      test('are not read again while their listing says the same, also by another node', async () => {
        const { storage, database, processing } = await set();
        for (let index = 0; index < 20; index++) await storage.put(`services/${index}.yaml`, component(`c-${index}`));
        await processing.scan();
        const before = await readSources(database.read, 'awsS3-provider:default');
        await storage.put('services/7.yaml', component('c-7', 'changed'));
        await createTestCatalog(database, blocksFor(storage)).processing.scan();
        const after = await readSources(database.read, 'awsS3-provider:default');
        expect(after.filter((record, index) => record.readAt !== before[index]?.readAt).map(({ target }) => target)).toEqual([
          `${storage.endpoint}/catalog/services/7.yaml`,
        ]);
        expect((await storedEntities(database)).get('component:default/c-7')?.entity.metadata.description).toBe('changed');
      });

      test('that are half written, a bomb or far too large are explained, and nothing else suffers', async () => {
        const { storage, database, processing } = await set();
        await storage.put('services/a.yaml', component('a', 'good'));
        await processing.scan();
        const lines = Array.from({ length: 9 }, (_, index) =>
          `${'bcdefghij'[index]}: [${`*${'abcdefghi'[index]},`.repeat(9)}*${'abcdefghi'[index]}]`.replace(
            ': [',
            `: &${'bcdefghij'[index]} [`,
          ),
        );
        await storage.put('services/a.yaml', component('a', 'half').slice(0, -30).concat('\n  {['));
        await storage.put('services/bomb.yaml', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${lines.join('\n')}\n`);
        // fauxqs takes no more than 11 MiB.
        if (storage.name === 's3rver') await storage.put('services/big.yaml', 'x'.repeat(33 * 1024 * 1024));
        await storage.put('services/b.yaml', component('b'));
        await processing.scan();
        const stored = await storedEntities(database);
        expect([...stored.keys()]).toEqual(['component:default/a', 'component:default/b']);
        expect(stored.get('component:default/a')?.entity.metadata.description).toBe('good');
        expect(stored.get('component:default/a')?.status[0]?.level).toBe('error');
        const sources = await readSources(database.read, 'awsS3-provider:default');
        const wrong = sources.filter(
          ({ error, documents }) => error !== undefined || documents.some(({ problems }) => problems !== undefined),
        );
        expect(wrong.map(({ target }) => target.split('/').at(-1))).toEqual(
          storage.name === 's3rver' ? ['a.yaml', 'big.yaml', 'bomb.yaml'] : ['a.yaml', 'bomb.yaml'],
        );
      });

      test('that are moved take their entities along, and those that are deleted leave theirs as orphans', async () => {
        const { storage, database, processing } = await set();
        await storage.put('services/old/a.yaml', component('a'));
        await storage.put('services/b.yaml', component('b'));
        await processing.scan();
        await storage.remove('services/old/a.yaml');
        await storage.put('services/an-earlier-name.yaml', component('a'));
        await storage.remove('services/b.yaml');
        await processing.scan();
        const stored = await storedEntities(database);
        expect(stored.get('component:default/a')).toMatchObject({
          orphan: false,
          source: `url:${storage.endpoint}/catalog/services/an-earlier-name.yaml`,
        });
        expect(stored.get('component:default/b')?.orphan).toBe(true);
        expect(await readConflicts(database.read)).toEqual([]);
      });

      test('a bucket that cannot be reached leaves everything as it was, and is shown', async () => {
        const { storage, database, processing, warnings } = await set();
        await storage.put('services/a.yaml', component('a'));
        await processing.scan();
        const missing = createTestCatalog(database, blocksFor(storage, { bucketName: 'not-there' }));
        await missing.processing.scan();
        expect((await missing.processing.providerStates()).at(-1)?.error).toContain('there is no bucket not-there');
        await storage.stop();
        await processing.scan('awsS3-provider:default');
        const state = (await processing.providerStates()).at(-1);
        expect(state?.error).toMatch(/could not be reached \((ECONNREFUSED|ECONNRESET|UND_ERR|Time)/);
        expect(state?.goodAt).toBeLessThan(state?.scannedAt ?? 0);
        expect(warnings).toHaveLength(1);
        expect((await storedEntities(database)).get('component:default/a')).toMatchObject({ orphan: false, status: [] });
      });
    },
    migrateCatalog,
  );
}

describeDatabases<CatalogTables>(
  'credentials for a bucket',
  (open) => {
    test('are those of the role of the account, assumed with its external id; refusals are explained without secrets', async () => {
      const storage = await startS3rver();
      await storage.put('a.yaml', component('a'));
      const service = await startTokenService('arn:aws:iam::123456789012:role/catalog', 'only-us');
      const blocks = (externalId: string) => ({
        catalog: {
          providers: { awsS3: { bucketName: storage.bucket, endpoint: storage.endpoint, region: 'us-east-1', accountId: '123456789012' } },
        },
        aws: {
          mainAccount: { accessKeyId: 'MAIN', secretAccessKey: 'main-secret' },
          accounts: [{ accountId: '123456789012', roleName: 'catalog', externalId }],
          stsEndpoint: service.endpoint,
        },
      });
      const database = await open();
      const wrong = createTestCatalog(database, blocks('somebody'));
      await wrong.processing.scan();
      expect((await wrong.processing.providerStates()).at(-1)?.error).toMatch(/the role could not be assumed/);
      expect(JSON.stringify(wrong.warnings)).not.toContain('main-secret');
      const right = createTestCatalog(database, blocks('only-us'));
      await right.processing.scan();
      service.refuseWith('ExpiredTokenException');
      const expired = createTestCatalog(database, blocks('only-us'));
      await expired.processing.scan();
      expect((await expired.processing.providerStates()).at(-1)?.error).toContain('the credentials have expired');
      expect([...(await storedEntities(database)).keys()]).toEqual(['component:default/a']);
    });

    test('a definition of 20 MB is stored whole', async () => {
      const storage = await startS3rver();
      const database = await open();
      const blocks = {
        catalog: { providers: { awsS3: { bucketName: storage.bucket, endpoint: storage.endpoint } } },
        integrations: { awsS3: [TEST_KEYS] },
      };
      const { processing } = createTestCatalog(database, blocks);
      await storage.put('services/pets/catalog-info.yaml', API);
      await storage.put('services/pets/openapi.json', JSON.stringify({ openapi: '3.0.0', 'x-long': 'é'.repeat(10 * 1024 * 1024) }));
      await processing.scan();
      const row = await database.read.selectFrom('catalog_definitions').select('content').executeTakeFirst();
      expect(JSON.parse(row?.content ?? '""').length).toBeGreaterThan(10 * 1024 * 1024);
    });

    test('of an integration also read a location that is an object, and what stands beside it', async () => {
      const storage = await startS3rver();
      await storage.put('any/where.yaml', API.replace('./openapi.json', './open api.json'));
      await storage.put('any/open api.json', '{}');
      const database = await open();
      const locations = [{ type: 'url', target: `${storage.endpoint}/catalog/any/where.yaml` }];
      const integrations = { awsS3: [{ endpoint: storage.endpoint, ...TEST_KEYS }] };
      await createTestCatalog(database, { catalog: { locations }, integrations }).processing.scan();
      expect((await storedEntities(database)).get('api:default/pets')?.entity.spec?.definition).toBe('{}');
      const forbidden = createTestCatalog(await open(), { catalog: { locations } });
      await forbidden.processing.scan();
      await expect(forbidden.processing.previewLocation({ type: 'url', target: storage.endpoint })).rejects.toThrow(/not allowed/);
    });

    test('that are wrong leave the catalog as it was', async () => {
      const storage = await startS3rver();
      await storage.put('a.yaml', component('a'));
      const blocks = (accessKeyId: string) => ({
        catalog: { providers: { awsS3: { main: { bucketName: storage.bucket, endpoint: storage.endpoint, region: 'us-east-1' } } } },
        integrations: { awsS3: [{ ...TEST_KEYS, accessKeyId }] },
      });
      const database = await open();
      await createTestCatalog(database, blocks('S3RVER')).processing.scan();
      const wrong = createTestCatalog(database, blocks('another'));
      await wrong.processing.scan();
      expect((await wrong.processing.providerStates()).at(-1)?.error).toContain('the access key is not known');
      expect((await storedEntities(database)).get('component:default/a')?.orphan).toBe(false);
    });
  },
  migrateCatalog,
);
