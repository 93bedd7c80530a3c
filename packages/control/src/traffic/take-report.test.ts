import { setTimeout as delay } from 'node:timers/promises';
import { type CallRecord, DURATION_BUCKETS, OTHER_OPERATIONS, type TrafficReport, type TrafficSeries } from '@gatehouse/contract';
import { type Database, migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { insertApi } from '../http/testing/test-server.ts';
import { Refusal } from '../operation/refusal.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { readFigures } from './read-figures.ts';
import { sweepTraffic } from './sweep-traffic.ts';
import { takeReport } from './take-report.ts';
import { HOUR_MS, MINUTE_MS } from './traffic-columns.ts';

const NOW = Date.parse('2026-03-01T12:30:20Z');
const MINUTE = Math.floor(NOW / MINUTE_MS) * MINUTE_MS;
const CONNECTED = { nodeId: 'node-1', token: 'token-1', isConnected: true };

function series(change: Partial<TrafficSeries> = {}): TrafficSeries {
  const { requests = 1 } = change;
  const durations = new Array<number>(DURATION_BUCKETS).fill(0);
  durations[3] = requests;
  return {
    api: 'pets',
    environment: 'test',
    operation: 'GET /pets',
    minute: MINUTE,
    requests,
    clientErrors: 0,
    serverErrors: 0,
    durations,
    durationMs: 7.4 * requests,
    backendDurations: durations,
    backendDurationMs: 6 * requests,
    errors: [],
    ...change,
  };
}

const report = (sequence: number, change: Partial<TrafficReport> = {}): TrafficReport => ({
  bootId: 'boot-1',
  sequence,
  sentAt: NOW,
  series: [series()],
  calls: [],
  lost: 0,
  ...change,
});

async function bootsOf(database: Database<ControlTables>, nodeId: string): Promise<number> {
  return (await database.read.selectFrom('traffic_nodes').select('boot_id').where('node_id', '=', nodeId).execute()).length;
}

async function insertApp(database: Database<ControlTables>, id: string): Promise<void> {
  const row = {
    id,
    name: id,
    owner: null,
    description: null,
    digest_a: 0,
    digest_b: 0,
    managed_by: null,
    version: 1,
    created_at: 0,
    updated_at: 0,
  };
  await database.transaction((tx) => tx.insertInto('apps').values(row).execute());
}

/** Everything that is stored of an API, at whatever width. */
async function stored(database: Database<ControlTables>, apiId: string, operation: string | null = null) {
  const span = { sinceMs: Math.floor(NOW / HOUR_MS - 8) * HOUR_MS, untilMs: NOW, stepMs: HOUR_MS, minutesSinceMs: NOW };
  const { steps, operations, errors } = await readFigures(database.read, { apiId, environment: 'test', operation }, span, 1_000);
  const all = [...steps.values()];
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    latencyMs: all.reduce((sum, { latency_ms }) => sum + latency_ms, 0),
    bucket: all.reduce((sum, { latency_3 }) => sum + latency_3, 0),
    operations: Object.fromEntries(operations.map(({ operation: name, requests }) => [name, requests])),
    errors: Object.fromEntries(errors.map(({ code, requests }) => [code, requests])),
  };
}

const rowsOf = (database: Database<ControlTables>) =>
  database.read.selectFrom('traffic').select(['width', 'at', 'operation', 'requests']).execute();

