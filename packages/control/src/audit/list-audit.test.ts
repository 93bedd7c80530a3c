import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateControl, startTestServer } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { recordAudit } from './record-audit.ts';

describeDatabases<ControlTables>(
  'The audit',
  (open) => {
    async function start() {
      const server = await startTestServer(await open());
      const at = Date.parse('2030-01-01T00:00:00Z');
      const entries = [
        { actor: 'ann', action: 'apis.put', resource: 'apis/petstore', owner: 'pets' },
        { actor: 'ben', action: 'apis.publish', resource: 'apis/petstore', owner: 'pets', environment: 'test' },
        { actor: 'ann', action: 'apps.create', resource: 'apps/parrot', owner: 'birds' },
        { actor: 'system', action: 'tokens.create', resource: 'tokens/1', owner: null },
        { actor: 'ann', action: 'apis.delete', resource: 'apis/petstore', owner: 'pets' },
      ];
      for (const [index, { actor, ...entry }] of entries.entries()) {
        await server.database.transaction((tx) =>
          recordAudit(tx, { name: actor, address: '10.0.0.1', requestId: `r${index}` }, entry, at + index * 1000),
        );
      }
      const numbers = async (query: string, token: string) =>
        (await server.call('GET', `/audit?${query}`, { token })).body.items.map((item: { number: number }) => item.number);
      return { server, numbers, admin: await server.token('admin') };
    }

    test('200: newest first, page by page, whatever is added meanwhile', async () => {
      const { server, numbers, admin } = await start();
      const first = (await server.call('GET', '/audit?limit=2', { token: admin })).body;
      expect(first.items.map((item: { number: number }) => item.number)).toEqual([5, 4]);
      await server.call('POST', '/tokens', { token: admin, body: { name: 'x', role: 'viewer' } });
      expect(await numbers(`limit=2&cursor=${first.nextCursor}`, admin)).toEqual([3, 2]);
      expect(first.items[0]).toEqual({
        number: 5,
        at: '2030-01-01T00:00:04.000Z',
        actor: 'ann',
        action: 'apis.delete',
        resource: 'apis/petstore',
        environment: null,
        before: null,
        after: null,
        address: '10.0.0.1',
        requestId: 'r4',
      });
    });

    test('200: by who, what, where and when, together', async () => {
      const { numbers, admin } = await start();
      expect(await numbers('actor=ann', admin)).toEqual([5, 3, 1]);
      expect(await numbers('action=apis.publish', admin)).toEqual([2]);
      expect(await numbers('actor=ann&resource=apis/petstore', admin)).toEqual([5, 1]);
      expect(await numbers('since=2030-01-01T00:00:01Z&until=2030-01-01T01:00:03%2B01:00', admin)).toEqual([4, 3, 2]);
    });

    test('200: teams see what was their own, all-seeing viewers and admins everything', async () => {
      const { server, numbers, admin } = await start();
      expect(await numbers('', admin)).toEqual([5, 4, 3, 2, 1]);
      expect(await numbers('', await server.token('viewer'))).toEqual([5, 4, 3, 2, 1]);
      expect(await numbers('', await server.token('developer', 'pets'))).toEqual([5, 2, 1]);
      expect(await numbers('actor=ann', await server.token('viewer', 'birds', 'pets'))).toEqual([5, 3, 1]);
      expect(await numbers('resource=tokens/1', await server.token('publisher', 'pets'))).toEqual([]);
    });

    test('400: a time that is none', async () => {
      const { server, admin } = await start();
      expect((await server.call('GET', '/audit?since=yesterday', { token: admin })).body.problems[0].path).toEqual(['query', 'since']);
    });

    test('403: nodes have no business here', async () => {
      const { server } = await start();
      expect((await server.call('GET', '/audit', { token: await server.token('node') })).body.code).toBe('access.denied');
    });
  },
  migrateControl,
);
