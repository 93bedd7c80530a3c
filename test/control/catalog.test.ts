import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogClient } from '@backstage/catalog-client';
import { apis, catalog, system } from '@gatehouse/contract/management';
import { onboard } from '@gatehouse/sdk/onboarding';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../support/config.ts';
import { Instance } from '../support/control.ts';
import { createBackend, publish, refusalOf, saveApi } from '../support/control-calls.ts';
import { until } from '../support/gateway.ts';

const COMPONENT = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: shop, description: Sells things }
spec: { type: service, lifecycle: production, owner: team-shop, providesApis: [orders] }
`;

let control: Instance;
let token: string;
/** Backstage's own client, unchanged. */
let client: CatalogClient;

beforeAll(async () => {
  const config = { catalog: { orphanGracePeriod: '1s', locations: [{ type: 'file', target: './catalog/*.yaml' }] } };
  control = await Instance.prepare({ role: 'all', config });
  await control.start();
  const created = await control.client.call(system.createToken, { body: { name: 'shop', role: 'developer', teams: ['team-shop'] } });
  token = created.body.token;
  client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => `${control.controlUrl}/api/catalog` } });
}, 60_000);

afterAll(async () => {
  await control?.end();
  await control?.remove();
});

/** Waits until the catalog has the entity, or not any more. */
async function eventually(ref: string, isThere: boolean): Promise<void> {
  await until(`${ref} is ${isThere ? '' : 'not '}there`, control.process, 15_000, async () => {
    return ((await client.getEntityByRef(ref, { token })) !== undefined) === isThere;
  });
}

test('an API that is published is an entity with its environments, and is none when it is not any more', async () => {
  const { client: management } = control;
  await createBackend(management, 'orders', { test: 'http://127.0.0.1:9' });
  await saveApi(management, 'orders', 'orders', ['/orders'], { owner: 'team-shop' });
  await publish(management, 'orders', 'test');
  await eventually('api:default/orders', true);
  const entity = await client.getEntityByRef('api:default/orders', { token });
  expect(entity?.metadata.annotations).toMatchObject({ 'gatehouse.dev/environments': 'test' });
  expect(String(entity?.spec?.definition)).toContain('/orders');
  await management.call(apis.unpublishApi, { params: { name: 'orders', environment: 'test' } });
  await eventually('api:default/orders', false);
});

test('a service that onboards itself is there at once, related to what it provides, and told who may read it', async () => {
  const result = await onboard({
    name: 'carts',
    owner: 'team-shop',
    definition: { document: openApi({ '/carts': { get: {} } }) },
    target: { gatehouse: { url: control.controlUrl, token } },
  }).done;
  expect(result).toMatchObject({ outcome: 'written' });
  const entity = await client.getEntityByRef('api:default/carts', { token });
  expect(entity?.spec).toMatchObject({ type: 'openapi', owner: 'team-shop' });
  await expect(client.getEntityByRef('api:default/carts')).rejects.toThrow('401');
});

test('what one team pushes removes nothing of another team, whatever it calls its source', async () => {
  const call = { params: { source: 'carts' }, body: { entities: [] } };
  const other = await control.client.call(system.createToken, { body: { name: 'other', role: 'developer', teams: ['team-other'] } });
  await control.as(other.body.token).call(catalog.pushEntities, call);
  expect(await client.getEntityByRef('api:default/carts', { token })).toBeDefined();
  const wrong = control.client.call(catalog.pushEntities, { params: { source: 'x' }, body: { entities: [{ kind: 'API' }] } });
  expect(await refusalOf(wrong)).toMatchObject({ status: 422, code: 'definition.invalid' });
});

test('a file that appears is read without a restart', async () => {
  await mkdir(join(control.directory, 'catalog'), { recursive: true });
  await writeFile(join(control.directory, 'catalog', 'shop.yaml'), COMPONENT);
  await client.refreshEntity('component:default/shop', { token }).catch(() => undefined);
  await eventually('component:default/shop', true);
  const { items } = await client.queryEntities({ filter: { 'spec.owner': 'team-shop' }, limit: 10 }, { token });
  expect(items.map(({ kind, metadata }) => `${kind}:${metadata.name}`).sort()).toContain('Component:shop');
});
