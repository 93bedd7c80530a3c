import { apis, type OperationResult, system } from '@gatehouse/contract/management';
import { createTestDatabase, describePostgres } from '@gatehouse/database/testing';
import type { ManagementClient } from '@gatehouse/sdk/management';
import { expect, test } from 'vitest';
import { Instance, SHARED_KEY } from '../support/control.ts';
import { createBackend, defineBackend, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { seeded } from '../support/seed.ts';

const WAIT = { timeout: 20_000 };

type Publication = OperationResult<typeof apis.publishApi>;

/** Revisions in the order in which the audit has them published, oldest first. */
async function publishedInOrder(client: ManagementClient, api: string): Promise<number[]> {
  const { body } = await client.call(system.listAudit, { query: { action: 'apis.publish', resource: `apis/${api}`, limit: 500 } });
  return body.items.map(({ after }) => (after as { revision: number }).revision).toReversed();
}

async function liveRevision(client: ManagementClient, api: string): Promise<number | undefined> {
  return (await client.call(apis.getApi, { params: { name: api } })).body.published[0]?.revision;
}

/** Every answer that changed something is in the audit, in the order of the snapshots that it tells; the last one is live. */
async function expectOneOrder(client: ManagementClient, api: string, before: number, changed: readonly Publication[]): Promise<void> {
  const inOrder = changed.toSorted((one, other) => (one.snapshot ?? 0) - (other.snapshot ?? 0));
  expect(new Set(inOrder.map(({ snapshot }) => snapshot)).size).toBe(inOrder.length);
  const audited = (await publishedInOrder(client, api)).slice(before);
  expect(audited).toEqual(inOrder.map(({ revision }) => revision));
  expect(await liveRevision(client, api)).toBe(audited.at(-1));
}

test('publishes of one API at once: one revision for one draft, one order for several, and the last one is served', {
  timeout: 60_000,
}, async () => {
  const origin = await EchoOrigin.start();
  const control = await Instance.start({ role: 'all' });
  try {
    const { client } = control;
    await createBackend(client, 'pets', { test: origin.url });
    await saveApi(client, 'petstore', 'pets', ['/v1']);
    const same = await Promise.all([1, 2, 3, 4].map(() => publish(client, 'petstore', 'test')));
    expect(same.map(({ revision }) => revision)).toEqual([1, 1, 1, 1]);
    expect(await publishedInOrder(client, 'petstore')).toEqual([1]);
    for (const n of [2, 3]) {
      await saveApi(client, 'petstore', 'pets', [`/v${n}`]);
      await publish(client, 'petstore', 'test');
    }
    const publications = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const body = { environment: 'test', revision: 1 + (i % 3) };
        return client.call(apis.publishApi, { params: { name: 'petstore' }, body });
      }),
    );
    // 200: it was live already when its turn came, and nothing was changed.
    const changed = publications.filter(({ status }) => status === 201).map(({ body }) => body);
    await expectOneOrder(client, 'petstore', 3, changed);
    const live = await liveRevision(client, 'petstore');
    for (const n of [1, 2, 3]) expect((await reach(control.gatewayUrl, 'test', `/petstore/v${n}`)).status).toBe(n === live ? 200 : 404);
  } finally {
    await Promise.all([control.remove(), origin.stop()]);
  }
});

