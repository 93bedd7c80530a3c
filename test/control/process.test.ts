import { setTimeout as sleep } from 'node:timers/promises';
import { backends } from '@gatehouse/contract/management';
import { UnreachableError } from '@gatehouse/sdk/management';
import { expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { createBackend, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { until } from '../support/gateway.ts';
import { seeded } from '../support/seed.ts';

test('SIGTERM: requests in flight end, changes are made or were never begun, the exit code is 0, and all of it is there at the next start', {
  timeout: 60_000,
}, async () => {
  const origin = await EchoOrigin.start();
  const control = await Instance.start({ role: 'all' });
  try {
    const { client } = control;
    await createBackend(client, 'pets', { test: origin.url });
    await saveApi(client, 'petstore', 'pets', ['/pets']);
    await publish(client, 'petstore', 'test');
    origin.delayMs = 1_000;
    const slow = reach(control.gatewayUrl, 'test', '/petstore/pets');
    await expect.poll(() => origin.requests).toBe(1);

    let running = true;
    const made: string[] = [];
    const doubtful: string[] = [];
    const write = async () => {
      for (let n = 0; running; n++) {
        const name = `written-${n}`;
        try {
          await client.call(backends.createBackend, { body: { name, type: 'http' } });
          made.push(name);
        } catch (error) {
          if (!(error instanceof UnreachableError)) throw error;
          if (error.outcomeUnknown) doubtful.push(name);
          return;
        }
      }
    };
    const writing = write();
    await sleep(50);
    control.process.signal('SIGTERM');
    expect(await slow).toMatchObject({ status: 200, origin: 'origin' });
    expect(await control.process.exited).toBe(0);
    running = false;
    await writing;
    expect(made.length).toBeGreaterThan(0);
    expect(control.process.stderr).not.toMatch(/"level":"error"|^\s+at /m);

    origin.delayMs = 0;
    await control.start();
    expect((await reach(control.gatewayUrl, 'test', '/petstore/pets')).status).toBe(200);
    const there: string[] = [];
    for await (const page of client.pages(backends.listBackends, { query: { limit: 500, search: 'written' } }))
      there.push(...page.items.map(({ name }) => name));
    expect(there.filter((name) => !doubtful.includes(name)).toSorted()).toEqual(made.toSorted());
  } finally {
    await Promise.all([control.remove(), origin.stop()]);
  }
});

test('a first start that is killed at any moment leaves nothing that the next one stumbles over', { timeout: 60_000 }, async () => {
  const random = seeded('killed first start');
  const control = await Instance.prepare({ role: 'control' });
  try {
    for (let kill = 1; kill <= 4; kill++) {
      const process = control.launch();
      // Anywhere from before there is a database to when the process says that it serves.
      const late = sleep(150 + random.int(700));
      await Promise.race([late, until('it says something', process, 10_000, () => process.stderr !== '')]);
      await control.end('SIGKILL');
    }
    await control.start();
    await createBackend(control.client, 'pets');
    expect((await control.nodeToken()).length).toBeGreaterThan(20);
  } catch (error) {
    console.log(control.process.output);
    throw error;
  } finally {
    await control.remove();
  }
});

test('a second process on the same data directory ends with a clear error, and the first one goes on', { timeout: 60_000 }, async () => {
  const first = await Instance.start({ role: 'control' });
  const second = await Instance.prepare({ role: 'control', dataDir: first.dataDir });
  try {
    const { exited } = second.launch();
    expect(await exited).toBe(1);
    expect(second.process.stderr).toMatch(/Another process is using \S+/);
    expect(second.process.stderr).not.toMatch(/^\s+at /m);
    await createBackend(first.client, 'pets');
  } finally {
    await Promise.all([first.remove(), second.remove()]);
  }
});
