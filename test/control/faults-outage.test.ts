import { setTimeout as sleep } from 'node:timers/promises';
import { apps, backends } from '@gatehouse/contract/management';
import { describePostgres, type RunningPostgres, startPostgres } from '@gatehouse/database/testing';
import { ManagementError } from '@gatehouse/sdk/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { authorize, createBackend, defineBackend, newName, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { until } from '../support/gateway.ts';
import { Load } from '../support/load.ts';

/** How long what is needed is away. 60,000 shows the same for a minute. */
const OUTAGE_MS = Number(process.env.GATEHOUSE_TEST_OUTAGE_MS ?? 5_000);
/** For everything to be as ever again, without a restart. */
const RECOVERY_MS = 20_000;
const TEST_MS = 60_000 + OUTAGE_MS * 2;

describePostgres('An outage under load', () => {
  let postgres: RunningPostgres;
  let origin: EchoOrigin;
  let control: Instance;
  let node: Instance;
  let url: string;

  beforeAll(async () => {
    [postgres, origin] = await Promise.all([startPostgres(), EchoOrigin.start()]);
    // The load is to be steady, not as much as the machine can do.
    origin.delayMs = 5;
    control = await Instance.start({ role: 'control', control: { database: postgres.url, nodes: { heartbeat: '1s' } } });
    const token = await control.nodeToken();
    node = await Instance.start({ role: 'gateway', gateway: { control: { url: control.controlUrl, token, name: 'edge' } } });
    const { client } = control;
    await createBackend(client, 'pets', { test: origin.url });
    await saveApi(client, 'petstore', 'pets', ['/pets'], { auth: 'app' });
    await publish(client, 'petstore', 'test');
    const { appCode } = (await client.call(apps.createApp, { body: { name: 'shop' } })).body;
    await authorize(client, 'shop', 'petstore', 'test');
    url = `${node.gatewayUrl}/test/petstore/pets?AppCode=${appCode}`;
    await until('the app is known there', node.process, RECOVERY_MS, async () => (await fetch(url)).status === 200);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([node?.remove(), control?.remove()]);
    await Promise.all([origin?.stop(), postgres?.remove()]);
  });

  /** What callers of the gateway got while `during` went on: nothing but successes. */
  async function expectNoFailedRequest(during: () => Promise<void>): Promise<void> {
    const others: number[] = [];
    const load = new Load(url, 2, (_client, { status }) => {
      if (status !== 200) others.push(status);
    });
    try {
      await during();
    } catch (error) {
      console.log(control.process.output.slice(-3000), node.process.output.slice(-3000));
      throw error;
    } finally {
      await load.stop();
    }
    expect(load.failures).toEqual([]);
    expect(others).toEqual([]);
    expect(load.answers).toBeGreaterThan(100);
  }

  interface Write {
    name: string;
    /** Undefined: acknowledged. */
    refused: ManagementError | undefined;
    ms: number;
  }

  async function write(): Promise<Write> {
    const name = newName('written');
    const start = performance.now();
    try {
      await control.client.call(backends.createBackend, { body: { name, type: 'http' }, timeoutMs: TEST_MS });
      return { name, refused: undefined, ms: performance.now() - start };
    } catch (error) {
      if (!(error instanceof ManagementError)) throw error;
      return { name, refused: error, ms: performance.now() - start };
    }
  }

  /** Every write was clearly refused or is there; which it is for those that may be either is told as such. */
  async function expectNothingLost(writes: readonly Write[]): Promise<void> {
    const { body } = await control.client.call(backends.listBackends, { query: { limit: 500 } });
    const there = new Set(body.items.map(({ name }) => name));
    for (const { name, refused } of writes) {
      if (refused === undefined) expect(there, 'acknowledged').toContain(name);
      else {
        expect(refused.status).toBe(503);
        expect(['service.unavailable', 'service.outcome-unknown']).toContain(refused.code);
        if (refused.code === 'service.unavailable') expect(there, 'refused').not.toContain(name);
      }
    }
  }

  /** The process that went through it does everything again. */
  async function expectRecovery(): Promise<void> {
    await expect.poll(async () => (await write()).refused?.code, { timeout: RECOVERY_MS, interval: 200 }).toBeUndefined();
    const path = `/${newName('v')}`;
    await saveApi(control.client, 'petstore', 'pets', ['/pets', path], { auth: 'app' });
    await expect
      .poll(async () => (await publish(control.client, 'petstore', 'test')).nodes, { timeout: RECOVERY_MS, interval: 200 })
      .toMatchObject([{ name: 'edge', state: 'applied' }]);
    expect((await reach(node.gatewayUrl, 'test', `/petstore${path}`)).status).toBe(401);
    await expect.poll(() => control.isReady(), { timeout: RECOVERY_MS }).toBe(true);
  }

  test('the database is stopped: traffic goes on, changes are refused with 503, and it recovers by itself', {
    timeout: TEST_MS,
  }, async () => {
    const writes: Write[] = [];
    const said = node.process.stderr.length;
    await expectNoFailedRequest(async () => {
      await postgres.stop();
      const end = Date.now() + OUTAGE_MS;
      while (Date.now() < end) {
        writes.push(await write());
        expect(await control.isReady()).toBe(false);
        await sleep(100);
      }
      expect(control.process.exit).toBeUndefined();
      // Its stream and its reports need no database.
      expect(node.process.stderr.slice(said)).not.toContain('Not connected');
      await postgres.start();
      await expectRecovery();
    });
    expect(writes.every(({ refused }) => refused?.status === 503)).toBe(true);
    expect(Math.max(...writes.map(({ ms }) => ms))).toBeLessThan(10_000);
    await expectNothingLost(writes);
  });

  test('the database is frozen: traffic goes on, each change is made or clearly refused, and it recovers by itself', {
    timeout: TEST_MS,
  }, async () => {
    const writes: Promise<Write>[] = [];
    await expectNoFailedRequest(async () => {
      // Some of them are in the middle of their transactions when it comes.
      for (let i = 0; i < 8; i++) writes.push(write());
      await sleep(10);
      postgres.pause();
      try {
        const end = Date.now() + OUTAGE_MS;
        while (Date.now() < end) {
          writes.push(write());
          await sleep(500);
        }
      } finally {
        postgres.resume();
      }
      await Promise.all(writes);
      await expectRecovery();
    });
    await expectNothingLost(await Promise.all(writes));
  });

  test.each(['killed', 'frozen'] as const)(
    'the control plane is %s: traffic goes on, and nodes follow when it is back',
    { timeout: TEST_MS },
    async (how) => {
      await expectNoFailedRequest(async () => {
        if (how === 'killed') await control.end('SIGKILL');
        else control.process.signal('SIGSTOP');
        await sleep(OUTAGE_MS);
        expect(await node.isReady()).toBe(true);
        if (how === 'killed') await control.start();
        else control.process.signal('SIGCONT');
        await expectRecovery();
        await defineBackend(control.client, 'pets', 'test', origin.url);
        await expect.poll(async () => (await control.nodes()).map(({ behind }) => behind), { timeout: RECOVERY_MS }).toEqual([false]);
      });
    },
  );
});
