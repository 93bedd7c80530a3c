import { accessRequests, apis, apps, publications, system } from '@gatehouse/contract/management';
import type { ManagementClient } from '@gatehouse/sdk/management';
import { expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { createBackend, publish, reach, refusalOf } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';

/** The promise is one second; a machine that does other things too gets three. */
const WITHIN_MS = 3_000;

test('a team finds an API of another one, asks for it, tries it, and reads what broke', { timeout: 90_000 }, async () => {
  const origin = await EchoOrigin.start();
  const control = await Instance.start({ role: 'all' });
  try {
    const as = async (name: string, team: string): Promise<ManagementClient> => {
      const { body } = await control.client.call(system.createToken, { body: { name, role: 'developer', teams: [team] } });
      return control.as(body.token);
    };
    const [owner, consumer, stranger] = [await as('olga', 'pets'), await as('carl', 'shops'), await as('sue', 'birds')];
    const saved = (paths: string[]) => ({
      params: { name: 'petstore' },
      body: {
        owner: 'pets',
        backend: 'pets',
        auth: 'app' as const,
        definition: {
          openapi: '3.0.3',
          info: { title: 'Pet store', version: '1.0' },
          servers: [{ url: origin.url }],
          paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: { 200: { description: 'Done' } } } }])),
        },
      },
    });
    await createBackend(control.client, 'pets', { test: origin.url });
    await control.client.call(apis.putApi, saved(['/pets', '/owners']));
    await publish(control.client, 'petstore', 'test');

    // Found by what it is, and where it is.
    const found = (await consumer.call(publications.listPublications, { query: { search: 'pet st' } })).body.items;
    expect(found.map(({ api }) => api)).toEqual(['petstore']);
    const { environments } = (await consumer.call(publications.getPublication, { params: { api: 'petstore' } })).body;
    expect(environments).toMatchObject([{ environment: 'test', auth: 'app', urls: [`${control.gatewayUrl}/test/petstore`] }]);
    const params = { api: 'petstore', environment: 'test' };
    const definition = (await consumer.call(publications.getPublishedDefinition, { params })).body;
    expect(definition.servers).toEqual([{ url: environments[0]?.urls[0] }]);
    expect(JSON.stringify(definition)).not.toContain(origin.url);

    // Asked for, approved, and called.
    const { appCode } = (await consumer.call(apps.createApp, { body: { name: 'shop' } })).body;
    const call = async () =>
      (await reach(control.gatewayUrl, 'test', '/petstore/pets', { headers: { Authorization: `APPCODE ${appCode}` } })).status;
    const asked = (await consumer.call(accessRequests.requestAccess, { params: { name: 'shop' }, body: params })).body;
    expect([asked.state, asked.mayDecide, await call()]).toEqual(['pending', false, 403]);
    const decision = { params: { id: asked.id }, body: {} };
    expect((await refusalOf(consumer.call(accessRequests.approveAccess, decision))).code).toBe('access.denied');
    expect((await refusalOf(stranger.call(accessRequests.approveAccess, decision))).code).toBe('resource.not-found');
    const waiting = (await owner.call(accessRequests.listAccessRequests, { query: { decidable: 'true' } })).body.items;
    expect(waiting.map(({ id }) => id)).toEqual([asked.id]);
    await owner.call(accessRequests.approveAccess, decision);
    await expect.poll(call, { timeout: WITHIN_MS, interval: 20 }).toBe(200);

    // Tried through the real gateway: as every caller would be answered, and without a look behind it.
    const request = { method: 'GET', path: '/pets' };
    const tried = (await consumer.call(publications.tryPublication, { params, body: { app: 'shop', request } })).body;
    expect(tried).toMatchObject({ response: { status: 200, headers: { 'x-origin': ['origin'] } }, backendRequest: null });
    expect(tried.trace.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'route passed',
      'authentication passed',
      'integration:http passed',
      'response passed',
    ]);
    expect(tried.trace[2]?.detail).toBe('The backend answered 200');
    expect(JSON.stringify(tried.trace)).not.toContain(new URL(origin.url).host);
    expect(tried.ms).toBeGreaterThan(0);
    const anonymous = (await stranger.call(publications.tryPublication, { params, body: { request } })).body;
    expect([anonymous.response.status, anonymous.trace.at(-2)]).toMatchObject([401, { step: 'authentication', outcome: 'refused' }]);
    const foreign = { params, body: { app: 'shop', request } };
    expect((await refusalOf(stranger.call(publications.tryPublication, foreign))).code).toBe('reference.unknown');
    const own = (await owner.call(publications.tryPublication, { params, body: { request: { ...request, path: '/none' } } })).body;
    expect(own.response.status).toBe(404);
    expect((await control.client.call(publications.tryPublication, foreign)).body.backendRequest?.url).toBe(`${origin.url}/pets`);

    // What broke is read by who is hit by it.
    await control.client.call(apis.putApi, saved(['/pets']));
    await publish(control.client, 'petstore', 'test');
    const { items } = (await consumer.call(publications.listPublishedChanges, { params })).body;
    expect(items).toMatchObject([
      { revision: 2, previous: 1, changes: { breaking: true, changes: [{ rule: 'path-removed', breaking: true }] } },
      { revision: 1, previous: null, changes: { breaking: false, changes: [] } },
    ]);
  } finally {
    await Promise.all([control.remove(), origin.stop()]);
  }
});
