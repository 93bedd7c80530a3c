import { digestOfApp, hashAppCode } from '@gatehouse/contract';
import { describeDatabases } from '@gatehouse/database/testing';
import { describe, expect, test } from 'vitest';
import { migrateControl, startTestServer, type TestServer } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { StoredCredentials } from './credentials-source.ts';
import { openSecret } from './credentials-store.ts';

const DAY_MS = 86_400_000;

describeDatabases<ControlTables>(
  'Apps',
  (open) => {
    async function start() {
      const server = await startTestServer(await open());
      const pets = await server.token('developer', 'pets');
      const birds = await server.token('developer', 'birds');
      const admin = await server.token('admin');
      return { server, pets, birds, admin, source: new StoredCredentials(server) };
    }

    const create = (server: TestServer, token: string, name: string, more: object = {}) =>
      server.call('POST', '/apps', { token, body: { name, ...more } });
    const nodesSee = async (source: StoredCredentials) => (await source.since(0))?.apps ?? [];

    describe('200', () => {
      test('a new app belongs to the team, and its secrets are shown once and stored as nobody can use them', async () => {
        const { server, pets, source } = await start();
        const made = await create(server, pets, 'shop', { description: 'The shop' });
        expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
        const { appKey, appSecret, appCode, ...rest } = made.body;
        expect(rest).toEqual({ name: 'shop', owner: 'pets' });
        const shown = await server.call('GET', '/apps/shop', { token: pets });
        expect(shown.body).toMatchObject({ name: 'shop', description: 'The shop', version: 1, credentials: [{ appKey, expiresAt: null }] });
        const stored = JSON.stringify([
          await server.database.read.selectFrom('apps').selectAll().execute(),
          await server.database.read.selectFrom('credentials').selectAll().execute(),
          await server.database.read.selectFrom('audit').selectAll().execute(),
        ]);
        for (const secret of [appSecret, appCode]) {
          expect(stored).not.toContain(secret);
          expect(shown.text).not.toContain(secret);
        }
        // What a node gets is what it needs to check both kinds of credentials.
        const codeHash = hashAppCode(source.codeKey, appCode);
        expect(await nodesSee(source)).toMatchObject([
          { name: 'shop', owner: 'pets', keys: [{ appKey, appSecret, codeHash }], grants: [] },
        ]);
      });

      test('a list is paged by name and holds what the caller may see', async () => {
        const { server, pets, birds, admin } = await start();
        for (const name of ['e', 'b', 'd', 'a_1', 'aX1']) await create(server, pets, name);
        await create(server, birds, 'c');
        await create(server, admin, 'nobodys');
        const names = async (token: string, query = '') => {
          const seen: string[] = [];
          for (let cursor: string | undefined = ''; cursor !== undefined; ) {
            const { body } = await server.call('GET', `/apps?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`, { token });
            seen.push(...body.items.map((item: { name: string }) => item.name));
            cursor = body.nextCursor;
          }
          return seen;
        };
        expect(await names(pets)).toEqual(['aX1', 'a_1', 'b', 'd', 'e']);
        expect(await names(admin)).toEqual(['aX1', 'a_1', 'b', 'c', 'd', 'e', 'nobodys']);
        expect(await names(await server.token('viewer'))).toHaveLength(7);
        expect(await names(await server.token('viewer', 'birds', 'pets'))).toHaveLength(6);
        expect(await names(admin, '&owner=birds')).toEqual(['c']);
        expect(await names(admin, '&search=A_')).toEqual(['a_1']);
      });

      test('a publisher finds an app of another team by its whole name, and by nothing less', async () => {
        const { server, birds } = await start();
        await create(server, birds, 'parrot');
        const publisher = await server.token('publisher', 'pets');
        const search = async (text: string, token = publisher) =>
          (await server.call('GET', `/apps?search=${text}`, { token })).body.items.map((item: { name: string }) => item.name);
        expect(await search('parrot')).toEqual(['parrot']);
        expect(await search('parro')).toEqual([]);
        expect(await search('parrot', await server.token('developer', 'pets'))).toEqual([]);
        expect((await server.call('GET', '/apps/parrot', { token: publisher })).status).toBe(404);
      });

      test('a renamed app keeps its credentials and authorizations, and nodes hear of its name', async () => {
        const { server, pets, source } = await start();
        const { appKey } = (await create(server, pets, 'shop')).body;
        const { cursor } = await source.state();
        const renamed = await server.call('PATCH', '/apps/shop', { token: pets, body: { name: 'store' } });
        expect([renamed.status, renamed.body.version, renamed.body.credentials[0].appKey]).toEqual([200, 2, appKey]);
        expect((await server.call('GET', '/apps/shop', { token: pets })).status).toBe(404);
        expect((await source.since(cursor))?.apps).toMatchObject([{ name: 'store' }]);
      });

      test('a deleted app is gone from nodes with all that it had', async () => {
        const { server, pets, source } = await start();
        await create(server, pets, 'shop');
        const { cursor } = await source.state();
        expect((await server.call('DELETE', '/apps/shop', { token: pets })).body).toEqual({ deleted: 'shop' });
        const delta = await source.since(cursor);
        expect([delta?.apps, delta?.removed.length, delta?.state.count, delta?.state.sums]).toEqual([[], 1, 0, [0, 0]]);
        expect(await server.database.read.selectFrom('credentials').select('id').execute()).toEqual([]);
      });

      test('rotated credentials are valid beside the old ones for as long as was said', async () => {
        const { server, pets, source } = await start();
        const first = (await create(server, pets, 'shop')).body;
        const second = await server.call('POST', '/apps/shop/credentials', { token: pets, body: { overlap: 60 } });
        expect(second.status).toBe(201);
        const ends = new Date(server.clock.nowMs + 60_000).toISOString();
        expect(second.body).toMatchObject({ name: 'shop', previousExpireAt: ends });
        const [app] = await nodesSee(source);
        expect(app?.keys.find((key) => key.appKey === first.appKey)?.notAfterMs).toBe(server.clock.nowMs + 60_000);
        expect(app?.keys.find((key) => key.appKey === second.body.appKey)).not.toHaveProperty('notAfterMs');
        // A longer overlap does not bring back what is about to end.
        const third = await server.call('POST', '/apps/shop/credentials', { token: pets });
        expect(third.body.previousExpireAt).toBe(new Date(server.clock.nowMs + DAY_MS).toISOString());
        const shown = (await server.call('GET', '/apps/shop', { token: pets })).body;
        expect(shown.credentials.find((key: { appKey: string }) => key.appKey === first.appKey).expiresAt).toBe(ends);
        expect(shown.version).toBe(3);
      });

      test('an overlap of nothing ends the old credentials at once', async () => {
        const { server, pets, source } = await start();
        await create(server, pets, 'shop');
        const { appKey } = (await server.call('POST', '/apps/shop/credentials', { token: pets, body: { overlap: 0 } })).body;
        expect((await nodesSee(source))[0]?.keys.map((key) => key.appKey)).toEqual([appKey]);
      });

      test('a revoked set of credentials is gone at once, the others stay', async () => {
        const { server, pets, source } = await start();
        const first = (await create(server, pets, 'shop')).body.appKey;
        const second = (await server.call('POST', '/apps/shop/credentials', { token: pets })).body.appKey;
        expect((await server.call('DELETE', `/apps/shop/credentials/${first}`, { token: pets })).body).toEqual({ revoked: first });
        expect((await nodesSee(source))[0]?.keys.map((key) => key.appKey)).toEqual([second]);
        const again = await server.call('DELETE', `/apps/shop/credentials/${first}`, { token: pets });
        expect(again.body.code).toBe('resource.not-found');
      });

      test('changes of one app at the same moment are all in its digest', async () => {
        const { server, pets, source } = await start();
        await create(server, pets, 'shop');
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => server.call('POST', '/apps/shop/credentials', { token: pets, body: { overlap: 60 } })),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
        const pieces: { state?: object }[] = [];
        for await (const piece of source.all()) pieces.push(piece);
        expect(pieces.at(-1)?.state).toEqual(await source.state());
        expect((await nodesSee(source))[0]?.keys).toHaveLength(9);
        const [app] = await nodesSee(source);
        expect(app === undefined ? undefined : digestOfApp(app)).toEqual((await source.state()).sums);
      });

      test('every change is in the audit, for the team and with who did it', async () => {
        const { server, pets, birds } = await start();
        await create(server, pets, 'shop');
        await server.call('PATCH', '/apps/shop', { token: pets, body: { description: 'x' }, headers: { 'x-request-id': 'change-1' } });
        await server.call('POST', '/apps/shop/credentials', { token: pets });
        await server.call('DELETE', '/apps/shop', { token: pets });
        const entries = (await server.call('GET', '/audit?resource=apps/shop', { token: pets })).body.items;
        expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
          'apps.delete',
          'apps.rotate',
          'apps.update',
          'apps.create',
        ]);
        expect(entries[2]).toMatchObject({
          actor: 'developer-pets',
          requestId: 'change-1',
          address: '127.0.0.1',
          before: { description: null },
          after: { description: 'x' },
        });
        expect((await server.call('GET', '/audit', { token: birds })).body.items).toEqual([]);
      });
    });

    test('400: a name that could be no path segment, an owner that has to be chosen, a cursor of another list', async () => {
      const { server, pets } = await start();
      expect((await create(server, pets, 'a/b')).body.problems[0].path).toEqual(['body', 'name']);
      const both = await server.token('developer', 'pets', 'birds');
      expect((await create(server, both, 'shop')).body.problems[0].path).toEqual(['body', 'owner']);
      for (const cursor of ['x', Buffer.from('[1]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
        expect((await server.call('GET', `/apps?cursor=${cursor}`, { token: pets })).body.problems[0].path).toEqual(['query', 'cursor']);
      }
    });

    test('403: a viewer changes nothing, and nobody gives or takes what belongs to other teams', async () => {
      const { server, pets } = await start();
      await create(server, pets, 'shop');
      const viewer = await server.token('viewer', 'pets');
      for (const [method, path] of [
        ['POST', '/apps'],
        ['PATCH', '/apps/shop'],
        ['DELETE', '/apps/shop'],
        ['POST', '/apps/shop/credentials'],
      ]) {
        expect((await server.call(method ?? '', path ?? '', { token: viewer, body: {} })).body.code).toBe('access.denied');
      }
      expect((await create(server, pets, 'x', { owner: 'birds' })).body.code).toBe('access.denied');
      for (const owner of ['birds', null]) {
        const given = await server.call('PATCH', '/apps/shop', { token: pets, body: { owner } });
        expect(given.body.code).toBe('access.denied');
      }
      expect((await server.call('GET', '/apps/shop', { token: pets })).body).toMatchObject({ owner: 'pets', version: 1 });
    });

    test('404: what one may not see is refused, byte for byte, as what does not exist', async () => {
      const { server, pets, birds, admin } = await start();
      await create(server, pets, 'hidden');
      await create(server, admin, 'nobody');
      const publisher = await server.token('publisher', 'birds');
      const calls: [string, string, object?][] = [
        ['GET', ''],
        ['PATCH', '', { description: 'x' }],
        ['PATCH', '', { name: 'other', owner: 'birds' }],
        ['DELETE', ''],
        ['POST', '/credentials', {}],
        ['DELETE', '/credentials/some-key'],
        ['GET', '/authorizations'],
      ];
      for (const token of [birds, publisher]) {
        for (const [method, path, body] of calls) {
          const bytes = async (name: string) => {
            const headers = { 'x-request-id': 'same', 'if-match': '"1"' };
            if (method === 'GET' || path !== '') Reflect.deleteProperty(headers, 'if-match');
            const answer = await server.call(method, `/apps/${name}${path}`, { token, headers, ...(body === undefined ? {} : { body }) });
            const fields = [...answer.headers].filter(([field]) => field !== 'date');
            return JSON.stringify([answer.status, fields, answer.text]).replaceAll(name, '<name>');
          };
          const absent = await bytes('absent');
          expect(absent).toContain('resource.not-found');
          expect(await bytes('hidden')).toBe(absent);
          expect(await bytes('nobody')).toBe(absent);
        }
      }
    });

    test('409: a name that is taken, what the file manages, more credentials than are of use', async () => {
      const { server, pets, birds } = await start();
      await create(server, pets, 'shop');
      await create(server, birds, 'parrot');
      expect((await create(server, birds, 'shop')).body.code).toBe('resource.exists');
      expect((await server.call('PATCH', '/apps/parrot', { token: birds, body: { name: 'shop' } })).body.code).toBe('resource.exists');
      const codes: string[] = [];
      for (let i = 0; i < 10; i++) codes.push((await server.call('POST', '/apps/shop/credentials', { token: pets })).body.code);
      expect(codes.at(-1)).toBe('resource.in-use');
      expect(codes.slice(0, -1).every((code) => code === undefined)).toBe(true);
      await server.database.transaction((tx) => tx.updateTable('apps').set({ managed_by: 'file' }).execute());
      expect((await server.call('PATCH', '/apps/shop', { token: pets, body: {} })).body.code).toBe('managed.by-file');
      expect((await server.call('DELETE', '/apps/shop', { token: pets })).body.code).toBe('managed.by-file');
    });

    test('412: a change made on an older version changes nothing', async () => {
      const { server, pets } = await start();
      await create(server, pets, 'shop');
      await server.call('PATCH', '/apps/shop', { token: pets, body: { description: 'new' } });
      const headers = { 'if-match': '"1"' };
      expect((await server.call('PATCH', '/apps/shop', { token: pets, body: { description: 'old' }, headers })).status).toBe(412);
      expect((await server.call('DELETE', '/apps/shop', { token: pets, headers })).status).toBe(412);
      expect((await server.call('GET', '/apps/shop', { token: pets })).body).toMatchObject({ description: 'new', version: 2 });
    });

    test('a stored secret opens for its own credential only', async () => {
      const { server, pets } = await start();
      await create(server, pets, 'one');
      await create(server, pets, 'two');
      const [one, two] = await server.database.read.selectFrom('credentials').selectAll().execute();
      if (one === undefined || two === undefined) throw new Error('There are two');
      expect(openSecret(server.key, one)).toMatch(/^gh_as_/);
      expect(() => openSecret(server.key, { id: one.id, secret_sealed: two.secret_sealed })).toThrow();
    });
  },
  migrateControl,
);
