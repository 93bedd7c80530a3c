import { describeDatabases } from '@gatehouse/database/testing';
import { describe, expect, test } from 'vitest';
import { migrateControl, startTestServer, type TestServer } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { AdminTokenError, ensureAdminToken } from './bootstrap-token.ts';
import { TokenAuthenticator } from './token-authenticator.ts';

describeDatabases<ControlTables>(
  'Access tokens',
  (open) => {
    async function start() {
      const server = await startTestServer(await open());
      return { server, admin: await server.token('admin') };
    }

    const create = (server: TestServer, token: string, body: object) => server.call('POST', '/tokens', { token, body });

    describe('200', () => {
      test('a token is shown once, works, and only its hash is kept', async () => {
        const { server, admin } = await start();
        const made = await create(server, admin, { name: 'ci', role: 'publisher', teams: ['pets', 'birds', 'pets'] });
        expect(made.status).toBe(201);
        const { token, ...shown } = made.body;
        expect(shown).toMatchObject({ name: 'ci', role: 'publisher', teams: ['birds', 'pets'], createdBy: 'admin-', expiresAt: null });
        expect((await server.call('GET', '/me', { token })).body).toEqual({
          name: 'ci',
          role: 'publisher',
          teams: ['birds', 'pets'],
          expiresAt: null,
          user: null,
        });
        const everything = JSON.stringify([
          await server.database.read.selectFrom('tokens').selectAll().execute(),
          await server.database.read.selectFrom('audit').selectAll().execute(),
          (await server.call('GET', '/tokens', { token: admin })).body,
        ]);
        expect(everything).toContain('"ci"');
        expect(everything).not.toContain(token);
      });

      test('a list is paged, newest first, and each token is on one page', async () => {
        const { server, admin } = await start();
        for (const name of ['a', 'b', 'c', 'd']) await create(server, admin, { name, role: 'viewer' });
        const seen: string[] = [];
        for (let cursor: string | undefined = ''; cursor !== undefined; ) {
          const { body } = await server.call('GET', `/tokens?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, { token: admin });
          seen.push(...body.items.map((item: { name: string }) => item.name));
          cursor = body.nextCursor;
        }
        expect(seen.sort()).toEqual(['a', 'admin-', 'b', 'c', 'd']);
      });

      test('a revoked token is refused at once, also while it is being used, and by another process within a second', async () => {
        const { server, admin } = await start();
        const { token, id } = (await create(server, admin, { name: 'ci', role: 'viewer' })).body;
        const other = new TokenAuthenticator({
          database: server.database,
          key: server.key,
          log: { warn: () => undefined },
          nowMs: () => server.clock.nowMs,
        });
        const elsewhere = () => other.authenticate({ authorization: `Bearer ${token}` });
        expect((await elsewhere())?.name).toBe('ci');
        const uses = Array.from({ length: 20 }, () => server.call('GET', '/me', { token }));
        expect((await server.call('DELETE', `/tokens/${id}`, { token: admin })).body).toEqual({ revoked: id });
        expect((await server.call('GET', '/me', { token })).status).toBe(401);
        await Promise.all(uses);
        expect((await server.call('GET', '/me', { token })).status).toBe(401);
        server.clock.nowMs += 1_000;
        expect(await elsewhere()).toBeUndefined();
        await other.close();
      });

      test('a token ends when it was to, to the millisecond', async () => {
        const { server, admin } = await start();
        const expiresAt = new Date(server.clock.nowMs + 500).toISOString();
        const { token } = (await create(server, admin, { name: 'ci', role: 'viewer', expiresAt })).body;
        expect((await server.call('GET', '/me', { token })).body.expiresAt).toBe(expiresAt);
        server.clock.nowMs += 499;
        expect((await server.call('GET', '/me', { token })).status).toBe(200);
        server.clock.nowMs += 1;
        expect((await server.call('GET', '/me', { token })).status).toBe(401);
      });

      test('that a token was used is noted, once a minute', async () => {
        const { server, admin } = await start();
        const { token, id } = (await create(server, admin, { name: 'ci', role: 'viewer' })).body;
        const use = async (afterMs: number) => {
          server.clock.nowMs += afterMs;
          await server.call('GET', '/me', { token });
          await server.authenticator.close();
          const row = await server.database.read.selectFrom('tokens').select('last_used_at').where('id', '=', id).executeTakeFirstOrThrow();
          return row.last_used_at;
        };
        const first = await use(0);
        expect(first).toBe(server.clock.nowMs);
        expect(await use(59_000)).toBe(first);
        expect(await use(2_000)).toBe(server.clock.nowMs);
      });
    });

    test.each([
      ['a role that there is not', { role: 'root' }, 'body.role'],
      ['an admin of teams', { role: 'admin', teams: ['pets'] }, 'body.teams'],
      ['a node of teams', { role: 'node', teams: ['pets'] }, 'body.teams'],
      ['a publisher without teams', { role: 'publisher' }, 'body.teams'],
      ['an end in the past', { role: 'viewer', expiresAt: '2001-01-01T00:00:00Z' }, 'body.expiresAt'],
      ['no name', { name: '', role: 'viewer' }, 'body.name'],
    ])('400: %s', async (_what, body, place) => {
      const { server, admin } = await start();
      const answer = await create(server, admin, { name: 'ci', ...body });
      expect([answer.status, answer.body.problems[0].path.join('.')]).toEqual([400, place]);
    });

    test('401: no token of another installation counts, nor what merely looks like one', async () => {
      const { server, admin } = await start();
      const other = new InstallationKey(Buffer.alloc(32, 8));
      expect(server.key.hashToken(admin)).not.toBe(other.hashToken(admin));
      for (const authorization of [`Basic ${admin}`, 'Bearer', `Bearer ${admin}x`, `Bearer ${server.key.hashToken(admin)}`]) {
        expect((await server.call('GET', '/me', { headers: { authorization } })).status).toBe(401);
      }
      expect((await server.call('GET', '/me', { headers: { authorization: `bearer  ${admin}` } })).status).toBe(200);
    });

    test('403: tokens are up to admins', async () => {
      const { server } = await start();
      const token = await server.token('publisher', 'pets');
      expect((await create(server, token, { name: 'x', role: 'admin' })).body.code).toBe('access.denied');
      expect((await server.call('GET', '/tokens', { token })).status).toBe(403);
      expect((await server.call('DELETE', '/tokens/none', { token })).status).toBe(403);
    });

    test('404: what was revoked is gone', async () => {
      const { server, admin } = await start();
      const { id, token: _, ...shown } = (await create(server, admin, { name: 'x', role: 'viewer' })).body;
      expect((await server.call('GET', `/tokens/${id}`, { token: admin })).body).toEqual({ id, ...shown });
      await server.call('DELETE', `/tokens/${id}`, { token: admin });
      expect((await server.call('GET', `/tokens/${id}`, { token: admin })).body.code).toBe('resource.not-found');
      expect((await server.call('DELETE', '/tokens/none', { token: admin })).body.code).toBe('resource.not-found');
    });
  },
  migrateControl,
);

describeDatabases<ControlTables>(
  'The first admin',
  (open) => {
    const key = new InstallationKey(Buffer.alloc(32, 7));
    const GIVEN = 'a-token-of-24-characters';

    test('is made at the first start, told once, and not again', async () => {
      const server = await startTestServer(await open());
      const { database } = server;
      const made = await Promise.all([1, 2, 3].map(() => ensureAdminToken({ database, key, given: undefined })));
      const tokens = made.filter((token) => token !== undefined);
      expect(tokens).toHaveLength(1);
      expect((await server.call('GET', '/me', { token: tokens[0] ?? '' })).body.role).toBe('admin');
      expect(await ensureAdminToken({ database, key, given: undefined })).toBeUndefined();
    });

    test('can be set, at a later start too, and replaces the one before', async () => {
      const server = await startTestServer(await open());
      const { database } = server;
      const made = (await ensureAdminToken({ database, key, given: undefined })) ?? '';
      expect(await ensureAdminToken({ database, key, given: GIVEN })).toBeUndefined();
      await ensureAdminToken({ database, key, given: GIVEN });
      expect((await server.call('GET', '/me', { token: GIVEN })).body.role).toBe('admin');
      expect((await server.call('GET', '/me', { token: made })).status).toBe(401);
      const { items } = (await server.call('GET', '/audit?resource=tokens/bootstrap', { token: GIVEN })).body;
      expect(items.map(({ action }: { action: string }) => action)).toEqual(['tokens.create', 'tokens.revoke', 'tokens.create']);
    });

    test('comes back when no admin token is left that counts', async () => {
      const database = await open();
      const server = await startTestServer(database);
      const token = (await ensureAdminToken({ database, key, given: undefined })) ?? '';
      await server.call('DELETE', '/tokens/bootstrap', { token });
      expect(await ensureAdminToken({ database, key, given: undefined })).toMatch(/^gh_at_/);
    });

    test('is not set to a token that is none of an admin, or ends by itself', async () => {
      const database = await open();
      const server = await startTestServer(database);
      for (const limited of [{ role: 'viewer' }, { role: 'admin', expires_at: Date.now() + 60_000 }]) {
        const given = await server.token('admin');
        await database.transaction((tx) => tx.updateTable('tokens').set(limited).where('hash', '=', key.hashToken(given)).execute());
        await expect(ensureAdminToken({ database, key, given })).rejects.toThrow(AdminTokenError);
      }
    });

    test('is not set to what could be guessed or not be sent', async () => {
      const database = await open();
      for (const given of ['', 'short', 'twenty three characters', `${GIVEN} with spaces`, 'ä'.repeat(30)]) {
        await expect(ensureAdminToken({ database, key, given })).rejects.toThrow(AdminTokenError);
      }
      expect(await database.read.selectFrom('tokens').selectAll().execute()).toEqual([]);
    });
  },
  migrateControl,
);
