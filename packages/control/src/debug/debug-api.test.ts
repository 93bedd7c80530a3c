import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { debugApi } from './debug-api.ts';

const result: DebugResult = {
  response: { status: 200, headers: {}, body: '', bodyEncoding: 'utf8', truncated: false },
  trace: [],
  backendRequest: null,
};

describeDatabases<ControlTables>(
  'Debugging',
  (open) => {
    async function start() {
      const database = await open();
      const content = JSON.stringify({ environments: ['test', 'production'], defaultEnvironment: 'production' });
      await database.transaction((tx) => tx.insertInto('settings').values({ id: 1, content, version: 1 }).execute());
      const calls: DebugCall[] = [];
      /** What the audit says when the call is sent. */
      const audited: object[] = [];
      let refusal: Refusal | undefined;
      const implementation = debugApi({
        database,
        async debug(call) {
          calls.push(call);
          audited.push(...(await database.read.selectFrom('audit').selectAll().execute()));
          if (refusal !== undefined) throw refusal;
          return result;
        },
      });
      const server = await startTestServer(database, { implementations: [implementation] });
      const token = await server.token('developer', 'team-a');
      await insertApi(database, 'pets', 'team-a');
      expect((await server.call('POST', '/apps', { token, body: { name: 'shop' } })).status).toBe(201);
      await database.transaction((tx) => tx.deleteFrom('audit').execute());
      const debug = (body: object, as = token) => server.call('POST', '/apis/pets/debug', { token: as, body });
      const refuse = (with_: Refusal) => {
        refusal = with_;
      };
      return { server, calls, audited, debug, refuse };
    }

    test('is in the audit before it is sent: who, as which app, what; nothing that could be a secret', async () => {
      const { server, calls, audited, debug } = await start();
      const request = {
        method: 'DELETE',
        path: '/pets/7?token=s3cret',
        query: { key: 's3cret' },
        headers: { Authorization: 's3cret' },
        body: 's3cret',
      };
      const answer = await debug({ environment: 'production', app: 'shop', request });
      expect([answer.status, answer.body]).toEqual([200, result]);
      expect(calls).toMatchObject([{ api: 'pets', environment: 'production', request }]);
      expect(audited).toMatchObject([
        {
          actor: 'developer-team-a',
          action: 'apis.debug',
          resource: 'apis/pets',
          owner: 'team-a',
          environment: 'production',
          before: null,
        },
      ]);
      const [entry] = await server.database.read.selectFrom('audit').selectAll().execute();
      expect(JSON.parse(entry?.after ?? '')).toEqual({ app: 'shop', method: 'DELETE', path: '/pets/7' });
      expect(JSON.stringify(entry)).not.toContain('s3cret');
    });

    test('what is refused before it could be sent is neither sent nor in the audit', async () => {
      const { server, calls, debug } = await start();
      const request = { method: 'GET', path: '/pets' };
      const stranger = await server.token('developer', 'team-b');
      expect((await debug({ environment: 'test', request }, stranger)).status).toBe(404);
      expect((await debug({ environment: 'nowhere', request })).status).toBe(422);
      expect((await debug({ environment: 'test', app: 'unknown', request })).status).toBe(404);
      expect(calls).toEqual([]);
      expect(await server.database.read.selectFrom('audit').selectAll().execute()).toEqual([]);
    });

    test('503: no node could run it', async () => {
      const { debug, refuse } = await start();
      refuse(new Refusal('debug.unavailable', 'No gateway node is connected'));
      const answer = await debug({ environment: 'test', request: { method: 'GET', path: '/pets' } });
      expect([answer.status, answer.body.code]).toEqual([503, 'debug.unavailable']);
    });
  },
  migrateControl,
);
