import { describeDatabases } from '@gatehouse/database/testing';
import { describe, expect, test } from 'vitest';
import { StoredCredentials } from '../apps/credentials-source.ts';
import { migrateControl, type TestAnswer } from '../http/testing/test-server.ts';
import { definition, startControlPlane } from '../managed/file-fixture.ts';
import { startPublishing } from '../published/published-fixture.ts';
import type { ControlTables } from '../schema/tables.ts';

describeDatabases<ControlTables>(
  'Access requests',
  (open, dialect) => {
    /** An API of the pets that is live in test, and an app of the shops. */
    async function start(api: object = {}) {
      const plane = await startPublishing(await open());
      const { server, save, publish } = plane;
      await save('petstore', 'pets', ['/pets'], { auth: 'app', ...api });
      await publish('petstore', 'test');
      const owner = await server.token('developer', 'pets');
      const shop = await server.token('developer', 'shops');
      await server.call('POST', '/apps', { token: shop, body: { name: 'shop' } });
      const request = (body: object = {}, token = shop, app = 'shop') =>
        server.call('POST', `/apps/${app}/access-requests`, { token, body: { api: 'petstore', environment: 'test', ...body } });
      const decide = (id: string, what: 'approval' | 'rejection', token = owner, body: object = {}) =>
        server.call('POST', `/access-requests/${id}/${what}`, { token, body });
      const list = async (token: string, query = '') => (await server.call('GET', `/access-requests?${query}`, { token })).body.items;
      const source = new StoredCredentials(server);
      const grants = async () => (await source.since(0))?.apps[0]?.grants;
      return { ...plane, owner, shop, request, decide, list, grants };
    }

    const codes = (answers: readonly TestAnswer[]) => answers.map(({ status, body }) => body.code ?? status).sort();
    /** Of a refusal, without what differs in each. */
    const bytes = ({ status, text }: TestAnswer, name: string) =>
      `${status} ${text.replaceAll(name, '?').replace(/"requestId":"[^"]*"/, '')}`;

    describe('200', () => {
      test('a team asks, the owner approves, and the app may call; both sides see who asked and who decided', async () => {
        const { server, owner, shop, admin, request, decide, list, grants } = await start();
        const made = await request({ reason: 'To sell pets' });
        expect(made.status).toBe(201);
        const { id } = made.body;
        expect(made.body).toEqual({
          id,
          app: 'shop',
          appOwner: 'shops',
          api: 'petstore',
          apiOwner: 'pets',
          environment: 'test',
          state: 'pending',
          reason: 'To sell pets',
          requestedBy: 'developer-shops',
          requestedAt: expect.any(String),
          decidedBy: null,
          decidedAt: null,
          answer: null,
          mayDecide: false,
        });
        expect(await grants()).toEqual([]);
        expect(await list(owner)).toMatchObject([{ id, mayDecide: true }]);
        const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
        const approved = await decide(id, 'approval', owner, { answer: 'Welcome', expiresAt });
        expect([approved.status, approved.body]).toMatchObject([
          200,
          { state: 'approved', decidedBy: 'developer-pets', answer: 'Welcome', mayDecide: false },
        ]);
        expect(await grants()).toEqual([{ api: 'petstore', environment: 'test', notAfterMs: Date.parse(expiresAt) }]);
        expect(await list(shop)).toMatchObject([{ id, state: 'approved', mayDecide: false }]);
        const audited = (await server.call('GET', '/audit', { token: admin })).body.items;
        expect(audited.slice(0, 3)).toMatchObject([
          {
            action: 'access-requests.approve',
            resource: 'apis/petstore',
            environment: 'test',
            after: { request: id, app: 'shop', expiresAt },
          },
          { action: 'apps.authorize', resource: 'apis/petstore', environment: 'test', after: { app: 'shop', expiresAt } },
          { action: 'access-requests.create', resource: 'apps/shop', environment: 'test', after: { request: id, api: 'petstore' } },
        ]);
      });

      test('a request is rejected by the owner, or taken back by its own team, and may be made again', async () => {
        const { server, owner, shop, request, decide, list, grants } = await start();
        const first = (await request()).body.id;
        expect((await decide(first, 'rejection', owner, { answer: 'Not yet' })).body).toMatchObject({
          state: 'rejected',
          answer: 'Not yet',
        });
        const second = (await request()).body.id;
        const colleague = await server.token('developer', 'shops', 'birds');
        const withdrawn = await server.call('DELETE', `/access-requests/${second}`, { token: colleague });
        expect([withdrawn.status, withdrawn.body.state]).toEqual([200, 'withdrawn']);
        expect((await request()).status).toBe(201);
        expect((await list(shop)).map(({ state }: { state: string }) => state).sort()).toEqual(['pending', 'rejected', 'withdrawn']);
        expect(await grants()).toEqual([]);
      });

      test('asking and taking back again and again leaves the newest hundred, and the audit of each', async () => {
        const { server, admin, request, shop } = await start();
        for (let i = 0; i < 103; i++) {
          const { id } = (await request({ reason: `${i}` })).body;
          await server.call('DELETE', `/access-requests/${id}`, { token: shop });
        }
        const last = (await request()).body.id;
        const { items } = (await server.call('GET', '/access-requests?limit=500', { token: admin })).body;
        expect(items.length).toBe(101);
        expect(items.map(({ id }: { id: string }) => id)).toContain(last);
        const audited = (await server.call('GET', '/audit?limit=500&action=access-requests.create', { token: admin })).body.items;
        expect(audited).toHaveLength(104);
      });

      test('where the API says so, a request is approved at once, in the same transaction', async () => {
        const { server, admin, request, grants, get, shop } = await start({ approval: 'automatic' });
        expect((await get('/publications/petstore', shop)).body.approval).toBe('automatic');
        const { status, body } = await request();
        expect([status, body]).toMatchObject([201, { state: 'approved', decidedBy: null, decidedAt: body.requestedAt }]);
        expect(await grants()).toEqual([{ api: 'petstore', environment: 'test' }]);
        expect((await request()).body.code).toBe('resource.exists');
        const audited = (await server.call('GET', '/audit', { token: admin })).body.items;
        expect(audited.slice(0, 2)).toMatchObject([
          { action: 'access-requests.create' },
          { action: 'apps.authorize', after: { app: 'shop' } },
        ]);
      });

      test('the configuration file says so too', async () => {
        const { apply, call } = await startControlPlane(dialect);
        const petstore = {
          name: 'petstore',
          owner: 'pets',
          backend: 'pets',
          approval: 'automatic',
          definition: definition('/pets'),
          publish: ['test'],
        };
        const pets = { name: 'pets', type: 'http', environments: { test: { url: 'http://10.0.0.1:9001' } } };
        await apply({ backends: [pets], apis: [petstore] });
        await call('POST', '/apps', { name: 'shop' });
        const body = { api: 'petstore', environment: 'test' };
        expect((await call('POST', '/apps/shop/access-requests', body)).body).toMatchObject({ state: 'approved' });
        expect((await call('GET', '/apps/shop/authorizations')).body.items).toMatchObject([body]);
      });

      test('who authorizes an app without its request has decided that too', async () => {
        const { apply, call } = await startControlPlane(dialect);
        const petstore = { name: 'petstore', backend: 'pets', definition: definition('/pets'), publish: ['test'] };
        const pets = { name: 'pets', type: 'http', environments: { test: { url: 'http://10.0.0.1:9001' } } };
        await apply({ backends: [pets], apis: [petstore] });
        await call('POST', '/apps', { name: 'shop' });
        const body = { api: 'petstore', environment: 'test' };
        const { id } = (await call('POST', '/apps/shop/access-requests', body)).body;
        const expiresAt = new Date(Date.now() + 60_000).toISOString();
        await call('POST', '/apps/shop/authorizations', { ...body, expiresAt });
        expect((await call('GET', '/access-requests')).body.items).toMatchObject([{ id, state: 'approved', decidedBy: 'bootstrap' }]);
        expect((await call('POST', `/access-requests/${id}/approval`, {})).body.code).toBe('request.decided');
        expect((await call('GET', '/apps/shop/authorizations')).body.items).toMatchObject([{ expiresAt }]);
      });

      test('who decides changes at once, without publishing, and the audit knows', async () => {
        const { server, admin, save, request } = await start({ approval: 'automatic' });
        await save('petstore', 'pets', ['/pets'], { auth: 'app' });
        expect((await request()).body.state).toBe('pending');
        const [entry] = (await server.call('GET', '/audit?action=apis.put', { token: admin })).body.items;
        expect([entry.before.approval, entry.after.approval, entry.before.hash]).toEqual(['automatic', 'owner', entry.after.hash]);
      });

      test('a list is newest first and page by page, of what one sees the app or the API of', async () => {
        const { server, clock, owner, shop, admin, save, publish, request, decide, list } = await start();
        await save('birdhouse', 'birds', ['/birds']);
        await publish('birdhouse', 'test');
        await publish('petstore', 'production');
        const ids: string[] = [];
        for (const body of [{}, { api: 'birdhouse' }, { environment: 'production' }]) {
          clock.nowMs += 1;
          ids.push((await request(body)).body.id);
        }
        await decide(ids[0] ?? '', 'rejection');
        const idsOf = async (token: string, query = '') =>
          (await list(token, query)).map(({ id }: { id: string }) => ids.indexOf(id)).sort();
        for (const token of [shop, admin, await server.token('viewer')]) expect(await idsOf(token)).toEqual([0, 1, 2]);
        expect(await idsOf(owner)).toEqual([0, 2]);
        expect(await idsOf(await server.token('publisher', 'birds'))).toEqual([1]);
        expect(await idsOf(await server.token('developer', 'cats'))).toEqual([]);
        expect(await idsOf(shop, 'state=rejected')).toEqual([0]);
        expect(await idsOf(shop, 'api=petstore&environment=production&app=shop')).toEqual([2]);
        expect(await idsOf(owner, 'decidable=true')).toEqual([2]);
        expect(await idsOf(admin, 'decidable=true')).toEqual([1, 2]);
        for (const token of [shop, await server.token('viewer', 'pets'), await server.token('viewer')]) {
          expect(await idsOf(token, 'decidable=true')).toEqual([]);
        }
        const pages: number[] = [];
        for (let cursor: string | undefined = ''; cursor !== undefined; ) {
          const { body } = await server.call('GET', `/access-requests?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`, { token: shop });
          pages.push(...body.items.map(({ id }: { id: string }) => ids.indexOf(id)));
          cursor = body.nextCursor;
        }
        expect(pages).toEqual([2, 1, 0]);
      });
    });

    test('403: nobody approves what they asked for themselves, unless the API is theirs too', async () => {
      const { server, shop, request, decide, grants, save, publish } = await start();
      const { id } = (await request()).body;
      for (const token of [shop, await server.token('publisher', 'shops'), await server.token('viewer', 'pets')]) {
        expect((await decide(id, 'approval', token)).body.code).toBe('access.denied');
        expect((await decide(id, 'rejection', token)).body.code).toBe('access.denied');
      }
      // What nobody owns is decided by admins.
      await save('commons', null, ['/a']);
      await publish('commons', 'test');
      const other = (await request({ api: 'commons' })).body;
      expect([other.apiOwner, other.mayDecide]).toEqual([null, false]);
      expect((await decide(other.id, 'approval')).status).toBe(404);
      expect(await grants()).toEqual([]);
      expect((await decide(other.id, 'approval', await server.token('admin'))).status).toBe(200);
      const both = await server.token('developer', 'pets', 'shops');
      expect((await decide(id, 'approval', both)).body.state).toBe('approved');
    });

    test('403: the owner of the API does not take back what others asked for', async () => {
      const { server, owner, request } = await start();
      const { id } = (await request()).body;
      expect((await server.call('DELETE', `/access-requests/${id}`, { token: owner })).body.code).toBe('access.denied');
    });

    test('404: a request of others is none, and neither is an app of others', async () => {
      const { server, request, decide } = await start();
      const { id } = (await request()).body;
      const stranger = await server.token('publisher', 'cats');
      for (const what of ['approval', 'rejection'] as const) {
        expect(bytes(await decide(id, what, stranger), id)).toBe(bytes(await decide('none', what, stranger), 'none'));
      }
      const withdraw = (one: string) => server.call('DELETE', `/access-requests/${one}`, { token: stranger });
      expect(bytes(await withdraw(id), id)).toBe(bytes(await withdraw('none'), 'none'));
      const absent = bytes(await request({}, stranger, 'absent'), 'absent');
      expect(absent).toContain('resource.not-found');
      expect(bytes(await request({}, stranger), 'shop')).toBe(absent);
    });

    test('409: of many requests at once one is pending; for what an app may call already there is none', async () => {
      const { admin, server, owner, request, decide } = await start();
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => request()));
      expect(codes(answers)).toEqual([201, ...Array(4).fill('resource.exists')]);
      const { id } = answers.find(({ status }) => status === 201)?.body ?? {};
      await decide(id, 'approval', owner);
      expect((await request()).body.code).toBe('resource.exists');
      // What has expired, or was taken back, may be asked for again.
      const [given] = (await server.call('GET', '/apps/shop/authorizations', { token: admin })).body.items;
      await server.call('DELETE', `/apps/shop/authorizations/${given.id}`, { token: admin });
      expect((await request()).status).toBe(201);
    });

    test('what has expired is asked for again, and the approval is good for the new time', async () => {
      const { clock, request, decide, grants } = await start();
      const expiresAt = new Date(clock.nowMs + 1_000).toISOString();
      await decide((await request()).body.id, 'approval', undefined, { expiresAt });
      expect((await request()).body.code).toBe('resource.exists');
      clock.nowMs += 1_001;
      const again = await request();
      expect(again.status).toBe(201);
      await decide(again.body.id, 'approval');
      expect(await grants()).toEqual([{ api: 'petstore', environment: 'test' }]);
    });

    test('409: of many who decide at once one does, and the app is authorized exactly when that one approved', async () => {
      const { server, request, decide, list, owner, grants } = await start();
      for (let round = 0; round < 4; round++) {
        const { id } = (await request()).body;
        const answers = await Promise.all([
          decide(id, 'approval'),
          decide(id, 'rejection'),
          decide(id, 'approval'),
          decide(id, 'rejection'),
        ]);
        expect(codes(answers)).toEqual([200, 'request.decided', 'request.decided', 'request.decided']);
        const [{ state }] = await list(owner);
        expect((await grants())?.length).toBe(state === 'approved' ? 1 : 0);
        expect((await decide(id, 'approval')).body).toMatchObject({ code: 'request.decided', state });
        await server.database.transaction((tx) => tx.deleteFrom('authorizations').execute());
        await server.database.transaction((tx) => tx.deleteFrom('access_requests').execute());
      }
    });

    test('409: an API that is not live there is not asked for; what was unpublished meanwhile is not approved, but can be rejected', async () => {
      const { change, publish, request, decide, list, owner, grants } = await start();
      expect((await request({ environment: 'production' })).body.code).toBe('api.not-published');
      const { id } = (await request()).body;
      await change('DELETE', '/apis/petstore/publications/test');
      const refused = await decide(id, 'approval');
      expect([refused.status, refused.body.code]).toEqual([409, 'api.not-published']);
      expect(refused.body.detail).toMatch(/publish it there first, or reject/);
      expect([await grants(), (await list(owner))[0].state]).toEqual([[], 'pending']);
      await publish('petstore', 'test');
      expect((await decide(id, 'approval')).status).toBe(200);
      const other = await publish('petstore', 'production').then(() => request({ environment: 'production' }));
      await change('DELETE', '/apis/petstore/publications/production');
      expect((await decide(other.body.id, 'rejection')).body.state).toBe('rejected');
    });

    test('422: an API of others that is live nowhere is none', async () => {
      const { server, save, request } = await start();
      await save('secret', 'pets', ['/a']);
      const absent = bytes(await request({ api: 'absent' }), 'absent');
      expect(absent).toContain('reference.unknown');
      expect(bytes(await request({ api: 'secret' }), 'secret')).toBe(absent);
      const both = await server.token('developer', 'pets', 'shops');
      expect((await request({ api: 'secret' }, both)).body.code).toBe('api.not-published');
    });

    test('requests go with their app and with their API, and a new API of the name has none', async () => {
      const { server, change, save, publish, request, decide, list, shop, admin } = await start();
      const { id } = (await request()).body;
      await change('DELETE', '/apis/petstore?confirm=true');
      expect(await list(admin)).toEqual([]);
      expect((await decide(id, 'approval')).status).toBe(404);
      await save('petstore', 'pets', ['/pets'], { auth: 'app' });
      await publish('petstore', 'test');
      expect(await list(admin)).toEqual([]);
      await request();
      await server.call('DELETE', '/apps/shop', { token: shop });
      expect(await list(admin)).toEqual([]);
    });
  },
  migrateControl,
);
