import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { EntityHit } from './merge-found.ts';
import { search } from './search.ts';

const hit = (name: string, more: Partial<EntityHit> = {}): EntityHit => ({
  ref: `api:default/${name}`,
  kind: 'API',
  name,
  title: null,
  description: null,
  owner: 'team-x',
  api: null,
  operations: [],
  ...more,
});

const operation = (method: string, path: string, match: number) => ({ method, path, operationId: '', summary: 'Finds pets', match });

describeDatabases<ControlTables>(
  'search',
  (open) => {
    async function start(entities: EntityHit[] = []) {
      const database = await open();
      const asked: { query: string; limit: number }[] = [];
      const findEntities = async (request: { query: string; limit: number }) => {
        asked.push(request);
        return entities;
      };
      const server = await startTestServer(database, { implementations: [search({ database, findEntities })] });
      const pets = await insertApi(database, 'petstore', 'pets');
      await insertApi(database, 'petstore-old', 'pets');
      await insertApi(database, 'pet-insurance', 'insurance');
      await database.transaction(async (tx) => {
        const times = { managed_by: null, version: 1, created_at: 0, updated_at: 0, description: null };
        const backend = (name: string, owner: string | null) => ({ id: newId(), name, type: 'http', owner, ...times });
        await tx
          .insertInto('backends')
          .values([backend('pets', 'pets'), backend('petshared', null), backend('petinsurance', 'insurance')])
          .execute();
        const digests = { digest_a: 0, digest_b: 0 };
        const app = (name: string, owner: string) => ({ id: newId(), name, owner, ...digests, ...times });
        await tx
          .insertInto('apps')
          .values([app('petapp', 'pets'), app('pet-broker', 'insurance'), { ...app('shop', 'pets'), description: 'Sells 50%_of\\pets' }])
          .execute();
        const live = { revision: 1, base_path: '/petstore', published_at: 0, published_by: 'x', managed_by: null };
        await tx
          .insertInto('revisions')
          .values({
            api_id: pets,
            number: 1,
            content: '{}',
            content_hash: '',
            document: '{}',
            comment: null,
            operations: 0,
            created_at: 0,
            created_by: 'x',
          })
          .execute();
        await tx
          .insertInto('publications')
          .values({ api_id: pets, environment: 'test', ...live })
          .execute();
      });
      type Item = { kind: string; title: string; ref: string };
      const found = async (q: string, token: string, more = '') => {
        const answer = await server.call('GET', `/search?q=${encodeURIComponent(q)}${more}`, { token });
        expect(answer.status).toBe(200);
        return (answer.body.items as Item[]).map(({ kind, title, ref }) =>
          kind === 'operation' ? `${title} of ${ref}` : `${kind} ${ref}`,
        );
      };
      return { server, found, asked, team: await server.token('developer', 'pets') };
    }

    test('200: what the caller may see, exact names first, and nothing of others', async () => {
      const { found, team, server } = await start();
      expect(await found('pet', team)).toEqual([
        'api petstore',
        'api petstore-old',
        'app petapp',
        'backend pets',
        'backend petshared',
        'app shop',
      ]);
      expect(await found('PETSTORE', team)).toEqual(['api petstore', 'api petstore-old']);
      expect(await found('pets', team)).toEqual([
        'backend pets',
        'api petstore',
        'api petstore-old',
        'backend petshared',
        'app petapp',
        'app shop',
      ]);
      expect(await found('insurance', team)).toEqual([]);
      // Publishers find other teams' apps by their whole name where they authorize them, and not here.
      expect(await found('pet-broker', await server.token('publisher', 'pets'))).toEqual([]);
      expect(await found('insurance', await server.token('viewer'))).toEqual([
        'api pet-insurance',
        'backend petinsurance',
        'app pet-broker',
      ]);
      expect(await found('team-less', await server.token('admin'))).toEqual([]);
    });

    test('200: every word counts, none of them is a pattern', async () => {
      const { found, team } = await start();
      expect(await found('old pet', team)).toEqual(['api petstore-old']);
      expect(await found('50%_of\\', team)).toEqual(['app shop']);
      for (const nothing of ['p%t', 'p_t', 'pet%old', '   ']) expect(await found(nothing, team), nothing).toEqual([]);
    });

    test('200: the operation that was asked for stands before its entity, one word that an operation has behind all', async () => {
      const pets = hit('pets-by-others', { operations: [operation('GET', '/pet/findByStatus', 3), operation('GET', '/pet/find', 0.6)] });
      const { found, team, asked } = await start([pets, hit('other')]);
      expect(await found('GET /pet/findByStatus', team, '&limit=5')).toEqual([
        'GET /pet/findByStatus of api:default/pets-by-others',
        'entity api:default/pets-by-others',
        'entity api:default/other',
        'GET /pet/find of api:default/pets-by-others',
      ]);
      expect(asked).toEqual([{ query: 'GET /pet/findByStatus', limit: 5 }]);
      expect(await found('find', team)).toEqual([
        'entity api:default/pets-by-others',
        'entity api:default/other',
        'GET /pet/findByStatus of api:default/pets-by-others',
        'GET /pet/find of api:default/pets-by-others',
      ]);
    });

    test('200: a published API is there once, as the entity that stands for it', async () => {
      const made = hit('petstore', { api: 'petstore' });
      const described = hit('petstore', { owner: 'group:default/pets' });
      for (const entity of [made, described]) {
        const { found, team, server } = await start([hit('petstore-docs'), entity, hit('petstore-old', { owner: 'pets' })]);
        expect(await found('petstore', team)).toEqual([
          'entity api:default/petstore',
          'entity api:default/petstore-docs',
          // That one is not live: its entity is something else.
          'api petstore-old',
          'entity api:default/petstore-old',
        ]);
        expect(await found('petstore', await server.token('viewer', 'insurance'))).toHaveLength(3);
      }
    });

    test('200: an entity of somebody else hides no API of the same name', async () => {
      const { found, team } = await start([hit('petstore', { owner: 'insurance' })]);
      expect(await found('petstore', team)).toEqual(['entity api:default/petstore', 'api petstore', 'api petstore-old']);
    });

    test('400: nothing to look for, and more than anybody reads', async () => {
      const { server, team } = await start();
      for (const query of ['', 'q=', `q=${'x'.repeat(201)}`, 'q=pet&limit=51', 'q=pet&limit=0']) {
        expect((await server.call('GET', `/search?${query}`, { token: team })).status, query).toBe(400);
      }
    });
  },
  migrateControl,
);
