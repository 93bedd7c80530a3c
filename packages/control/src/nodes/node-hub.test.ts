import type { NodeHello } from '@gatehouse/contract';
import { type Database, migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { NodeAgent } from '@gatehouse/gateway/node';
import type { Insertable } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InProcessTransport } from './in-process-transport.ts';
import type { NodeGateway, NodeIdentity } from './node-gateway.ts';
import { NodeHub } from './node-hub.ts';
import { makeApp, makeSnapshot, TappedTransport, TestCredentials, TestGateway, TestLog, TestSnapshots, until } from './nodes-fixture.ts';

const HEARTBEAT_MS = 100;
const A = { a: ['[1]', '[2]'] };
const B = { b: ['[3]'] };
const REMOTE: NodeIdentity = { kind: 'remote', caller: 'nodes' };

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.stop();
});

function startHub(database: Database<ControlTables>, instance = 'control-1', heartbeatMs = HEARTBEAT_MS, debugTimeoutMs = 35_000) {
  const snapshots = new TestSnapshots();
  const credentials = new TestCredentials();
  const log = new TestLog();
  const hub = new NodeHub({ database, snapshots, credentials, instance, log, heartbeatMs, pollMs: 50, debugTimeoutMs });
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
      const second = hub.open(hello, { kind: 'embedded', caller: 'embedded' }, new AbortController().signal);
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

    describe('the id of a node', () => {
      const OTHER = { kind: 'remote', caller: 'other' } as const;
      const addTokens = (database: Database<ControlTables>) =>
        database.transaction((tx) =>
          tx
            .insertInto('tokens')
            .values([makeToken('nodes'), makeToken('other')])
            .execute(),
        );
      const rowOf = (database: Database<ControlTables>, id: string) =>
        database.read.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirst();

      test('is refused to another token, whether the node is connected or not; its stream goes on', async () => {
        const database = await open();
        await addTokens(database);
        const { hub } = startHub(database);
        const stream = await connect(hub, makeHello('n'));
        await expect(connect(hub, makeHello('n'), OTHER)).rejects.toMatchObject({
          code: 'resource.in-use',
          detail: expect.stringContaining('another token'),
        });
        expect((await stream.messages.next()).done).toBe(false);
        stream.close();
        await until(async () => (await rowOf(database, 'n'))?.connected_to === null, 'it is gone');
        await expect(connect(hub, makeHello('n'), OTHER)).rejects.toMatchObject({ code: 'resource.in-use' });
        // Its own comes back, as after a restart.
        await connect(hub, { ...makeHello('n'), bootId: 'later' });

        const { agent } = await startNode(hub);
        await expect(connect(hub, makeHello(agent.id), OTHER)).rejects.toMatchObject({ code: 'resource.in-use' });
      });

      test('goes over to another token when its own has ended', async () => {
        const database = await open();
        await addTokens(database);
        const { hub } = startHub(database);
        (await connect(hub, makeHello('n'))).close();
        await until(async () => (await rowOf(database, 'n'))?.connected_to === null, 'it is gone');
        await database.transaction((tx) => tx.updateTable('tokens').set({ expires_at: 1 }).where('id', '=', 'nodes').execute());
        await connect(hub, makeHello('n'), OTHER);
        await until(async () => (await rowOf(database, 'n'))?.token === 'other', 'it belongs to the other');
      });

      test('is of no use in reports of another token when its stream is elsewhere', async () => {
        const database = await open();
        await addTokens(database);
        const { hub } = startHub(database);
        (await connect(hub, makeHello('n'))).close();
        await until(async () => (await rowOf(database, 'n'))?.connected_to === null, 'it is gone');
        const forged = hub.report('n', [{ type: 'applied', number: 777, hash: 'forged' }], OTHER);
        const own = hub.report('n', [{ type: 'credentials', cursor: 5 }], REMOTE);
        await Promise.all([forged, own]);
        await until(async () => (await rowOf(database, 'n'))?.credentials_cursor === 5, 'its own report is written');
        expect(await rowOf(database, 'n')).toMatchObject({ applied_number: null, token: 'nodes' });
      });

      test('serves one of two machines with the same disk; the other is told why', async () => {
        const database = await open();
        await addTokens(database);
        const { hub } = startHub(database, 'control-1', 1_000);
        const stream = await connect(hub, makeHello('n'));
        await expect(connect(hub, { ...makeHello('n'), bootId: 'a copy', name: 'other' })).rejects.toMatchObject({
          code: 'resource.in-use',
          detail: expect.stringMatching(/edge, 10\.0\.0\.1:8000.*copy/),
        });
        expect((await stream.messages.next()).done).toBe(false);
        // The same process comes back at once: the stream that it had is dead, though nobody said so here.
        await connect(hub, makeHello('n'));
        await until(async () => (await stream.messages.next()).done === true, 'the stream before has ended');
      });

      test('is free again when its node was lost without a word', async () => {
        const database = await open();
        await addTokens(database);
        const { hub } = startHub(database);
        await connect(hub, makeHello('n'));
        const restarted = async () => {
          try {
            await connect(hub, { ...makeHello('n'), bootId: 'later' });
            return true;
          } catch (error) {
            expect(error).toMatchObject({ code: 'resource.in-use' });
            return false;
          }
        };
        await until(restarted, 'it is let in');
      });
    });

    test('what the database refuses of one node does not keep the others from being written', async () => {
      const database = await open();
      const { hub, log } = startHub(database);
      await Promise.all([connect(hub, { ...makeHello('bad'), version: null as never }), connect(hub, makeHello('good'))]);
      await until(async () => (await connectedTo(database)) === 'control-1', 'the row of the good one is there');
      expect(await database.read.selectFrom('nodes').select('id').execute()).toEqual([{ id: 'good' }]);
      expect(log.lines.filter((line) => line.includes('refused by the database'))).toHaveLength(1);
    });

    test('why a snapshot was rejected is stored whatever characters it holds', async () => {
      const database = await open();
      const { hub } = startHub(database);
      await connect(hub, makeHello('n'));
      const problems = [{ severity: 'error' as const, code: 'x', message: 'a\u0000b\n\u001b[2Jc' }];
      await hub.report('n', [{ type: 'rejected', number: 1, problems }], REMOTE);
      const reason = async () => (await database.read.selectFrom('nodes').select('rejected_reason').executeTakeFirst())?.rejected_reason;
      await until(async () => typeof (await reason()) === 'string', 'it is written');
      expect(await reason()).toContain('a b [2Jc');
    });

    test('nodes that were not heard of for seven days are forgotten, those that are connected never', async () => {
      const database = await open();
      const { hub } = startHub(database, 'control-1', 60_000);
      (await connect(hub, makeHello('old'))).close();
      (await connect(hub, makeHello('recent'))).close();
      await connect(hub, makeHello('connected'));
      await until(async () => (await database.read.selectFrom('nodes').selectAll().execute()).length === 3, 'they are there');
      const day = 86_400_000;
      const seen = (id: string, daysAgo: number) =>
        database.transaction((tx) =>
          tx
            .updateTable('nodes')
            .set({ last_seen_at: Date.now() - daysAgo * day })
            .where('id', '=', id)
            .execute(),
        );
      await Promise.all([seen('old', 7.1), seen('recent', 6.9), seen('connected', 30)]);
      expect(await hub.sweep(Date.now())).toBe(1);
      const left = await database.read.selectFrom('nodes').select('id').orderBy('id').execute();
      expect(left.map(({ id }) => id)).toEqual(['connected', 'recent']);
    });

    test('the head of a snapshot is one message for all nodes', async () => {
      const { hub, snapshots } = startHub(await open());
      snapshots.packed = makeSnapshot(1, A);
      const nodes = [await startNode(hub), await startNode(hub)];
      await hub.settled(1, 5_000);
      const [one, other] = nodes.map(({ transport }) => transport.ofType('snapshot')[0]);
      expect(one).toBeDefined();
      expect(one).toBe(other);
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
      const stream = hub.open(makeHello('quiet'), REMOTE, new AbortController().signal);
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

    test('a debug call that was given up is not sent later, and only so many wait for a node', async () => {
      const { hub } = startHub(await open(), 'control-1', 60_000, 100);
      const call = { api: 'pets', environment: 'test', app: null, request: { method: 'POST', path: '/' } };
      // It has taken the welcome, and nothing since.
      const { messages } = await connect(hub, makeHello('stalled'));
      const calls = Array.from({ length: 17 }, () => hub.debug(call));
      const answers = await Promise.allSettled(calls);
      const details = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.detail : 'answered'));
      expect(details.filter((detail) => detail.includes('did not answer'))).toHaveLength(16);
      expect(details[16]).toContain('16 debug calls');
      for (let type = ''; type !== 'heartbeat'; ) {
        const { value } = await messages.next();
        type = value.type;
        expect(type).not.toBe('debug');
      }
      const late = hub.debug(call);
      expect((await messages.next()).value).toMatchObject({ type: 'debug', call });
      await expect(late).rejects.toMatchObject({ code: 'debug.unavailable' });
    });

    test('an answer to a debug call that is not understood fails that call, and nothing else', async () => {
      const { hub } = startHub(await open());
      const { gateway, transport } = await startNode(hub);
      await until(() => transport.messages.length > 0, 'the node is connected');
      gateway.debug = async () => ({ response: 'of another version' }) as never;
      const call = { api: 'pets', environment: 'test', app: null, request: { method: 'GET', path: '/' } };
      await expect(hub.debug(call)).rejects.toMatchObject({ detail: expect.stringContaining('not known here') });
      expect(transport.hellos).toHaveLength(1);
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

      test('a copy of a node that is connected to another control node is told so', async () => {
        const database = await open();
        await database.transaction((tx) => tx.insertInto('tokens').values(makeToken('nodes')).execute());
        const one = startHub(database, 'control-1', 1_000);
        const other = startHub(await open.again(database), 'control-2', 1_000);
        await connect(one.hub, makeHello('n'));
        await until(async () => (await connectedTo(database)) === 'control-1', 'it is at the first');
        const copy = connect(other.hub, { ...makeHello('n'), bootId: 'a copy' });
        await expect(copy).rejects.toMatchObject({ code: 'resource.in-use' });
        expect(await connectedTo(database)).toBe('control-1');
      });

      test('a node that moves to another control node is there, and not at the one before', async () => {
        const database = await open();
        const one = startHub(database, 'control-1');
        const other = startHub(await open.again(database), 'control-2');
        await connect(one.hub, makeHello('n'));
        await until(async () => (await connectedTo(database)) === 'control-1', 'it is at the first');
        await connect(other.hub, makeHello('n'));
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

function makeHello(id: string): NodeHello {
  return {
    protocol: 1,
    id,
    bootId: 'boot-1',
    name: 'edge',
    address: '10.0.0.1:8000',
    version: '1',
    snapshot: null,
    revisions: [],
    credentials: null,
  };
}

function makeToken(id: string): Insertable<ControlTables['tokens']> {
  return { id, name: id, hash: id, role: 'node', teams: '[]', created_at: 0, created_by: 'test', expires_at: null, last_used_at: null };
}

/** Opens a stream and takes its first message. Rejects with what it is refused with. */
async function connect(hub: NodeGateway, hello: NodeHello, identity: NodeIdentity = REMOTE) {
  const abort = new AbortController();
  const messages = hub.open(hello, identity, abort.signal)[Symbol.asyncIterator]();
  expect((await messages.next()).value).toMatchObject({ type: 'welcome' });
  return { messages, close: () => abort.abort() };
}

async function connectedTo(database: Database<ControlTables>): Promise<string | null | undefined> {
  return (await database.read.selectFrom('nodes').select('connected_to').executeTakeFirst())?.connected_to;
}
