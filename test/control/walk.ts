import { apis, apps, backends } from '@gatehouse/contract/management';
import { expect } from 'vitest';
import type { Instance } from '../support/control.ts';
import { authorize, createBackend, publish, reach, refusalOf, saveApi } from '../support/control-calls.ts';
import type { EchoOrigin } from '../support/echo-origin.ts';

export interface WalkOrigins {
  test: EchoOrigin;
  production: EchoOrigin;
  moved: EchoOrigin;
}

/** Generous, for machines that do other things too: what is asserted is that it is soon, and not with the next poll of minutes. */
const SOON = { timeout: 5_000 };

/**
 * The whole workflow of seed 002, from nothing to a rollback, as one person's day at the management interface; `gateways` are all nodes.
 * Whatever the interface says is done is done on every one of them.
 */
export async function walk(control: Instance, gateways: readonly Instance[], origins: WalkOrigins): Promise<void> {
  const { client } = control;
  const everywhere = (environment: string, path: string, code?: string) =>
    Promise.all(
      gateways.map(async ({ gatewayUrl }) => {
        const headers: Record<string, string> = code === undefined ? {} : { Authorization: `APPCODE ${code}` };
        const { status, origin } = await reach(gatewayUrl, environment, path, { headers });
        return origin ?? status;
      }),
    );
  const all = (outcome: string | number) => gateways.map(() => outcome);
  const applied = gateways.map(() => expect.objectContaining({ state: 'applied' }));

  // Define a backend service once, with a URL for each environment, and draft an API on it.
  await createBackend(client, 'pets', { test: origins.test.url });
  const draft = await saveApi(client, 'petstore', 'pets', ['/pets'], { auth: 'app', group: 'shops' });
  expect(draft).toMatchObject({ operations: 1, published: [], changed: true });
  expect(await everywhere('test', '/petstore/pets')).toEqual(all(404));

  // Publish it to test, where every node has it when the answer comes.
  const first = await publish(client, 'petstore', 'test');
  expect(first).toMatchObject({ revision: 1, nodes: applied });
  expect(await everywhere('test', '/petstore/pets')).toEqual(all(401));

  // Authorize an app there, and debug it.
  const { appCode } = (await client.call(apps.createApp, { body: { name: 'shop' } })).body;
  expect((await everywhere('test', '/petstore/pets', appCode))[0]).not.toBe(200);
  await authorize(client, 'shop', 'petstore', 'test');
  await expect.poll(() => everywhere('test', '/petstore/pets', appCode), SOON).toEqual(all('test'));
  const debug = (environment: string) =>
    client.call(apis.debugApi, {
      params: { name: 'petstore' },
      body: { environment, app: 'shop', request: { method: 'GET', path: '/pets' } },
    });
  expect((await debug('test')).body).toMatchObject({ response: { status: 200, headers: { 'x-origin': ['test'] } } });

  // Promote it: refused until the backend service has an address there.
  const promote = () =>
    client.call(apis.publishApi, { params: { name: 'petstore' }, body: { environment: 'production', revision: 1, comment: 'first' } });
  expect((await refusalOf(promote())).code).toBe('backend.undefined-in-environment');
  await client.call(backends.putBackendDefinition, {
    params: { name: 'pets', environment: 'production' },
    body: { url: origins.production.url },
  });
  expect((await promote()).body).toMatchObject({ revision: 1, nodes: applied });
  expect(await everywhere('production', '/petstore/pets', appCode)).toEqual(all(403));
  expect((await debug('production')).body).toMatchObject({ response: { status: 403 }, backendRequest: null });
  await authorize(client, 'shop', 'petstore', 'production');
  await expect.poll(() => everywhere('production', '/petstore/pets', appCode), SOON).toEqual(all('production'));

  // Change the URL: what is published follows without being published again.
  const move = { params: { name: 'pets', environment: 'production' }, body: { url: origins.moved.url } };
  expect((await refusalOf(client.call(backends.putBackendDefinition, move))).code).toBe('confirmation.required');
  const moved = await client.call(backends.putBackendDefinition, { ...move, query: { confirm: true } });
  expect(moved.body.refreshed).toEqual([{ api: 'petstore', revision: 1, status: 'applied' }]);
  expect(await everywhere('production', '/petstore/pets', appCode)).toEqual(all('moved'));
  expect(await everywhere('test', '/petstore/pets', appCode)).toEqual(all('test'));

  // Publish a second revision, and roll it back.
  await saveApi(client, 'petstore', 'pets', ['/animals'], { auth: 'app', group: 'shops' });
  const second = await publish(client, 'petstore', 'production');
  expect(second).toMatchObject({ revision: 2, nodes: applied, changes: { against: 1, breaking: true } });
  expect(await everywhere('production', '/petstore/pets', appCode)).toEqual(all(404));
  expect(await everywhere('production', '/petstore/animals', appCode)).toEqual(all('moved'));
  const rollback = await client.call(apis.rollbackApi, {
    params: { name: 'petstore' },
    body: { environment: 'production', revision: 1 },
  });
  expect(rollback.body).toMatchObject({ revision: 1, nodes: applied, changes: { against: 2 } });
  expect(await everywhere('production', '/petstore/pets', appCode)).toEqual(all('moved'));
  expect(await everywhere('production', '/petstore/animals', appCode)).toEqual(all(404));

  // Delete the URL: unpublished there, and nowhere else.
  const removed = await client.call(backends.deleteBackendDefinition, {
    params: { name: 'pets', environment: 'production' },
    query: { confirm: true },
  });
  expect(removed.body.unpublished).toEqual([{ api: 'petstore', revision: 1 }]);
  expect(await everywhere('production', '/petstore/pets', appCode)).toEqual(all(404));
  expect(await everywhere('test', '/petstore/pets', appCode)).toEqual(all('test'));
  const { body: api } = await client.call(apis.getApi, { params: { name: 'petstore' } });
  expect(api).toMatchObject({ changed: false, published: [{ environment: 'test', revision: 1 }] });
}
