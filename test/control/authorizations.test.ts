import { apps } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { authorize, createBackend, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';

/** The promise is one second; a machine that does other things too gets three. */
const WITHIN_MS = 3_000;

test('authorizations that are added, revoked and expire, and keys that are rotated, reach every node within a second', {
  timeout: 90_000,
}, async () => {
  const origin = await EchoOrigin.start();
  const control = await Instance.start({ role: 'all' });
  const instances = [control];
  try {
    const { client } = control;
    const token = await control.nodeToken();
    const remote = (name: string) => Instance.start({ role: 'gateway', gateway: { control: { url: control.controlUrl, token, name } } });
    instances.push(...(await Promise.all([remote('one'), remote('two')])));
    await createBackend(client, 'pets', { test: origin.url });
    await saveApi(client, 'guarded', 'pets', ['/pets'], { auth: 'app' });
    await publish(client, 'guarded', 'test');
    const first = (await client.call(apps.createApp, { body: { name: 'shop' } })).body;

    const figures: string[] = [];
    /** How long it takes until every node answers so, from `sinceMs`. */
    const reaches = async (what: string, sinceMs: number, code: string, status: number) => {
      const times = instances.map(async ({ gatewayUrl }) => {
        for (;;) {
          const answer = await reach(gatewayUrl, 'test', '/guarded/pets', { headers: { 'X-Api-Key': code } });
          const ms = Date.now() - sinceMs;
          if (answer.status === status) return ms;
          expect(ms, `${what}: still ${answer.status}`).toBeLessThan(WITHIN_MS);
        }
      });
      figures.push(`${what} ${Math.max(...(await Promise.all(times)))} ms`);
    };
    await reaches('created', Date.now(), first.appCode, 403);
    const { id } = await authorize(client, 'shop', 'guarded', 'test');
    await reaches('authorized', Date.now(), first.appCode, 200);
    await client.call(apps.deleteAuthorization, { params: { name: 'shop', id } });
    await reaches('revoked', Date.now(), first.appCode, 403);

    const expiresAt = new Date(Date.now() + 2_000);
    await authorize(client, 'shop', 'guarded', 'test', expiresAt);
    await reaches('authorized until', Date.now(), first.appCode, 200);
    await new Promise((resolve) => setTimeout(resolve, expiresAt.getTime() - Date.now() - 200));
    await reaches('expired', expiresAt.getTime(), first.appCode, 403);

    await authorize(client, 'shop', 'guarded', 'test');
    const second = (await client.call(apps.rotateCredentials, { params: { name: 'shop' }, body: { overlap: 0 } })).body;
    await reaches('rotated, the new', Date.now(), second.appCode, 200);
    await reaches('rotated, the old', Date.now(), first.appCode, 401);
    await client.call(apps.deleteApp, { params: { name: 'shop' } });
    await reaches('deleted', Date.now(), second.appCode, 401);
    console.log(`on three nodes: ${figures.join(', ')}`);
  } finally {
    await Promise.all([...instances.map((instance) => instance.remove()), origin.stop()]);
  }
});
