import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateControl } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { definitionOf, startPublishing } from './published-fixture.ts';

describeDatabases<ControlTables>(
  'What is published',
  (open) => {
    const names = (body: { items: { api: string }[] }) => body.items.map(({ api }) => api);

    test('is seen by everybody who is signed in, whoever owns it; drafts are not, and not where they are unpublished', async () => {
      const { server, save, publish, get, change } = await startPublishing(await open());
      await save('petstore', 'pets', ['/pets'], { description: 'Everything about pets', group: 'shops' });
      await save('draft', 'pets', ['/a']);
      await save('gone', 'pets', ['/g']);
      await publish('petstore', 'test');
      await publish('gone', 'test');
      await change('DELETE', '/apis/gone/publications/test');
      const stranger = await server.token('developer', 'birds');
      for (const token of [
        stranger,
        await server.token('viewer', 'birds'),
        await server.token('viewer'),
        await server.token('developer'),
      ]) {
        expect((await get('/publications', token)).body.items).toEqual([
          {
            api: 'petstore',
            title: 'Pets',
            description: 'Everything about pets',
            owner: 'pets',
            group: 'shops',
            environments: [{ environment: 'test', revision: 1, publishedAt: expect.any(String), publishedBy: 'admin-' }],
          },
        ]);
      }
      expect((await get('/publications', await server.token('node'))).status).toBe(403);
      const bytes = async (path: string, name: string) =>
        (await get(path, stranger)).text.replaceAll(name, '?').replace(/"requestId":"[^"]*"/, '');
      for (const below of ['', '/test/definition', '/test/changes']) {
        const never = await bytes(`/publications/absent${below}`, 'absent');
        expect(never).toContain('resource.not-found');
        expect(await bytes(`/publications/draft${below}`, 'draft')).toBe(never);
        expect(await bytes(`/publications/gone${below}`, 'gone')).toBe(never);
      }
      // Live elsewhere.
      expect((await get('/publications/petstore/production/definition', stranger)).status).toBe(404);
    });

    test('shows nothing of a draft: what the live revisions say, and the title that was given', async () => {
      const { server, save, publish, get } = await startPublishing(await open());
      const viewer = await server.token('viewer', 'birds');
      await save('petstore', 'pets', definitionOf(['/pets'], { title: 'Old title', description: 'Old words' }));
      await publish('petstore', 'test');
      await save('petstore', 'pets', definitionOf(['/pets', '/new'], { title: 'Secret title', version: '2.0' }));
      const shown = await get('/publications', viewer);
      expect(shown.body.items).toMatchObject([{ title: 'Old title', description: 'Old words' }]);
      expect((await get('/publications/petstore', viewer)).text).not.toMatch(/Secret|2\.0/);
      expect(names((await get('/publications?search=secret', viewer)).body)).toEqual([]);
      expect(names((await get('/publications?search=OLD%20TI', viewer)).body)).toEqual(['petstore']);
      await publish('petstore', 'production');
      const { title, environments } = (await get('/publications/petstore', viewer)).body;
      // Promotion ends in production.
      expect([
        title,
        environments.map((live: { title: string; version: string; operations: number }) => [live.title, live.version, live.operations]),
      ]).toEqual([
        'Secret title',
        [
          ['Old title', '1.0', 1],
          ['Secret title', '2.0', 2],
        ],
      ]);
      await save('petstore', 'pets', ['/pets'], { title: 'Pet Store' });
      expect((await get('/publications', viewer)).body.items).toMatchObject([{ title: 'Pet Store' }]);
      expect(names((await get('/publications?search=et%20st', viewer)).body)).toEqual(['petstore']);
    });

    test('is listed by name, page by page, by owner, environment and words', async () => {
      const { server, save, publish, get } = await startPublishing(await open());
      const viewer = await server.token('viewer');
      for (const [name, owner] of [
        ['c', 'pets'],
        ['a', 'birds'],
        ['b', 'pets'],
      ] as const) {
        await save(name, owner, [`/${name}`]);
        await publish(name, 'test');
      }
      await publish('b', 'production');
      const first = (await get('/publications?limit=2', viewer)).body;
      expect(names(first)).toEqual(['a', 'b']);
      expect(names((await get(`/publications?limit=2&cursor=${first.nextCursor}`, viewer)).body)).toEqual(['c']);
      expect(names((await get('/publications?owner=pets', viewer)).body)).toEqual(['b', 'c']);
      expect(names((await get('/publications?environment=production', viewer)).body)).toEqual(['b']);
      expect(names((await get('/publications?environment=production&search=c', viewer)).body)).toEqual([]);
    });

    test('has addresses: its own domains first, the default environment without a segment', async () => {
      const { server, save, publish, get, change } = await startPublishing(await open());
      const viewer = await server.token('viewer', 'birds');
      await save('petstore', 'pets', ['/pets'], { auth: 'app' });
      await publish('petstore', 'test');
      await publish('petstore', 'production');
      await change('PUT', '/domains/shop.example.com', {
        mappings: [
          { path: '', api: 'petstore', environment: 'production' },
          { path: 'v1/pets', api: 'petstore', environment: 'production' },
        ],
      });
      await change('PUT', '/domains/*.example.org', { mappings: [{ path: '', api: 'petstore', environment: 'production' }] });
      const { environments, mayChange, approval } = (await get('/publications/petstore', viewer)).body;
      expect(environments.map(({ environment, urls, auth }: Record<string, unknown>) => [environment, urls, auth])).toEqual([
        ['test', ['https://gateway.example.com/test/petstore'], 'app'],
        ['production', ['https://shop.example.com/v1/pets', 'https://shop.example.com', 'https://gateway.example.com/petstore'], 'app'],
      ]);
      expect([mayChange, approval]).toEqual([false, 'owner']);
      expect((await get('/publications/petstore', await server.token('developer', 'pets'))).body.mayChange).toBe(true);
      expect((await get('/publications/petstore', await server.token('viewer', 'pets'))).body.mayChange).toBe(false);
    });

    test('is read without what is said to gateways: no server, address or key of a backend in the definition', async () => {
      const { server, save, publish, get, change } = await startPublishing(await open());
      await change('POST', '/backends', { name: 'pets', type: 'http', owner: 'pets' });
      await change('PUT', '/backends/pets/environments/test', { url: 'http://10.1.2.3:9001' });
      const integration = {
        type: 'http_proxy',
        httpMethod: 'GET',
        uri: 'http://private.internal/pets',
        requestParameters: { 'integration.request.header.X-Key': "'s3cret'" },
      };
      const responses = { 200: { description: 'Done' } };
      const private_ = [{ url: 'https://private.internal/v2' }];
      await save('petstore', 'pets', {
        openapi: '3.0.3',
        info: { title: 'Pets', version: '1' },
        servers: private_,
        'x-gatehouse-policies': [{ headers: { request: { set: { 'X-Backend-Key': 's3cret' } } } }],
        paths: {
          '/pets': {
            servers: private_,
            get: { operationId: 'list', servers: private_, responses, 'x-amazon-apigateway-integration': integration },
          },
          '/any': {
            'x-amazon-apigateway-any-method': {
              operationId: 'any',
              responses,
              'x-gatehouse-integration': { type: 'http', backend: 'pets' },
            },
          },
        },
      });
      await publish('petstore', 'test');
      const { body, text } = await get('/publications/petstore/test/definition', await server.token('viewer', 'birds'));
      expect(text).not.toMatch(/private|s3cret|10\.1\.2\.3|x-amazon|x-gatehouse|backend/i);
      expect(body.servers).toEqual([{ url: 'https://gateway.example.com/test/petstore' }]);
      expect(body.paths['/pets']).toEqual({ get: { operationId: 'list', responses } });
      expect(Object.keys(body.paths['/any'])).toEqual(['get', 'post', 'put', 'patch', 'delete']);
      expect(body.paths['/any'].put).toEqual({ operationId: 'any-put', responses });

      await save(
        'old',
        'pets',
        {
          swagger: '2.0',
          info: { title: 'Old', version: '1' },
          host: 'private.internal',
          basePath: '/x',
          schemes: ['http'],
          paths: { '/a': { get: { responses } } },
        },
        { backend: 'pets' },
      );
      await publish('old', 'test');
      const old = (await get('/publications/old/test/definition', await server.token('viewer'))).body;
      expect(old).toMatchObject({ host: 'gateway.example.com', basePath: '/test/old', schemes: ['https'] });
      expect(old.servers).toBeUndefined();
    });

    test('has a changelog for callers: each time something else became live, and nothing of what is behind the gateway', async () => {
      const { server, save, publish, get, change, compared } = await startPublishing(await open());
      const viewer = await server.token('viewer', 'birds');
      await save('petstore', 'pets', ['/pets', '/owners']);
      await publish('petstore', 'test', { comment: 'The first one' });
      const internal = {
        timeouts: { response: '3s' },
        variables: { test: { url: 'private' } },
        policies: [{ cors: { allowOrigins: ['*'] } }],
      };
      await save('petstore', 'pets', ['/pets'], { auth: 'app', ...internal });
      await publish('petstore', 'test');
      await publish('petstore', 'production');
      // The same again is no change.
      await publish('petstore', 'test');
      await change('POST', '/apis/petstore/rollbacks', { environment: 'test', revision: 1, comment: 'Too early' });
      await change('DELETE', '/apis/petstore/publications/test');
      await publish('petstore', 'test', { revision: 2 });
      const path = '/publications/petstore/test/changes';
      const { items } = (await get(path, viewer)).body;
      type Item = { revision: number; previous: number | null; comment: string | null; changes: { breaking: boolean } };
      const told = items.map(({ revision, previous, comment, changes }: Item) => [revision, previous, comment, changes.breaking]);
      expect(told).toEqual([
        [2, null, null, false],
        [1, 2, 'Too early', false],
        [2, 1, null, true],
        [1, null, 'The first one', false],
      ]);
      expect(items[2]).toMatchObject({ by: 'admin-', changes: { against: 1 } });
      expect(items[2].changes.changes.map(({ rule, breaking }: Record<string, never>) => [rule, breaking])).toEqual([
        ['authentication-added', true],
        ['path-removed', true],
      ]);
      // Compared once, whoever asks and however often.
      expect(compared.filter((document) => !document.includes('x-gatehouse'))).toHaveLength(2);
      const before = compared.length;
      const page = (await get(`${path}?limit=3`, await server.token('developer', 'pets'))).body;
      expect((await get(`${path}?limit=3&cursor=${page.nextCursor}`, viewer)).body.items).toEqual(items.slice(3));
      expect([page.items, compared.length]).toEqual([items.slice(0, 3), before]);
      expect((await get('/publications/petstore/production/changes', viewer)).body.items).toMatchObject([{ revision: 2, previous: null }]);
    });

    test('a changelog that takes long to compare comes in shorter pages, and one that is long ends', async () => {
      const { server, save, publish, get } = await startPublishing(await open(), { comparingMs: 0 });
      const viewer = await server.token('viewer');
      for (const path of ['/a', '/b', '/c']) {
        await save('petstore', 'pets', [path]);
        await publish('petstore', 'test');
      }
      const path = '/publications/petstore/test/changes';
      const revisions: number[][] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const { body } = await get(`${path}${cursor === '' ? '' : `?cursor=${cursor}`}`, viewer);
        revisions.push(body.items.map(({ revision }: { revision: number }) => revision));
        cursor = body.nextCursor;
      }
      // The first one has nothing that it could be compared with.
      expect(revisions).toEqual([[3], [2, 1]]);

      const { api_id } = await server.database.read.selectFrom('publication_history').select('api_id').limit(1).executeTakeFirstOrThrow();
      const older = { api_id, environment: 'test', at: 1, by: 'ann', revision: 1, previous: null, comment: null, changes: null };
      await server.database.transaction((tx) =>
        tx
          .insertInto('publication_history')
          .values(Array.from({ length: 600 }, (_, index) => ({ ...older, number: -index })))
          .execute(),
      );
      await publish('petstore', 'test', { revision: 1 });
      const { items } = (await get(`${path}?limit=500`, viewer)).body;
      expect(items.slice(0, 2).map(({ revision }: { revision: number }) => revision)).toEqual([1, 3]);
      const kept = await server.database.read.selectFrom('publication_history').select('number').execute();
      expect(kept).toHaveLength(500);
    });
  },
  migrateControl,
);
