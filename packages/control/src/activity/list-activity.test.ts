import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { type AuditEntry, recordAudit } from '../audit/record-audit.ts';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { listActivity } from './list-activity.ts';

const START = Date.parse('2030-01-01T00:00:00Z');

const ENTRIES: AuditEntry[] = [
  { action: 'apis.put', resource: 'apis/petstore', owner: 'pets', after: { title: 'A draft', revision: 'none' } },
  {
    action: 'apis.publish',
    resource: 'apis/petstore',
    owner: 'pets',
    environment: 'test',
    after: { revision: 1, comment: 'secret plans' },
  },
  { action: 'apis.debug', resource: 'apis/petstore', owner: 'pets', environment: 'test' },
  {
    action: 'apis.publish',
    resource: 'apis/petstore',
    owner: 'pets',
    environment: 'test',
    before: { revision: 1 },
    after: { revision: 2 },
  },
  { action: 'apps.create', resource: 'apps/parrot', owner: 'birds', after: { name: 'parrot' } },
  {
    action: 'apis.rollback',
    resource: 'apis/petstore',
    owner: 'pets',
    environment: 'test',
    before: { revision: 2 },
    after: { revision: 1 },
  },
  { action: 'tokens.create', resource: 'tokens/1', owner: null },
  { action: 'sessions.start', resource: 'sessions/1', owner: null },
  { action: 'apis.unpublish', resource: 'apis/orphaned', owner: null, environment: 'test', before: { revision: 7 } },
];

describeDatabases<ControlTables>(
  'activity',
  (open) => {
    async function start({ hangs = false } = {}) {
      const database = await open();
      const compared: number[] = [];
      const comparisons = {
        isKnown: (row: { changes: string | null; previous: number | null }) => row.changes !== null || row.previous === null,
        async changesOf(row: { changes: string | null; previous: number | null; revision: number }) {
          if (row.changes !== null) return JSON.parse(row.changes) as { breaking: boolean };
          if (row.previous === null) return { breaking: false };
          compared.push(row.revision);
          return hangs ? new Promise<never>(() => undefined) : { breaking: true };
        },
      };
      const server = await startTestServer(database, { implementations: [listActivity({ database, comparisons })] });
      const apiId = await insertApi(database, 'petstore', 'pets');
      for (const [index, entry] of ENTRIES.entries()) {
        const actor = { name: 'ann', address: '10.0.0.1', requestId: 'r' };
        await database.transaction((tx) => recordAudit(tx, actor, entry, START + index * 1000));
      }
      const history = (number: number, revision: number, previous: number | null, changes: string | null) => ({
        ...{ api_id: apiId, environment: 'test', by: 'ann', comment: null },
        ...{ number, at: START + number * 1000, revision, previous, changes },
      });
      await database.transaction((tx) =>
        tx
          .insertInto('publication_history')
          .values([history(1, 1, null, null), history(3, 2, 1, null), history(5, 1, 2, JSON.stringify({ breaking: true, changes: [] }))])
          .execute(),
      );
      const read = async (query: string, token: string) => (await server.call('GET', `/activity?${query}`, { token })).body;
      const shown = async (query: string, token: string) =>
        (await read(query, token)).items.map(
          ({ action, resource, revision }: Record<string, unknown>) => `${action} ${resource} ${revision}`,
        );
      return { server, database, read, shown, compared };
    }

    const PUBLIC = [
      'apis.unpublish apis/orphaned 7',
      'apis.rollback apis/petstore 1',
      'apis.publish apis/petstore 2',
      'apis.publish apis/petstore 1',
    ];

    test('200: what became live or ceased to be is for everybody, everything else for who may see it', async () => {
      const { server, shown } = await start();
      expect(await shown('', await server.token('viewer', 'fish'))).toEqual(PUBLIC);
      expect(await shown('', await server.token('developer', 'birds'))).toEqual([
        ...PUBLIC.slice(0, 2),
        'apps.create apps/parrot null',
        ...PUBLIC.slice(2),
      ]);
      expect(await shown('', await server.token('viewer', 'pets'))).toEqual([...PUBLIC, 'apis.put apis/petstore null']);
      expect(await shown('', await server.token('admin'))).toEqual([
        PUBLIC[0],
        'tokens.create tokens/1 null',
        PUBLIC[1],
        'apps.create apps/parrot null',
        ...PUBLIC.slice(2),
        'apis.put apis/petstore null',
      ]);
    });

    test('200: with mine only what the teams of the caller own', async () => {
      const { server, shown } = await start();
      expect(await shown('mine=true', await server.token('developer', 'birds'))).toEqual(['apps.create apps/parrot null']);
      expect(await shown('mine=true', await server.token('viewer'))).toEqual([]);
      expect(await shown('mine=true', await server.token('publisher', 'pets', 'birds'))).toHaveLength(5);
    });

    test('200: says whether a publication broke callers, once that is known, and nothing else of what it was', async () => {
      const { server, read, compared } = await start();
      const token = await server.token('viewer', 'fish');
      const { items } = await read('', token);
      expect(items.map(({ breaking }: { breaking: unknown }) => breaking)).toEqual([null, true, true, false]);
      expect(compared).toEqual([2]);
      expect(items[3]).toEqual({
        at: '2030-01-01T00:00:01.000Z',
        actor: 'ann',
        action: 'apis.publish',
        resource: 'apis/petstore',
        environment: 'test',
        revision: 1,
        breaking: false,
      });
      const slow = await start({ hangs: true });
      const waiting = await slow.read('', await slow.server.token('viewer', 'fish'));
      expect(waiting.items.map(({ breaking }: { breaking: unknown }) => breaking)).toEqual([null, true, null, false]);
    });

    test('200: page by page, whatever is added meanwhile', async () => {
      const { server, database, read, shown } = await start();
      const token = await server.token('developer', 'birds');
      const first = await read('limit=2', token);
      await database.transaction((tx) =>
        recordAudit(
          tx,
          { name: 'ben', address: null, requestId: null },
          { action: 'apis.publish', resource: 'apis/new', owner: 'x' },
          START,
        ),
      );
      expect(await shown(`limit=2&cursor=${first.nextCursor}`, token)).toEqual([
        'apps.create apps/parrot null',
        'apis.publish apis/petstore 2',
      ]);
      const last = await read('limit=5', token);
      expect((await read(`limit=5&cursor=${last.nextCursor}`, token)).nextCursor).toBeUndefined();
    });

    test('400: a cursor of another list', async () => {
      const { server } = await start();
      const cursor = Buffer.from('["a"]').toString('base64url');
      expect((await server.call('GET', `/activity?cursor=${cursor}`, { token: await server.token('viewer') })).status).toBe(400);
    });
  },
  migrateControl,
);
