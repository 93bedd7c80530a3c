import { apis, apps } from '@gatehouse/contract/management';
import { describePostgres, type RunningPostgres, startPostgres } from '@gatehouse/database/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Instance, SHARED_KEY } from '../support/control.ts';
import { authorize, createBackend, publish, reach, refusalOf, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { until } from '../support/gateway.ts';

const WAIT = { timeout: 30_000, interval: 100 };
const TEST_MS = 120_000;

describePostgres('A process with control plane and gateway, whose database is away when it starts', () => {
  let postgres: RunningPostgres;
  let origin: EchoOrigin;
  let instance: Instance | undefined;

  beforeAll(async () => {
    [postgres, origin] = await Promise.all([startPostgres(), EchoOrigin.start()]);
  }, TEST_MS);

  afterEach(async () => {
    await instance?.remove();
    instance = undefined;
    await postgres.stop();
    await postgres.start();
  });

  afterAll(async () => {
    await Promise.all([origin?.stop(), postgres?.remove()]);
  });

  const options = (database = postgres.url) => ({
    role: 'all' as const,
    control: { database, nodes: { heartbeat: '400ms' } },
    env: SHARED_KEY,
  });

  test('serves its last good snapshot from its disk, says why it is not ready, and comes up without a restart', {
    timeout: TEST_MS,
  }, async () => {
    const all = await Instance.start(options());
    instance = all;
    const { client } = all;
    await createBackend(client, 'pets', { test: origin.url });
    await saveApi(client, 'guarded', 'pets', ['/pets'], { auth: 'app' });
    await publish(client, 'guarded', 'test');
    const { appCode } = (await client.call(apps.createApp, { body: { name: 'shop' } })).body;
    await authorize(client, 'shop', 'guarded', 'test');
    const answers = async () => {
      const known = await reach(all.gatewayUrl, 'test', '/guarded/pets', { headers: { 'X-Api-Key': appCode } });
      return [known.status, (await reach(all.gatewayUrl, 'test', '/guarded/pets')).status];
    };
    await expect.poll(answers, WAIT).toEqual([200, 401]);
    const [{ id } = { id: '' }] = await all.nodes();
    expect(await all.end('SIGTERM')).toBe(0);
    await postgres.stop();

    const process = all.launch();
    await until('it serves', process, TEST_MS, async () => (await answers().catch(() => []))[0] === 200);
    expect(await answers()).toEqual([200, 401]);
    const ready = await fetch(`${all.controlUrl}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/^the control plane waits for its database: /)]);
    expect((await fetch(`${all.controlUrl}/healthz`)).status).toBe(200);
    expect(await refusalOf(client.call(apis.listApis))).toMatchObject({ status: 503, code: 'service.unavailable' });
    // Reading the configuration again meanwhile harms nobody.
    process.signal('SIGHUP');

    await postgres.start();
    await expect.poll(() => all.isReady(), WAIT).toBe(true);
    await saveApi(client, 'guarded', 'pets', ['/pets', '/owners'], { auth: 'app' });
    await expect.poll(async () => (await publish(client, 'guarded', 'test')).nodes, WAIT).toMatchObject([{ id, state: 'applied' }]);
    const owners = await reach(all.gatewayUrl, 'test', '/guarded/owners', { headers: { 'X-Api-Key': appCode } });
    expect(owners.status).toBe(200);
    expect(process.exit).toBeUndefined();
    expect(await all.end('SIGTERM')).toBe(0);
  });

  test.each(['the database is stopped', 'the password is wrong'])(
    'with nothing on its disk, ends at once: %s',
    {
      timeout: TEST_MS,
    },
    async (what) => {
      const url = new URL(postgres.url);
      if (what === 'the database is stopped') await postgres.stop();
      else url.password = 'wrong-one';
      const all = await Instance.prepare(options(url.href));
      instance = all;
      const process = all.launch();
      await expect.poll(() => process.exit, WAIT).toBe(1);
      expect(process.stderr).toContain(url.host);
      expect(process.stderr).not.toContain('wrong-one');
    },
  );

  test('can be stopped while it waits, and with a key that does not open its disk ends at once', { timeout: TEST_MS }, async () => {
    const all = await Instance.start(options());
    instance = all;
    await all.end('SIGTERM');
    await postgres.stop();
    const waiting = all.launch();
    await until('it serves from its disk', waiting, TEST_MS, async () => waiting.stderr.includes('serves what it has on its disk'));
    expect(await all.end('SIGTERM')).toBe(0);
    const env = { GATEHOUSE_INSTALLATION_KEY: 'f'.repeat(64) };
    const other = await Instance.prepare({ ...options(), dataDir: all.dataDir, env });
    try {
      const process = other.launch();
      await expect.poll(() => process.exit, WAIT).toBe(1);
      expect(process.stderr).toContain('cannot be used');
    } finally {
      await other.remove();
    }
  });
});
