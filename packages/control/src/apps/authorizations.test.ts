import { describeDatabases } from '@gatehouse/database/testing';
import { describe, expect, test } from 'vitest';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { StoredCredentials } from './credentials-source.ts';
import { forgetApi } from './forget-api.ts';
import { sweepExpired } from './sweep-expired.ts';

const DAY_MS = 86_400_000;

describeDatabases<ControlTables>(
  'Authorizations',
  (open) => {
    /** An API of the pets, an app of the shops. */
    async function start() {
      const server = await startTestServer(await open());
      const petstore = await insertApi(server.database, 'petstore', 'pets');
      const publisher = await server.token('publisher', 'pets');
      const shop = await server.token('developer', 'shops');
      await server.call('POST', '/apps', { token: shop, body: { name: 'shop' } });
      const authorize = (body: object, token = publisher, app = 'shop') =>
        server.call('POST', `/apps/${app}/authorizations`, { token, body: { api: 'petstore', environment: 'test', ...body } });
      return { server, petstore, publisher, shop, authorize, source: new StoredCredentials(server) };
    }

    describe('200', () => {
      test('an app may call the API in that environment and in no other', async () => {
        const { authorize, source } = await start();
        const made = await authorize({});
        expect(made.status).toBe(201);
        expect(made.body).toMatchObject({
          app: 'shop',
          api: 'petstore',
          environment: 'test',
          expiresAt: null,
          createdBy: 'publisher-pets',
        });
        expect((await source.since(0))?.apps[0]?.grants).toEqual([{ api: 'petstore', environment: 'test' }]);
      });

      test('doing it again changes the expiry, or nothing at all', async () => {
        const { server, publisher, authorize, source } = await start();
        const { id } = (await authorize({})).body;
        const { cursor } = await source.state();
        const again = await authorize({});
        expect([again.status, again.body.id]).toEqual([200, id]);
        expect((await source.state()).cursor).toBe(cursor);
        const expiresAt = new Date(server.clock.nowMs + DAY_MS).toISOString();
        const changed = await authorize({ expiresAt });
        expect([changed.status, changed.body.id, changed.body.expiresAt]).toEqual([200, id, expiresAt]);
        expect((await source.since(cursor))?.apps[0]?.grants).toEqual([
          { api: 'petstore', environment: 'test', notAfterMs: server.clock.nowMs + DAY_MS },
        ]);
        const entries = (await server.call('GET', '/audit?action=apps.authorize', { token: publisher })).body.items;
        expect(entries).toMatchObject([
          { resource: 'apis/petstore', environment: 'test', before: { app: 'shop', expiresAt: null }, after: { app: 'shop', expiresAt } },
          { resource: 'apis/petstore', environment: 'test', before: null },
        ]);
      });

      test('the same authorization given twice at the same moment is one', async () => {
        const { server, authorize } = await start();
        const answers = await Promise.all([1, 2, 3, 4].map(() => authorize({})));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
        expect(await server.database.read.selectFrom('authorizations').select('id').execute()).toHaveLength(1);
      });

      test('both sides see it, paged: what an app may call, who may call an API', async () => {
        const { server, publisher, shop, authorize } = await start();
        await authorize({});
        await authorize({ environment: 'production' });
        await server.call('POST', '/apps', { token: shop, body: { name: 'kiosk' } });
        await authorize({}, publisher, 'kiosk');
        const pages = async (path: string, token: string) => {
          const seen: string[] = [];
          for (let cursor: string | undefined = ''; cursor !== undefined; ) {
            const joined = `${path}${path.includes('?') ? '&' : '?'}limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
            const { body } = await server.call('GET', joined, { token });
            seen.push(...body.items.map((item: { app: string; environment: string }) => `${item.app} ${item.environment}`));
            cursor = body.nextCursor;
          }
          return seen;
        };
        expect(await pages('/apps/shop/authorizations', shop)).toEqual(['shop production', 'shop test']);
        expect((await pages('/apis/petstore/authorizations', publisher)).sort()).toEqual(['kiosk test', 'shop production', 'shop test']);
        expect((await pages('/apis/petstore/authorizations?environment=test', publisher)).sort()).toEqual(['kiosk test', 'shop test']);
        expect(await pages('/apis/petstore/authorizations?app=kiosk', publisher)).toEqual(['kiosk test']);
      });

      test('it is taken back by the owner of the API, or given up by that of the app', async () => {
        const { server, publisher, authorize, source } = await start();
        const shopPublisher = await server.token('publisher', 'shops');
        for (const token of [publisher, shopPublisher]) {
          const { id } = (await authorize({})).body;
          const taken = await server.call('DELETE', `/apps/shop/authorizations/${id}`, { token });
          expect([taken.status, taken.body.id]).toEqual([200, id]);
          expect((await source.since(0))?.apps[0]?.grants).toEqual([]);
        }
      });

      test('a new API of the name of a deleted one is open to none of its callers', async () => {
        const { server, petstore, authorize, source } = await start();
        await authorize({});
        const { cursor } = await source.state();
        const count = await server.database.transaction(async (tx) => {
          const forgotten = await forgetApi(tx, server.key, petstore, 0);
          await tx.deleteFrom('apis').where('id', '=', petstore).execute();
          return forgotten;
        });
        expect(count).toBe(1);
        expect((await source.since(cursor))?.apps[0]?.grants).toEqual([]);
      });

      test('what has expired is swept after seven days, and not before', async () => {
        const { server, shop, authorize, source } = await start();
        const expiresAt = new Date(server.clock.nowMs + DAY_MS).toISOString();
        await authorize({ expiresAt });
        await authorize({ environment: 'production' });
        await server.call('POST', '/apps/shop/credentials', { token: shop, body: { overlap: 86_400 } });
        const sweepAt = (days: number) => sweepExpired(server.database, server.key, server.clock.nowMs + days * DAY_MS);
        expect(await sweepAt(8)).toBe(0);
        const { cursor } = await source.state();
        expect(await sweepAt(8.1)).toBe(2);
        const [app] = (await source.since(cursor))?.apps ?? [];
        expect(app?.grants).toEqual([{ api: 'petstore', environment: 'production' }]);
        expect(app?.keys).toHaveLength(1);
        expect(await sweepAt(100)).toBe(0);
      });
    });

    test('400: an expiry in the past', async () => {
      const { server, authorize } = await start();
      const answer = await authorize({ expiresAt: new Date(server.clock.nowMs).toISOString() });
      expect([answer.status, answer.body.problems[0].path]).toEqual([400, ['body', 'expiresAt']]);
    });

    test('403: developers do not authorize, not even on their own API', async () => {
      const { server, authorize } = await start();
      expect((await authorize({}, await server.token('developer', 'pets'))).body.code).toBe('access.denied');
    });

    test('404: an authorization that others gave is none, and so is an API that others have', async () => {
      const { server, publisher, authorize } = await start();
      const { id } = (await authorize({})).body;
      const other = await server.token('publisher', 'birds');
      const bytes = async (path: string, method = 'DELETE') => {
        const answer = await server.call(method, path, { token: other, headers: { 'x-request-id': 'same' } });
        return `${answer.status} ${answer.text}`;
      };
      const hidden = await bytes(`/apps/shop/authorizations/${id}`);
      expect(hidden).toContain('resource.not-found');
      expect(hidden).toBe((await bytes('/apps/none/authorizations/x')).replace('\\"x\\"', `\\"${id}\\"`));
      const consumers = await bytes('/apis/petstore/authorizations', 'GET');
      expect(consumers).toBe((await bytes('/apis/absent/authorizations', 'GET')).replace('absent', 'petstore'));
      expect((await authorize({}, publisher, 'none')).body.code).toBe('resource.not-found');
    });

    test('409: what the file gave is taken back only there', async () => {
      const { server, publisher, authorize } = await start();
      const { id } = (await authorize({})).body;
      await server.database.transaction((tx) => tx.updateTable('authorizations').set({ managed_by: 'file' }).execute());
      const expiresAt = new Date(server.clock.nowMs + DAY_MS).toISOString();
      expect((await authorize({ expiresAt })).body.code).toBe('managed.by-file');
      expect((await authorize({})).status).toBe(200);
      expect((await server.call('DELETE', `/apps/shop/authorizations/${id}`, { token: publisher })).body.code).toBe('managed.by-file');
    });

    test('422: an environment that there is not, an API that there is not for the caller', async () => {
      const { server, publisher, authorize } = await start();
      expect((await authorize({ environment: 'staging' })).body.code).toBe('environment.unknown');
      await insertApi(server.database, 'secret', 'birds');
      await insertApi(server.database, 'unowned', null);
      const bytes = async (api: string) =>
        (
          await server.call('POST', '/apps/shop/authorizations', {
            token: publisher,
            body: { api, environment: 'test' },
            headers: { 'x-request-id': 'same' },
          })
        ).text.replace(api, '<api>');
      const absent = await bytes('absent');
      expect(absent).toContain('reference.unknown');
      expect(await bytes('secret')).toBe(absent);
      expect(await bytes('unowned')).toBe(absent);
    });
  },
  migrateControl,
);
