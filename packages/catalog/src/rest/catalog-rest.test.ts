import { describeDatabases } from '@gatehouse/database/testing';
import { afterEach, expect, test } from 'vitest';
import { migrateCatalog } from '../store/migrations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { READER, type RunningRest, startRest, toWrite, WRITER } from './catalog-rest-fixture.ts';

describeDatabases<CatalogTables>(
  'the interface',
  (open) => {
    let rest: RunningRest;
    afterEach(async () => rest.close());

    const ask = async (path: string, options: { token?: string; method?: string; body?: unknown } = {}) => {
      const { token = WRITER, method = 'GET', body } = options;
      const headers: Record<string, string> = { authorization: `Bearer ${token}` };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(rest.url + path, { method, headers, ...(body === undefined ? {} : { body: text }) });
      return { status: response.status, link: response.headers.get('link'), body: await response.text() };
    };

    test("answers errors in Backstage's form", async () => {
      rest = await startRest(await open());
      const missing = await ask('/api/catalog/entities/by-name/API/default/Nobody');
      expect([missing.status, JSON.parse(missing.body)]).toEqual([
        404,
        {
          error: { name: 'NotFoundError', message: "No entity named 'Nobody' found, with kind 'API' in namespace 'default'" },
          request: { method: 'GET', url: '/api/catalog/entities/by-name/API/default/Nobody' },
          response: { statusCode: 404 },
        },
      ]);
      const refused: [path: string, message: string, body?: unknown][] = [
        ['/entities/by-query?limit=x', 'request/query/limit must be integer'],
        ['/entities/by-query?cursor=AAAA', 'Malformed cursor'],
        [`/entities/by-query?cursor=${Buffer.from('{"orderFields":[]}').toString('base64')}`, 'Malformed cursor'],
        ['/entities/by-query?orderField=kind,up', 'Invalid order field order, must be asc or desc'],
        ['/entities?after=AAAA', 'Malformed after cursor, could not be parsed'],
        ['/entities?filter=%3Dx', "Invalid filter, '=x' is not a valid statement"],
        ['/entities?order=kind', 'Invalid order parameter "kind", expected "<asc or desc>:<field name>"'],
        ['/entities?fields=spec%5B0%5D', 'array type fields are not supported'],
        ['/entity-facets', 'Missing facet parameter'],
        ['/entities/by-query', 'top-level primitive values are not supported', { query: { $all: ['component'] } }],
        ['/entities/by-query', 'expected a primitive value, $exists, $in', { query: { kind: { $regex: 'a' } } }],
        ['/entities/by-query', 'nested more than 32 deep', { query: JSON.parse(`${'{"$not":'.repeat(40)}{"kind":"a"}${'}'.repeat(40)}`) }],
        ['/entities/by-refs', 'entityRefs', { entityRefs: 'api:default/a' }],
        ['/entities/by-refs', 'The body is not JSON', '{'],
        ['/locations', "Registered locations must be of type 'url'", { type: 'file', target: '/etc/passwd' }],
        ['/locations', 'must not contain a password', { type: 'url', target: 'https://a:secret@example.com/' }],
      ];
      for (const [path, message, body] of refused) {
        const answer = await ask(`/api/catalog${path}`, body === undefined ? {} : { method: 'POST', body });
        expect([path, answer.status, JSON.parse(answer.body).error]).toEqual([
          path,
          400,
          { name: 'InputError', message: expect.stringContaining(message) },
        ]);
        expect(answer.body).not.toContain('secret');
      }
    });

    test('lets nobody in without credentials, and nobody change anything with a reader’s', async () => {
      rest = await startRest(await open());
      for (const path of ['/api/catalog/entities', '/api/catalog/nowhere', '/api/catalog']) {
        expect([path, (await ask(path, { token: 'other' })).status]).toEqual([path, 401]);
      }
      expect((await ask('/api/catalog/nowhere', { token: READER })).status).toBe(404);
      const changes: [method: string, path: string, body?: unknown][] = [
        ['POST', '/locations?dryRun=true', { type: 'url', target: 'https://example.com' }],
        ['POST', '/locations', { type: 'url', target: 'https://example.com' }],
        ['DELETE', '/locations/1'],
        ['DELETE', '/entities/by-uid/1'],
        ['POST', '/refresh', { entityRef: 'api:default/a' }],
        ['POST', '/analyze-location', { location: { type: 'url', target: 'https://example.com' } }],
      ];
      for (const [method, path, body] of changes) {
        const { status } = await ask(`/api/catalog${path}`, { token: READER, method, body });
        expect([path, status]).toEqual([path, 403]);
      }
      // What is beside the catalog is somebody else's.
      expect((await ask('/api/catalogue')).status).toBe(418);
    });

    test('links to the next page of a list, and does not where there is none', async () => {
      rest = await startRest(await open());
      await rest.put({ entities: ['a', 'b', 'c', 'd', 'e'].map((name) => toWrite('Component', name, { owner: 'x' })) });
      const seen: string[] = [];
      let path: string | undefined = '/entities?limit=2&offset=0&fields=metadata.name&filter=kind%3Dcomponent';
      while (path !== undefined) {
        const page = await ask(`/api/catalog${path}`);
        seen.push(...(JSON.parse(page.body) as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name));
        expect(page.link === null || /^<\/entities\?limit=2&.*after=[^>]+>; rel="next"$/.test(page.link)).toBe(true);
        path = page.link?.slice(1, page.link.indexOf('>'));
      }
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect((await ask('/api/catalog/entities?filter=kind=nothing')).body).toBe('[]');
    });

    test('in readonly mode registers nothing and still shows what would be', async () => {
      rest = await startRest(await open(), { readonly: true });
      const body = { type: 'url', target: 'https://example.com/a' };
      const refused = await ask('/api/catalog/locations', { method: 'POST', body });
      expect([refused.status, JSON.parse(refused.body).error.name]).toEqual([403, 'NotAllowedError']);
      expect((await ask('/api/catalog/locations/1', { method: 'DELETE' })).status).toBe(403);
      expect((await ask('/api/catalog/locations?dryRun=true', { method: 'POST', body })).status).toBe(201);
    });
  },
  migrateCatalog,
);
