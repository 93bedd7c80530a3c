import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfigSchema, type Snapshot } from '@gatehouse/contract';
import { migrate, openDatabase } from '@gatehouse/database';
import { SnapshotPacker } from '@gatehouse/gateway';
import { NodeAgent, NodeStore } from '@gatehouse/gateway/node';
import { GatewayThreads } from '@gatehouse/gateway/threads';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InProcessTransport } from './in-process-transport.ts';
import { NodeHub } from './node-hub.ts';
import { makeApp, TestCredentials, TestLog, TestSnapshots, until } from './nodes-fixture.ts';

const policy = z.strictObject({ name: z.string(), config: z.unknown() });

function greeting(number: number, text: string): Snapshot {
  const integration = { kind: 'mock' as const, status: 200, headers: {}, bodies: [{ contentType: 'text/plain', text }] };
  return {
    format: 1,
    number,
    hash: `hash-${number}`,
    environments: ['production'],
    defaultEnvironment: 'production',
    backends: [],
    revisions: [
      {
        id: `greeting@${number}`,
        api: 'greeting',
        basePath: '/',
        errorProfile: 'problem',
        timeouts: {},
        policies: [],
        routes: [{ method: 'GET', path: '/', integration, policies: [] }],
      },
    ],
    publications: [{ fingerprint: `print-${number}`, revision: `greeting@${number}`, environment: 'production', variables: {} }],
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  };
}

/** The real gateway, fed by an agent with a store. */
async function startNode(directory: string, hub: NodeHub) {
  const listen = { host: '127.0.0.1', port: 0 };
  const settings = createConfigSchema({ policy }).parse({ gateway: { listen, threads: 1, accessLog: { format: 'none' } } }).gateway;
  const log = new TestLog();
  const gateway = new GatewayThreads({ settings, accessLogFile: join(directory, 'access.log'), log });
  await gateway.start();
  const store = await NodeStore.open({ directory: join(directory, 'node'), log, coalesceMs: 10 });
  const agent = new NodeAgent({
    transport: new InProcessTransport(hub),
    store,
    gateway,
    log,
    identity: { name: 'embedded', address: `127.0.0.1:${gateway.port}`, version: '1' },
    reconnectMs: { min: 5, max: 20 },
  });
  await agent.start();
  const stop = async () => {
    await agent.stop();
    await gateway.drain(1_000);
  };
  const greet = async () => (await fetch(`http://127.0.0.1:${gateway.port}/`)).text();
  return { agent, gateway, stop, greet };
}

test('the real gateway serves what the hub brings it, and after a restart what its disk has', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-nodes-'));
  const database = await openDatabase<ControlTables>({ url: 'sqlite', dataDir: directory });
  await migrate(database, MIGRATIONS);
  const snapshots = new TestSnapshots();
  const credentials = new TestCredentials();
  const packer = new SnapshotPacker();
  const hub = new NodeHub({ database, snapshots, credentials, instance: 'control-1', log: new TestLog(), heartbeatMs: 200, pollMs: 50 });
  hub.start();
  try {
    credentials.set(makeApp('one'));
    snapshots.packed = packer.pack(greeting(1, 'hello')).packed ?? null;
    const first = await startNode(directory, hub);
    try {
      await first.agent.whenReady();
      expect(await first.greet()).toBe('hello');
      expect(first.gateway.credentials.count).toBe(1);
      snapshots.packed = packer.pack(greeting(2, 'good day')).packed ?? null;
      expect(await hub.settled(2, 5_000)).toMatchObject([{ state: 'applied' }]);
      expect(await first.greet()).toBe('good day');
      credentials.delete('one');
      credentials.set(makeApp('two'));
      credentials.set(makeApp('three'));
      hub.wake();
      await until(() => first.gateway.credentials.count === 2, 'the apps have changed');
      await until(() => first.agent.status.confirmedAtMs !== null, 'both have the same sums');
    } finally {
      await first.stop();
    }
    await hub.stop();
    const second = await startNode(directory, hub);
    try {
      expect(second.agent.status).toMatchObject({ ready: true, controlConnected: false, snapshot: { number: 2, from: 'disk' } });
      expect(await second.greet()).toBe('good day');
      expect(second.gateway.credentials.state()).toEqual(await credentials.state());
    } finally {
      await second.stop();
    }
  } finally {
    await hub.stop();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
