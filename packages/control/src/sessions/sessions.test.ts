import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateControl } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { Browser } from '../sign-in/testing/browser.ts';
import { startPeopleServer, toAuthSettings } from '../sign-in/testing/people-fixture.ts';

const HOUR_MS = 3_600_000;
const auth = { environment: 'development', providers: { guest: { ownershipEntityRefs: ['group:default/pets'] } } };

describeDatabases<ControlTables>(
  'Sessions',
  (open) => {
    async function start() {
      const server = await startPeopleServer(await open(), { auth });
      const guest = async () => {
        const browser = new Browser();
        const { status, body } = await server.api(browser, 'POST', '/api/auth/session', { provider: 'guest' }, { 'user-agent': 'Test/1' });
        expect(status).toBe(201);
        return { browser, id: body.id as string };
      };
      const status = async (browser: Browser) => (await server.api(browser, 'GET', '/api/v1/me')).status;
      return { server, guest, status };
    }

    test('of a token has its rights and its name, and ends with it', async () => {
      const { server, status } = await start();
      const browser = new Browser();
      const expires = { expires_at: server.clock.nowMs + HOUR_MS };
      const token = await server.token('publisher', 'pets');
      await server.database.transaction((tx) => tx.updateTable('tokens').set(expires).execute());
      expect((await server.api(browser, 'POST', '/api/auth/session', { token })).body.expiresAt).toBe(
        new Date(expires.expires_at).toISOString(),
      );
      const me = { name: 'publisher-pets', role: 'publisher', teams: ['pets'], user: null };
      expect((await server.api(browser, 'GET', '/api/v1/me')).body).toMatchObject(me);
      expect((await server.api(browser, 'GET', '/api/v1/sessions')).body.items).toHaveLength(1);
      await server.database.transaction((tx) => tx.deleteFrom('tokens').execute());
      server.clock.nowMs += 1_000;
      expect(await status(browser)).toBe(401);
      expect(await server.database.read.selectFrom('sessions').selectAll().execute()).toEqual([]);
    });

    test('are not begun with a token of a node, or one that is none', async () => {
      const { server } = await start();
      const begin = async (body: object) => {
        const answer = await server.api(new Browser(), 'POST', '/api/auth/session', body);
        expect(answer.headers.get('set-cookie')).toBeNull();
        return [answer.status, answer.body.code];
      };
      expect(await begin({ token: await server.token('node') })).toEqual([403, 'access.denied']);
      expect(await begin({ token: 'gh_at_wrong' })).toEqual([401, 'authentication.required']);
      expect(await begin({ token: 'a b' })).toEqual([401, 'authentication.required']);
      expect(await begin({ provider: 'github' })).toEqual([400, 'request.invalid']);
      expect(await begin({})).toEqual([400, 'request.invalid']);
    });

    test('end when they are as old as they may be, or were not used for as long as they may', async () => {
      const { server, guest, status } = await start();
      const { browser } = await guest();
      const idle = (await guest()).browser;
      for (let hours = 6; hours < 24; hours += 6) {
        server.clock.nowMs += 6 * HOUR_MS;
        expect(await status(browser)).toBe(200);
        await server.people.close();
      }
      expect(await status(idle)).toBe(401);
      server.clock.nowMs += 6 * HOUR_MS - 1;
      expect(await status(browser)).toBe(200);
      server.clock.nowMs += 1;
      expect(await status(browser)).toBe(401);
      await server.people.sweep(server.clock.nowMs);
      expect(await server.database.read.selectFrom('sessions').selectAll().execute()).toEqual([]);
    });

    test('are listed newest first, with where and when each was last used, to the minute', async () => {
      const { server, guest } = await start();
      const first = await guest();
      server.clock.nowMs += 60_000;
      const second = await guest();
      const list = async () => (await server.api(first.browser, 'GET', '/api/v1/sessions')).body.items;
      server.clock.nowMs += 30_000;
      await list();
      await server.people.close();
      const at = (ms: number) => new Date(server.clock.nowMs - ms).toISOString();
      expect(await list()).toEqual([
        expect.objectContaining({ id: second.id, current: false, createdAt: at(30_000), lastUsedAt: at(30_000) }),
        {
          id: first.id,
          current: true,
          provider: 'guest',
          createdAt: at(90_000),
          lastUsedAt: at(0),
          expiresAt: new Date(server.clock.nowMs - 90_000 + 24 * HOUR_MS).toISOString(),
          address: '127.0.0.1',
          userAgent: 'node',
        },
      ]);
      server.clock.nowMs += 30_000;
      await list();
      await server.people.close();
      expect((await list())[1].lastUsedAt).toBe(at(30_000));
    });

    test('are ended one by one and all together, one’s own only, at once here and within a second elsewhere', async () => {
      const { server, guest, status } = await start();
      const elsewhere = await startPeopleServer(server.database, { auth });
      const there = async (browser: Browser) => (await elsewhere.api(browser, 'GET', '/api/v1/me')).status;
      const [first, second, third] = [await guest(), await guest(), await guest()];
      const other = new Browser();
      await server.api(other, 'POST', '/api/auth/session', { token: await server.token('admin') });
      expect((await server.api(other, 'DELETE', `/api/v1/sessions/${first.id}`)).status).toBe(404);
      expect((await server.api(first.browser, 'DELETE', '/api/v1/sessions/none')).body.code).toBe('resource.not-found');
      for (const { browser } of [first, second, third]) expect([await status(browser), await there(browser)]).toEqual([200, 200]);

      expect((await server.api(first.browser, 'DELETE', `/api/v1/sessions/${second.id}`)).body).toEqual({ ended: second.id });
      expect(await status(second.browser)).toBe(401);
      expect((await server.api(first.browser, 'DELETE', '/api/v1/sessions')).body).toEqual({ ended: 2 });
      expect([await status(first.browser), await status(third.browser), await status(other)]).toEqual([401, 401, 200]);
      elsewhere.clock.nowMs += 1_000;
      for (const { browser } of [first, second, third]) expect(await there(browser)).toBe(401);

      expect((await server.api(other, 'DELETE', '/api/auth/session')).status).toBe(204);
      expect(other.jar('127.0.0.1').has('gatehouse_session')).toBe(false);
      expect((await server.api(other, 'DELETE', '/api/auth/session')).status).toBe(204);
      const audit = await server.database.read.selectFrom('audit').select(['actor', 'action']).orderBy('number').execute();
      expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
        ...Array.from({ length: 3 }, () => 'user:development/guest sessions.start'),
        'admin- sessions.start',
        'user:development/guest sessions.end',
        'user:development/guest sessions.end-all',
        'admin- sessions.end',
      ]);
    });

    test('of one person are fifty at most: the one that was not used for longest ends', async () => {
      const { server, guest, status } = await start();
      const oldest = await guest();
      server.clock.nowMs += 1;
      const used = await guest();
      for (let count = 0; count < 49; count++) {
        server.clock.nowMs += 1;
        await guest();
      }
      server.clock.nowMs += 1_000;
      expect([await status(oldest.browser), await status(used.browser)]).toEqual([401, 200]);
      expect((await server.api(used.browser, 'GET', '/api/v1/sessions')).body.items).toHaveLength(50);
    });

    test('of guests have the rights of the configuration as it is now', async () => {
      const { server, guest, status } = await start();
      const { browser } = await guest();
      expect((await server.api(browser, 'GET', '/api/v1/me')).body).toMatchObject({
        name: 'user:development/guest',
        role: 'developer',
        teams: ['pets', expect.stringMatching(/^user\.guest\.[0-9a-f]{8}$/)],
        user: { displayName: 'Guest', entity: null },
      });
      server.people.use(toAuthSettings({}));
      expect(await status(browser)).toBe(401);
      expect((await server.api(browser, 'POST', '/api/auth/session', { provider: 'guest' })).status).toBe(403);
    });
  },
  migrateControl,
);
