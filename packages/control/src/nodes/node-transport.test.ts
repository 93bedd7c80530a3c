import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeReport } from '@gatehouse/contract';
import { type Database, migrate, openDatabase } from '@gatehouse/database';
import { HttpNodeTransport, NodeAgent, NodeStore } from '@gatehouse/gateway/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { NodeGateway } from './node-gateway.ts';
import { NodeHub } from './node-hub.ts';
import { nodeHello, nodeReports } from './node-schemas.ts';
import {
  makeApp,
  makeSnapshot,
  sendMessages,
  TappedTransport,
  TestCredentials,
  TestGateway,
  TestLog,
  TestSnapshots,
  until,
} from './nodes-fixture.ts';

const HEARTBEAT_MS = 100;
const A = { a: ['[1]'] };
const B = { b: ['[2]'] };
const identity = { kind: 'remote', caller: 'nodes' } as const;

let directory: string;
let database: Database<ControlTables>;
let snapshots: TestSnapshots;
let credentials: TestCredentials;
let hub: NodeHub;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-nodes-'));
  database = await openDatabase<ControlTables>({ url: 'sqlite', dataDir: directory });
  await migrate(database, MIGRATIONS);
  snapshots = new TestSnapshots();
  credentials = new TestCredentials();
  hub = new NodeHub({ database, snapshots, credentials, instance: 'control-1', log: new TestLog(), heartbeatMs: HEARTBEAT_MS, pollMs: 50 });
  hub.start();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await hub.stop();
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What the management interface's HTTP side does for nodes, in short. */
async function serve(gateway: NodeGateway): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url === '/api/v1/node/reports') {
      const { id, reports } = nodeReports.parse(JSON.parse(body));
      await gateway.report(id, reports as NodeReport[], identity);
      response.writeHead(204).end();
      return;
    }
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    await sendMessages(gateway.open(nodeHello.parse(JSON.parse(body)), identity, closed.signal), response, closed.signal);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function startNode(url: string, options: { store?: boolean; gateway?: TestGateway } = {}) {
  const http = new HttpNodeTransport({ url, token: 'a token' });
  const transport = new TappedTransport(http);
  const log = new TestLog();
  const store = options.store === true ? await NodeStore.open({ directory: join(directory, 'node'), log, coalesceMs: 10 }) : null;
  const gateway = options.gateway ?? new TestGateway();
  const agent = new NodeAgent({
    transport,
    store,
    gateway,
    log,
    identity: { name: 'node-1', address: '127.0.0.1:8000', version: '1' },
    reconnectMs: { min: 5, max: 20 },
    welcomeTimeoutMs: 1_000,
  });
  await agent.start();
  const stop = async () => {
    await agent.stop();
    http.close();
  };
  cleanups.push(stop);
  return { agent, gateway, transport, log, stop };
}

test('a remote node gets over HTTP what the embedded one gets, large snapshots too', async () => {
  const { url } = await serve(hub);
  const large = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`api-${index}`, Array(4).fill(`["${'x'.repeat(50_000)}"]`)]));
  snapshots.packed = makeSnapshot(1, large);
  for (let index = 0; index < 1200; index++) credentials.set(makeApp(`app-${index}`));
  const { agent, gateway, transport } = await startNode(url);
  await agent.whenReady();
  expect(transport.ofType('routes').length).toBeGreaterThan(3);
  expect(gateway.applied[0]).toEqual(snapshots.packed);
  expect(gateway.apps.size).toBe(1200);
  for (let index = 0; index < 1100; index++) credentials.delete(`app-${index}`);
  hub.wake();
  await until(() => gateway.apps.size === 100, 'the apps are gone');
  expect(gateway.replaced).toBe(1);
  expect(await hub.settled(1, 5_000)).toMatchObject([{ state: 'applied' }]);
});

test('a dead stream that never errors is noticed, and what was missed is made good', async () => {
  const { url } = await serve(hub);
  const swallowing = await swallowingProxy(Number(new URL(url).port));
  snapshots.packed = makeSnapshot(1, A);
  const { agent, gateway, transport } = await startNode(swallowing.url);
  await agent.whenReady();
  swallowing.swallow();
  snapshots.packed = makeSnapshot(2, B);
  hub.wake();
  await until(() => gateway.numbers.includes(2), 'the node gets snapshot 2');
  expect(transport.hellos.length).toBeGreaterThan(1);
  expect(agent.status.controlConnected).toBe(true);
});

