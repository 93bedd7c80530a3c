import { type Database, migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { NodeAgent } from '@gatehouse/gateway/node';
import { afterEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InProcessTransport } from './in-process-transport.ts';
import type { NodeGateway } from './node-gateway.ts';
import { NodeHub } from './node-hub.ts';
import { makeApp, makeSnapshot, TappedTransport, TestCredentials, TestGateway, TestLog, TestSnapshots, until } from './nodes-fixture.ts';

const HEARTBEAT_MS = 100;
const A = { a: ['[1]', '[2]'] };
const B = { b: ['[3]'] };

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.stop();
});

function startHub(database: Database<ControlTables>, instance = 'control-1', heartbeatMs = HEARTBEAT_MS) {
  const snapshots = new TestSnapshots();
  const credentials = new TestCredentials();
  const log = new TestLog();
  const hub = new NodeHub({ database, snapshots, credentials, instance, log, heartbeatMs, pollMs: 50 });
  hub.start();
  started.push(hub);
  return { hub, snapshots, credentials, log };
}

async function startNode(hub: NodeGateway, gateway = new TestGateway()) {
  const transport = new TappedTransport(new InProcessTransport(hub));
  const log = new TestLog();
  const identity = { name: 'node-1', address: '127.0.0.1:8000', version: '1' };
  const agent = new NodeAgent({ transport, store: null, gateway, log, identity, reconnectMs: { min: 5, max: 20 } });
  await agent.start();
  started.push(agent);
  return { agent, transport, gateway, log };
}