describePostgres('Two control nodes', () => {
  test('that publish at once keep one order and lose nothing, and every node ends on the same', { timeout: 120_000 }, async () => {
    const random = seeded('two control nodes');
    const origin = await EchoOrigin.start();
    const database = await createTestDatabase('postgres');
    const instances: Instance[] = [];
    try {
      const options = { role: 'control' as const, control: { database: database.url, nodes: { heartbeat: '1s' } }, env: SHARED_KEY };
      // At once, on an empty database: its tables are made once.
      const controls = await Promise.all([Instance.start(options), Instance.start(options)]);
      instances.push(...controls);
      const [first, second] = controls;
      const token = await first.nodeToken();
      const gateways = await Promise.all(
        controls.map(({ controlUrl }, i) =>
          Instance.start({ role: 'gateway', gateway: { control: { url: controlUrl, token, name: `node-${i + 1}` } } }),
        ),
      );
      instances.push(...gateways);
      await createBackend(first.client, 'pets', { test: `${origin.url}/u0` });
      const own = ['first', 'second'];
      await Promise.all([
        saveApi(first.client, 'shared', 'pets', ['/v1']),
        ...own.map((api) => saveApi(second.client, api, 'pets', ['/v0'])),
      ]);
      await publish(second.client, 'shared', 'test');
      await saveApi(first.client, 'shared', 'pets', ['/v2']);
      await publish(first.client, 'shared', 'test');

      const onShared: Publication[] = [];
      const urls: string[] = [];
      const work = async ({ client }: Instance, api: string) => {
        for (let n = 1; n <= 8; n++) {
          // Each its own API, both the same one, and the backend service of all of them.
          await saveApi(client, api, 'pets', [`/v${n}`]);
          const published = await publish(client, api, 'test');
          expect(published.revision).toBe(n);
          expect(published.nodes).toMatchObject([
            { name: 'node-1', state: 'applied' },
            { name: 'node-2', state: 'applied' },
          ]);
          const body = { environment: 'test', revision: 1 + random.int(2) };
          const shared = await client.call(apis.publishApi, { params: { name: 'shared' }, body });
          if (shared.status === 201) onShared.push(shared.body);
          const url = `${origin.url}/${api}-${n}`;
          await defineBackend(client, 'pets', 'test', url);
          urls.push(url);
        }
      };
      await Promise.all([work(first, 'first'), work(second, 'second')]);

      // One draft that both publish at once is one revision.
      const drafts = 'drafts';
      for (let n = 1; n <= 4; n++) {
        await saveApi(first.client, drafts, 'pets', [`/v${n}`]);
        const both = await Promise.all(controls.map(({ client }) => publish(client, drafts, 'test')));
        expect(both.map(({ revision }) => revision)).toEqual([n, n]);
      }
      expect(await publishedInOrder(second.client, drafts)).toEqual([1, 2, 3, 4]);

      await expectOneOrder(first.client, 'shared', 2, onShared);
      const { body } = await first.client.call(system.listAudit, { query: { action: 'backends.define', limit: 500 } });
      const defined = body.items.map(({ after }) => (after as { url: string }).url).toReversed();
      expect(defined.slice(1).toSorted()).toEqual(urls.toSorted());
      for (const { client } of controls) {
        expect(await liveRevision(client, 'shared')).toBe(await liveRevision(first.client, 'shared'));
        for (const api of own) expect(await liveRevision(client, api)).toBe(8);
      }
      for (const control of controls) {
        await expect.poll(async () => (await control.nodes()).map(({ behind }) => behind), WAIT).toEqual([false, false]);
        expect(new Set((await control.nodes()).map(({ applied }) => applied?.hash)).size).toBe(1);
      }
      const live = await liveRevision(first.client, 'shared');
      for (const { gatewayUrl } of gateways) {
        const path = `${defined.at(-1)?.slice(origin.url.length)}/v8`;
        for (const api of own) expect((await reach(gatewayUrl, 'test', `/${api}/v8`)).echo?.url).toBe(path);
        expect((await reach(gatewayUrl, 'test', `/shared/v${live}`)).status).toBe(200);
        expect((await reach(gatewayUrl, 'test', `/shared/v${live === 1 ? 2 : 1}`)).status).toBe(404);
      }
    } catch (error) {
      for (const { role, process } of instances) console.log(role, process.output.slice(-2000));
      throw error;
    } finally {
      await Promise.all(instances.map((instance) => instance.remove()));
      await Promise.all([database.remove(), origin.stop()]);
    }
  });
});