test('a node that restarts without a control plane serves from its disk', async () => {
  const { url, server } = await serve(hub);
  snapshots.packed = makeSnapshot(1, A);
  credentials.set(makeApp('one'));
  const first = await startNode(url, { store: true });
  await first.agent.whenReady();
  credentials.set(makeApp('two'));
  hub.wake();
  await until(() => first.gateway.apps.size === 2, 'the change came');
  await first.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));

  const { agent, gateway, log } = await startNode(url, { store: true });
  expect(agent.id).toBe(first.agent.id);
  expect(agent.status).toMatchObject({ ready: true, controlConnected: false, snapshot: { number: 1, from: 'disk' }, confirmedAtMs: null });
  expect(gateway.applied).toEqual([snapshots.packed]);
  expect([...gateway.apps.values()]).toEqual([makeApp('one'), makeApp('two')]);
  await until(() => log.lines.some((line) => line.includes('Not connected')), 'it says that nothing is there');
  expect(log.lines.filter((line) => line.includes('Not connected'))).toHaveLength(1);
});

test('what the disk has is not sent again', async () => {
  const { url } = await serve(hub);
  snapshots.packed = makeSnapshot(1, A);
  credentials.set(makeApp('one'));
  const first = await startNode(url, { store: true });
  await first.agent.whenReady();
  await first.stop();
  snapshots.packed = makeSnapshot(2, { ...A, ...B });
  credentials.set(makeApp('two'));
  const { agent, gateway, transport } = await startNode(url, { store: true });
  await until(() => gateway.numbers.includes(2) && gateway.apps.size === 2, 'it is up to date');
  expect(gateway.numbers).toEqual([1, 2]);
  expect(transport.ofType('routes').map(({ routes }) => routes)).toEqual([B]);
  expect(transport.ofType('credentials')).toMatchObject([{ reset: false, apps: [makeApp('two')] }]);
  await until(() => agent.status.confirmedAtMs !== null, 'the control plane confirms it');
});

test('a new node without a control plane is not ready, and does not hammer', async () => {
  const closed = await serve(hub);
  closed.server.close();
  await once(closed.server, 'close');
  const { agent, transport } = await startNode(closed.url, { store: true });
  await until(() => transport.hellos.length >= 5, 'it tries');
  expect(agent.status).toMatchObject({ ready: false, controlConnected: false, snapshot: null, credentialsCursor: null });
});

test('a node that was connected goes on when the control plane is gone, and follows it when it is back', async () => {
  const { url, server } = await serve(hub);
  const { port } = new URL(url);
  snapshots.packed = makeSnapshot(1, A);
  const { agent, gateway } = await startNode(url);
  await agent.whenReady();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await until(() => !agent.status.controlConnected, 'it notices');
  expect(agent.status.ready).toBe(true);
  snapshots.packed = makeSnapshot(2, B);
  server.listen(Number(port), '127.0.0.1');
  await until(() => gateway.numbers.includes(2), 'it is up to date again');
});

test('reports that arrive at another control node count', async () => {
  const { url } = await serve({
    open: (...call) => hub.open(...call),
    report: (...call) => other.report(...call),
  });
  const other = new NodeHub({ database, snapshots, credentials, instance: 'control-2', log: new TestLog(), heartbeatMs: HEARTBEAT_MS });
  cleanups.push(() => other.stop());
  snapshots.packed = makeSnapshot(1, A);
  const { agent, transport } = await startNode(url);
  await agent.whenReady();
  expect(await hub.settled(1, 5_000)).toMatchObject([{ state: 'applied' }]);
  // And the stream is not taken for dead.
  const { length } = transport.ofType('heartbeat');
  await until(() => transport.ofType('heartbeat').length > length + 8, 'heartbeats go on');
  expect(transport.hellos).toHaveLength(1);
});

/** Passes everything on, until it is told to swallow what comes from the server on the connections that there are. */
async function swallowingProxy(port: number): Promise<{ url: string; swallow(): void }> {
  const sockets = new Set<Socket>();
  let generation = 0;
  const server = createTcpServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const born = generation;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (chunk) => upstream.write(chunk));
    client.on('close', () => upstream.destroy());
    upstream.on('data', (chunk) => {
      if (born === generation) client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, swallow: () => generation++ };
}