describeDatabases<ControlTables>(
  'nodes',
  (open, dialect) => {
    test('what is live reaches a node, and who publishes hears that it was applied', async () => {
      const { hub, snapshots, credentials } = startHub(await open());
      credentials.set(makeApp('app-1'));
      snapshots.packed = makeSnapshot(1, A);
      const { agent, gateway, transport } = await startNode(hub);
      await agent.whenReady();
      // Callers of a snapshot that came before the credentials would all be refused.
      expect(transport.messages.map(({ type }) => type).slice(0, 5)).toEqual([
        'welcome',
        'credentials',
        'credentials',
        'routes',
        'snapshot',
      ]);
      expect(gateway.applied[0]).toEqual(snapshots.packed);
      expect(gateway.codeKey).toBe(credentials.codeKey);

      snapshots.packed = makeSnapshot(2, { ...A, ...B });
      expect(await hub.settled(2, 5_000)).toEqual([{ id: agent.id, name: 'node-1', state: 'applied' }]);
      expect(gateway.numbers).toEqual([1, 2]);
      expect(agent.status).toMatchObject({ ready: true, controlConnected: true, snapshot: { number: 2, from: 'control' } });
    });

    test('only routes of revisions that the node does not have are sent', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { transport, gateway } = await startNode(hub);
      await hub.settled(1, 5_000);
      snapshots.packed = makeSnapshot(2, { ...A, ...B });
      await hub.settled(2, 5_000);
      expect(transport.ofType('routes').map(({ routes }) => routes)).toEqual([A, B]);
      expect(gateway.applied[1]?.routes).toEqual([A.a, B.b]);
    });

    test('a rejected snapshot leaves the last good one live, says why, and is not sent again', async () => {
      const database = await open();
      const { hub, snapshots } = startHub(database);
      snapshots.packed = makeSnapshot(1, A);
      const gateway = new TestGateway();
      gateway.rejects.add(2);
      const { agent, transport } = await startNode(hub, gateway);
      await hub.settled(1, 5_000);
      snapshots.packed = makeSnapshot(2, B);
      const [answer] = await hub.settled(2, 5_000);
      expect(answer).toMatchObject({ state: 'rejected', reason: expect.stringContaining('the test rejects it') });
      expect(agent.status).toMatchObject({ ready: true, snapshot: { number: 1 }, rejected: { number: 2 } });

      const heartbeats = transport.ofType('heartbeat').length;
      await until(() => transport.ofType('heartbeat').length > heartbeats + 3, 'heartbeats go on');
      expect(gateway.rejected).toEqual([2]);
      expect(transport.hellos).toHaveLength(1);

      // The routes that came with the rejected one are there, and so are those of the live one.
      snapshots.packed = makeSnapshot(3, { ...A, ...B });
      expect(await hub.settled(3, 5_000)).toMatchObject([{ state: 'applied' }]);
      expect(gateway.applied.at(-1)?.routes).toEqual([A.a, B.b]);
    });

    test('a wake-up that is lost costs one look at the change log', async () => {
      const database = await open();
      const { hub, snapshots } = startHub(database, 'control-1', 60_000);
      snapshots.packed = makeSnapshot(1, A);
      const { gateway } = await startNode(hub);
      await hub.settled(1, 5_000);
      // The wake-up with which listening begins is over, and nothing is being read any more.
      await new Promise((resolve) => setTimeout(resolve, 30));
      await hub.settled(1, 5_000);
      snapshots.packed = makeSnapshot(2, B);
      // Written as by a process whose notification was lost.
      await database.transaction((tx) => tx.insertInto('changes').values({ number: 2, kind: 'snapshot', key: '', at: 0 }).execute());
      await until(() => gateway.numbers.includes(2), 'the node gets snapshot 2');
    });

    test('a slow node gets the newest snapshot when it is ready for one, and not those between', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { gateway } = await startNode(hub);
      await hub.settled(1, 5_000);
      const busy = Promise.withResolvers<void>();
      gateway.gate = busy.promise;
      for (let number = 2; number <= 6; number++) {
        snapshots.packed = makeSnapshot(number, { [`a${number}`]: ['[]'] });
        await hub.settled(number, 0);
        await until(() => hub.current().snapshot?.number === number, 'the hub sees it');
      }
      expect(await hub.settled(6, 0)).toMatchObject([{ state: 'pending' }]);
      busy.resolve();
      expect(await hub.settled(6, 5_000)).toMatchObject([{ state: 'applied' }]);
      expect(gateway.numbers).toEqual([1, 2, 6]);
    });

    test.each(['routes', 'snapshot'] as const)('a %s message that is lost on the way is noticed and made good', async (type) => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { transport } = await startNode(hub);
      await hub.settled(1, 5_000);
      let lost = 0;
      transport.lose = (message) => message.type === type && lost++ === 0;
      snapshots.packed = makeSnapshot(2, B);
      expect(await hub.settled(2, 5_000)).toMatchObject([{ state: 'applied' }]);
      expect(transport.hellos.length).toBeGreaterThan(1);
    });

    test('routes that are not what their revision says are fetched again, all of them', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { gateway, transport } = await startNode(hub);
      await hub.settled(1, 5_000);
      // As after a database was restored: the same id for other content.
      snapshots.packed = makeSnapshot(2, { a: ['[9]'] });
      expect(await hub.settled(2, 5_000)).toMatchObject([{ state: 'applied' }]);
      expect(gateway.applied.at(-1)?.routes).toEqual([['[9]']]);
      expect(transport.hellos.at(-1)?.revisions).toEqual([]);
    });

    test('credentials come as changes, removals too', async () => {
      const { hub, credentials } = startHub(await open());
      credentials.set(makeApp('kept'));
      credentials.set(makeApp('dropped'));
      const { gateway } = await startNode(hub);
      await until(() => gateway.apps.size === 2, 'the node knows the apps');
      credentials.set(makeApp('added'));
      credentials.delete('dropped');
      hub.wake();
      await until(() => gateway.apps.has('added'), 'the node knows the app');
      expect([...gateway.apps.keys()]).toEqual(['kept', 'added']);
      expect(gateway.replaced).toBe(1);
    });

    test('a node that was away for longer than the change log reaches gets all credentials', async () => {
      const { hub, credentials } = startHub(await open());
      credentials.set(makeApp('one'));
      const { gateway, transport } = await startNode(hub);
      await until(() => gateway.apps.size === 1, 'the node knows the app');
      credentials.set(makeApp('two'));
      credentials.delete('one');
      credentials.cutAt = 2;
      hub.wake();
      await until(() => gateway.replaced === 2, 'all were sent');
      expect([...gateway.apps.keys()]).toEqual(['two']);
      expect(transport.hellos).toHaveLength(1);
    });

    test('credentials that are not those of the control plane are noticed and replaced', async () => {
      const { hub, credentials } = startHub(await open());
      credentials.set(makeApp('one'));
      const { gateway } = await startNode(hub);
      await until(() => gateway.apps.size === 1, 'the node knows the app');
      gateway.apps.set('one', makeApp('one', 'a code that was taken away'));
      await until(() => gateway.replaced === 2, 'all were sent again');
      expect(gateway.apps.get('one')).toEqual(makeApp('one'));

      // Also when a change comes before the difference was seen.
      gateway.apps.delete('one');
      credentials.set(makeApp('two'));
      hub.wake();
      await until(() => gateway.apps.has('one') && gateway.apps.has('two'), 'all were sent again');
    });

    test('a second stream of a node ends the first', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { agent, transport } = await startNode(hub);
      await hub.settled(1, 5_000);
      const hello = { ...transport.hellos[0], snapshot: null } as never;
      const second = hub.open(hello, { kind: 'remote', caller: 'nodes' }, new AbortController().signal);
      await second[Symbol.asyncIterator]().next();
      // The first comes back, and ends the second in turn: there is one at any time.
      await until(() => transport.hellos.length > 1, 'the first noticed');
      expect(await hub.settled(1, 5_000)).toMatchObject([{ id: agent.id, state: 'applied' }]);
    });

    test('reports from somebody else than who opened the stream are refused', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const { agent } = await startNode(hub);
      await hub.settled(1, 5_000);
      const report = hub.report(agent.id, [{ type: 'rejected', number: 1, problems: [] }], { kind: 'remote', caller: 'other' });
      await expect(report).rejects.toThrow('opened with another token');
      expect(await hub.settled(1, 0)).toMatchObject([{ state: 'applied' }]);
    });

    test('a node that was just lost is told as unreachable; one that is long gone is not waited for', async () => {
      const database = await open();
      const { hub, snapshots } = startHub(database);
      snapshots.packed = makeSnapshot(1, A);
      const { agent } = await startNode(hub);
      await hub.settled(1, 5_000);
      await agent.stop();
      await until(async () => (await hub.settled(1, 0)).length === 1, 'its row is there');
      snapshots.packed = makeSnapshot(2, B);
      expect(await hub.settled(2, 5_000)).toMatchObject([{ id: agent.id, state: 'unreachable' }]);
      await database.transaction((tx) =>
        tx
          .updateTable('nodes')
          .set({ last_seen_at: Date.now() - 61_000 })
          .execute(),
      );
      expect(await hub.settled(2, 5_000)).toEqual([]);
    });

    test('a node that says nothing any more loses its stream', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const identity = { kind: 'remote', caller: 'nodes' } as const;
      const hello = {
        protocol: 1,
        id: 'quiet',
        name: 'quiet',
        address: '',
        version: '1',
        snapshot: null,
        revisions: [],
        credentials: null,
      } as const;
      const stream = hub.open({ ...hello, revisions: [] }, identity, new AbortController().signal)[Symbol.asyncIterator]();
      let ended = false;
      void (async () => {
        while ((await stream.next()).done !== true);
        ended = true;
      })();
      await until(() => ended, 'the stream ends');
      expect(await hub.settled(1, 5_000)).toMatchObject([{ id: 'quiet', state: 'unreachable' }]);
    });

    test('a debug call is run by a node; its failure and its absence are told', async () => {
      const { hub } = startHub(await open());
      const call = { api: 'pets', environment: 'test', app: null, request: { method: 'GET', path: '/' } };
      await expect(hub.debug(call)).rejects.toMatchObject({ code: 'debug.unavailable' });
      const { gateway, transport } = await startNode(hub);
      await until(() => transport.messages.length > 0, 'the node is connected');
      await expect(hub.debug(call)).rejects.toMatchObject({ detail: expect.stringContaining('the test says no') });
      const result = {
        response: { status: 200, headers: {}, body: '', bodyEncoding: 'utf8' as const, truncated: false },
        trace: [],
        backendRequest: null,
      };
      gateway.debug = async () => result;
      expect(await hub.debug(call)).toEqual(result);
      gateway.debug = () => new Promise(() => undefined);
      const lost = expect(hub.debug(call)).rejects.toMatchObject({ detail: expect.stringContaining('was lost') });
      await started.pop()?.stop();
      await lost;
    });

    if (dialect === 'postgres') {
      test('who publishes at one control node hears of the nodes of another', async () => {
        const database = await open();
        const one = startHub(database, 'control-1');
        const other = startHub(await open.again(database), 'control-2');
        one.snapshots.packed = makeSnapshot(1, A);
        other.snapshots.packed = makeSnapshot(1, A);
        const near = await startNode(one.hub);
        const far = await startNode(other.hub);
        await Promise.all([near.agent.whenReady(), far.agent.whenReady()]);
        await until(async () => (await one.hub.settled(1, 0)).length === 2, 'both are known');

        const next = makeSnapshot(2, B);
        one.snapshots.packed = next;
        far.gateway.rejects.add(2);
        setTimeout(() => {
          other.snapshots.packed = next;
        }, 150);
        const answers = await one.hub.settled(2, 5_000);
        expect(new Map(answers.map(({ id, state }) => [id, state]))).toEqual(
          new Map([
            [near.agent.id, 'applied'],
            [far.agent.id, 'rejected'],
          ]),
        );
      });

      test('a node that moves to another control node is there, and not at the one before', async () => {
        const database = await open();
        const one = startHub(database, 'control-1');
        const other = startHub(await open.again(database), 'control-2');
        const identity = { kind: 'remote', caller: 'nodes' } as const;
        const hello = {
          protocol: 1,
          id: 'n',
          name: 'n',
          address: '',
          version: '1',
          snapshot: null,
          revisions: [],
          credentials: null,
        } as const;
        one.hub.open({ ...hello, revisions: [] }, identity, new AbortController().signal);
        await until(async () => (await connectedTo(database)) === 'control-1', 'it is at the first');
        other.hub.open({ ...hello, revisions: [] }, identity, new AbortController().signal);
        await until(async () => (await connectedTo(database)) === 'control-2', 'it is at the second');
        await one.hub.stop();
        expect(await connectedTo(database)).toBe('control-2');
      });
    }
  },
  async (database) => {
    await migrate(database, MIGRATIONS);
  },
);

async function connectedTo(database: Database<ControlTables>): Promise<string | null | undefined> {
  return (await database.read.selectFrom('nodes').select('connected_to').executeTakeFirst())?.connected_to;
}