describeDatabases<ControlTables>(
  'a traffic report',
  (open) => {
    test('a node is known by its newest starts only, however many it names', async () => {
      const database = await open();
      for (let boot = 0; boot < 25; boot++) {
        const change = { bootId: `boot-${boot}`, series: [] };
        expect(await takeReport(database, CONNECTED, report(2, change), NOW + boot)).toBe(true);
      }
      expect(await bootsOf(database, CONNECTED.nodeId)).toBe(20);
      expect(await takeReport(database, CONNECTED, report(2, { bootId: 'boot-24', series: [] }), NOW + 30)).toBe(false);
    });

    test('is counted once, however often it comes, and each start of a node counts from one', async () => {
      const database = await open();
      const api = await insertApi(database, 'pets', null);
      const taken = await Promise.all([1, 2, 3, 4].map(() => takeReport(database, CONNECTED, report(1), NOW)));
      expect(taken.toSorted()).toEqual([false, false, false, true]);
      expect(await takeReport(database, CONNECTED, report(2), NOW)).toBe(true);
      expect(await takeReport(database, CONNECTED, report(1), NOW)).toBe(false);
      expect(await takeReport(database, CONNECTED, report(1, { bootId: 'boot-2' }), NOW)).toBe(true);
      expect(await takeReport(database, { ...CONNECTED, nodeId: 'node-2' }, report(1), NOW)).toBe(true);
      expect(await stored(database, api)).toMatchObject({ requests: 4, latencyMs: 28, bucket: 4, operations: { 'GET /pets': 4 } });
    });

    test('of many nodes at once loses nothing', async () => {
      const database = await open();
      const api = await insertApi(database, 'pets', null);
      const operations = ['GET /a', 'GET /b', 'GET /c', ''];
      const send = async (nodeId: string, order: readonly string[]) => {
        for (let sequence = 1; sequence <= 5; sequence++) {
          const pieces = order.map((operation) => series({ operation, requests: 3, errors: [['limit.exceeded', 1]] }));
          await takeReport(database, { ...CONNECTED, nodeId }, report(sequence, { series: pieces }), NOW);
        }
      };
      await Promise.all(
        Array.from({ length: 6 }, (_, node) => send(`node-${node}`, node % 2 === 0 ? operations : operations.toReversed())),
      );
      expect(await stored(database, api)).toMatchObject({
        requests: 6 * 5 * 4 * 3,
        operations: { 'GET /a': 90, 'GET /b': 90, 'GET /c': 90 },
        errors: { 'limit.exceeded': 120 },
      });
      expect((await stored(database, api, 'GET /b')).requests).toBe(90);
    });

    test('of a node whose stream is held elsewhere is taken only from the token that the node belongs to', async () => {
      const database = await open();
      const api = await insertApi(database, 'pets', null);
      const elsewhere = { ...CONNECTED, isConnected: false };
      const refused = (sender: typeof elsewhere) => expect(takeReport(database, sender, report(1), NOW)).rejects.toThrow(Refusal);
      await refused(elsewhere);
      const row = {
        id: 'node-1',
        name: 'edge',
        kind: 'remote',
        address: '',
        version: '',
        token: 'token-1',
        boot_id: 'b',
        first_seen_at: NOW,
        last_seen_at: NOW,
      };
      await database.transaction((tx) => tx.insertInto('nodes').values(row).execute());
      await refused({ ...elsewhere, token: 'token-2' });
      expect((await stored(database, api)).requests).toBe(0);
      expect(await takeReport(database, elsewhere, report(1), NOW)).toBe(true);
      expect((await stored(database, api)).requests).toBe(1);
    });

    test('of a node whose clock is wrong is put where it belongs', async () => {
      const database = await open();
      await insertApi(database, 'pets', null);
      await insertApp(database, 'partner');
      const ahead = 5 * HOUR_MS;
      const call: CallRecord = {
        app: 'partner',
        proven: true,
        at: NOW + ahead - 1_000,
        requestId: 'r',
        api: 'pets',
        environment: 'test',
        operation: null,
        status: 200,
        ms: 1,
        code: null,
      };
      await takeReport(
        database,
        CONNECTED,
        report(1, { sentAt: NOW + ahead, series: [series({ minute: MINUTE + ahead })], calls: [call] }),
        NOW,
      );
      // Close enough is left as it is, but nothing is in the future.
      await takeReport(database, CONNECTED, report(2, { sentAt: NOW + 2_000, series: [series({ minute: MINUTE + MINUTE_MS })] }), NOW);
      expect(new Set((await rowsOf(database)).map(({ at }) => at))).toEqual(new Set([MINUTE]));
      expect(await database.read.selectFrom('calls').select('at').execute()).toEqual([{ at: NOW - 1_000 }]);
    });

    test('says nothing of APIs and apps that are gone, and nothing of one before it was made', async () => {
      const database = await open();
      await insertApi(database, 'pets', null);
      await database.transaction((tx) => tx.updateTable('apis').set({ created_at: NOW }).execute());
      const pieces = [series({ api: 'never-was' }), series({ minute: MINUTE - 5 * MINUTE_MS }), series()];
      const call: CallRecord = {
        app: 'gone',
        proven: true,
        at: NOW,
        requestId: 'r',
        api: 'pets',
        environment: 'test',
        operation: null,
        status: 200,
        ms: 1,
        code: null,
      };
      expect(await takeReport(database, CONNECTED, report(1, { series: pieces, calls: [call] }), NOW)).toBe(true);
      expect(await rowsOf(database)).toHaveLength(2);
      expect(await database.read.selectFrom('calls').selectAll().execute()).toEqual([]);
    });

    test('with operations that cannot be stored by name is counted all the same', async () => {
      const database = await open();
      const api = await insertApi(database, 'pets', null);
      const names = [`GET /${'x'.repeat(3_000)}`, 'GET /\ud800', 'GET /\0', '*'];
      await takeReport(database, CONNECTED, report(1, { series: names.map((operation) => series({ operation })) }), NOW);
      expect(await stored(database, api)).toMatchObject({ requests: 4, operations: { [OTHER_OPERATIONS]: 4 } });
    });

    test('brings an app its newest thousand calls, of which wrong signatures have no more than their part', async () => {
      const database = await open();
      await insertApp(database, 'partner');
      await insertApp(database, 'quiet');
      const call = (index: number, proven: boolean, app = 'partner'): CallRecord => {
        const of = { requestId: `r${index}`, api: 'pets', environment: 'test', operation: 'GET /pets', ms: 12.345, code: null };
        return { app, proven, at: NOW - 1_000_000 + index, status: 200, ...of };
      };
      await takeReport(database, CONNECTED, report(1, { calls: [call(0, true, 'quiet')] }), NOW);
      for (let sequence = 2; sequence <= 20; sequence++) {
        const calls = Array.from({ length: 100 }, (_, index) => call(sequence * 100 + index, index % 2 === 0));
        await takeReport(database, CONNECTED, report(sequence, { calls }), NOW);
      }
      const rows = await database.read.selectFrom('calls').selectAll().orderBy('at', 'desc').execute();
      expect(rows.filter((row) => row.app_id === 'partner' && row.proven === 1)).toHaveLength(950);
      expect(rows.filter((row) => row.app_id === 'partner' && row.proven === 0)).toHaveLength(200);
      expect(rows.filter((row) => row.app_id === 'quiet')).toHaveLength(1);
      expect(rows[0]).toMatchObject({ request_id: 'r2099', duration_us: 12_345 });
      await sweepTraffic(database, { minutes: HOUR_MS, hours: 100 * HOUR_MS, calls: 1_000_000 - 2_050 }, NOW);
      expect(
        await database.read
          .selectFrom('calls')
          .select((select) => select.fn.countAll().as('count'))
          .execute(),
      ).toEqual([{ count: 50 }]);
    });

    test('is rolled up by hour without losing or doubling anything, by several at once and while more comes in', async () => {
      const database = await open();
      const api = await insertApi(database, 'pets', null);
      const minutes = Array.from({ length: 90 }, (_, minute) => MINUTE - 4 * HOUR_MS - minute * MINUTE_MS);
      const errors: [string, number][] = [['auth.missing', 1]];
      let nodes = 0;
      const send = (requests: number) => {
        const pieces = minutes.flatMap((minute) =>
          ['GET /a', 'GET /b'].map((operation) => series({ minute, operation, requests, errors })),
        );
        return takeReport(database, { ...CONNECTED, nodeId: `node-${++nodes}` }, report(1, { series: pieces }), NOW);
      };
      await send(2);
      await takeReport(database, CONNECTED, report(2), NOW);
      const before = await stored(database, api);
      expect(before).toMatchObject({
        requests: 361,
        latencyMs: 90 * 2 * 15 + 7,
        operations: { 'GET /a': 180, 'GET /b': 180, 'GET /pets': 1 },
      });
      const retention = { minutes: HOUR_MS, hours: 30 * 24 * HOUR_MS, calls: HOUR_MS };
      const sweep = () => sweepTraffic(database, retention, NOW, 25);
      await Promise.all([sweep(), sweep(), send(2), delay(5).then(() => send(2))]);
      await sweep();
      const after = await stored(database, api);
      expect(after).toEqual({
        requests: 3 * 360 + 1,
        latencyMs: 3 * 90 * 2 * 15 + 7,
        bucket: 3 * 360 + 1,
        operations: { 'GET /a': 540, 'GET /b': 540, 'GET /pets': 1 },
        errors: { 'auth.missing': 540 },
      });
      const rows = await rowsOf(database);
      // Two to three hours, the operations and their sum; what is new is still there by minute.
      expect(rows.filter(({ width }) => width === HOUR_MS).length).toBeLessThanOrEqual(9);
      expect(
        rows
          .filter(({ width }) => width === MINUTE_MS)
          .map(({ operation }) => operation)
          .toSorted(),
      ).toEqual(['*', 'GET /pets']);
      await sweepTraffic(database, { ...retention, hours: 2 * HOUR_MS }, NOW);
      expect((await stored(database, api)).requests).toBe(1);
    });
  },
  async (database) => {
    await migrate(database, MIGRATIONS);
  },
);
