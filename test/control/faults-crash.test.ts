import { setTimeout as sleep } from 'node:timers/promises';
import { apis, apps, backends, type OperationResult, system } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { authorize, createBackend, defineBackend, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { seeded } from '../support/seed.ts';
import { type Changed, CrashWorker } from './crash-worker.ts';

const CHANGES = 200;
const KILLS = 6;

type AuditEntry = OperationResult<typeof system.listAudit>['items'][number];

test('kill -9 at any moment: what was acknowledged is there, what was not is there or not, never half, and nodes follow', {
  timeout: 180_000,
}, async () => {
  const random = seeded('kill -9');
  const origin = await EchoOrigin.start();
  const control = await Instance.start({ role: 'all', control: { nodes: { heartbeat: '1s' } } });
  const { client } = control;
  const token = await control.nodeToken();
  const node = await Instance.start({ role: 'gateway', gateway: { control: { url: control.controlUrl, token, name: 'remote' } } });
  try {
    await createBackend(client, 'fixed', { test: origin.url });
    await createBackend(client, 'moving', { test: `${origin.url}/u0` });
    await saveApi(client, 'published', 'fixed', ['/v0']);
    await saveApi(client, 'guarded', 'fixed', ['/x'], { auth: 'app' });
    await saveApi(client, 'moved', 'moving', ['/x']);
    for (const api of ['published', 'guarded', 'moved']) await publish(client, api, 'test');
    const { appCode } = (await client.call(apps.createApp, { body: { name: 'shop' } })).body;

    const authorizations = async () => (await client.call(apps.listAuthorizations, { params: { name: 'shop' } })).body.items;
    const urlOf = async () => {
      const { body } = await client.call(backends.getBackend, { params: { name: 'moving' } });
      return String(body.definitions.test?.definition.url);
    };
    const revisionOf = async () => {
      const { body } = await client.call(apis.getApi, { params: { name: 'published' } });
      return body.published[0]?.revision ?? 0;
    };
    // A state is the number in the path of what is live; every fourth is a new revision, the others are published again.
    const revisions = new Map([[0, 1]]);
    const publishing: Changed = {
      name: 'publication',
      async change(n) {
        const revision = revisions.get(n);
        if (revision === undefined) await saveApi(client, 'published', 'fixed', [`/v${n}`]);
        const body = { environment: 'test', ...(revision === undefined ? {} : { revision }) };
        revisions.set(n, (await client.call(apis.publishApi, { params: { name: 'published' }, body })).body.revision);
      },
      async read() {
        const revision = await revisionOf();
        const { body } = await client.call(apis.getDefinition, { params: { name: 'published' }, query: { revision } });
        const n = Number(Object.keys(body.paths ?? {})[0]?.slice('/v'.length));
        revisions.set(n, revision);
        return n;
      },
    };
    const nextPublication = (n: number, now: number) => {
      const others = [...revisions.keys()].filter((known) => known !== now);
      return n % 4 === 1 || others.length === 0 ? n : random.pick(others);
    };
    // Of these two, one state follows from the other: odd is authorized.
    const authorizing: Changed = {
      name: 'authorization',
      async change(n) {
        const [known] = await authorizations();
        if (n % 2 === 1) await authorize(client, 'shop', 'guarded', 'test');
        else if (known !== undefined) await client.call(apps.deleteAuthorization, { params: { name: 'shop', id: known.id } });
      },
      read: async () => ((await authorizations()).length === 1 ? 1 : 0),
    };
    const moving: Changed = {
      name: 'URL',
      change: async (n) => void (await defineBackend(client, 'moving', 'test', `${origin.url}/u${n}`)),
      read: async () => Number(/\/u(\d{1,9})$/.exec(await urlOf())?.[1]),
    };

    // A restarted control plane is not waited for longer than any other answer.
    let up = Promise.resolve();
    let made = 0;
    let stopped = false;
    const workers = [publishing, authorizing, moving].map((resource) => new CrashWorker(resource));
    const next = [nextPublication, (n: number) => n % 2, (n: number) => n];
    const work = async (worker: CrashWorker, toState: (n: number, now: number) => number) => {
      for (let n = 1; made < CHANGES && !stopped; n++) {
        made++;
        await worker.step(toState(n, worker.acknowledged), () => up);
      }
    };
    const kill = async () => {
      for (let i = 1; i <= KILLS; i++) {
        const at = Math.round((i * CHANGES) / (KILLS + 1)) + random.int(11) - 5;
        while (made < at && !stopped) await sleep(1);
        await sleep(random.int(25));
        up = control.end('SIGKILL').then(() => control.start());
        await up;
      }
    };
    const results = await Promise.allSettled([
      kill(),
      ...workers.map((worker, index) =>
        work(worker, next[index] ?? ((n) => n)).finally(() => {
          stopped = true;
        }),
      ),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    console.log(`kill -9: ${KILLS} kills, ${made} changes: ${workers.map(({ counts }) => JSON.stringify(counts)).join(' ')}`);

    // Rows, revisions and audit were written together or not at all.
    const audited = async (action: string, resource: string) => {
      const entries: AuditEntry[] = [];
      for await (const page of client.pages(system.listAudit, { query: { action, resource, limit: 500 } })) entries.push(...page.items);
      return entries.toReversed().map(({ after }) => after as Record<string, unknown>);
    };
    const published = (await audited('apis.publish', 'apis/published')).map(({ revision }) => revision);
    for (let i = 1; i < published.length; i++) expect(published[i]).not.toBe(published[i - 1]);
    const { body: history } = await client.call(apis.listRevisions, { params: { name: 'published' }, query: { limit: 500 } });
    const firstPublished = [...new Set(published)];
    expect(firstPublished).toEqual(firstPublished.map((_, index) => index + 1));
    expect(history.items.map(({ number }) => number).toReversed()).toEqual(firstPublished);
    expect(await revisionOf()).toBe(published.at(-1));
    const urls = (await audited('backends.define', 'backends/moving')).map(({ url }) => url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(await urlOf()).toBe(urls.at(-1));
    const granted = (await audited('apps.authorize', 'apis/guarded')).length;
    const revoked = await client.call(system.listAudit, { query: { action: 'apps.unauthorize', resource: 'apis/guarded', limit: 500 } });
    expect((await authorizations()).length).toBe(granted - revoked.body.items.length);

    // Every node serves it.
    const isAuthorized = (await authorizations()).length === 1;
    const version = await publishing.read();
    for (const { gatewayUrl } of [control, node]) {
      const served = async () => ({
        published: (await reach(gatewayUrl, 'test', `/published/v${version}`)).status,
        other: (await reach(gatewayUrl, 'test', `/published/v${[...revisions.keys()].find((n) => n !== version)}`)).status,
        guarded: (await reach(gatewayUrl, 'test', '/guarded/x', { headers: { 'X-Api-Key': appCode } })).status,
        url: (await reach(gatewayUrl, 'test', '/moved/x')).echo?.url,
      });
      const url = `/u${await moving.read()}/x`;
      await expect.poll(served, { timeout: 15_000 }).toEqual({ published: 200, other: 404, guarded: isAuthorized ? 200 : 403, url });
    }
    await expect.poll(async () => (await control.nodes()).filter(({ behind }) => behind), { timeout: 15_000 }).toEqual([]);
    expect(new Set((await control.nodes()).map(({ applied }) => applied?.hash)).size).toBe(1);
  } catch (error) {
    console.log(control.process.output.slice(-4000), node.process.output.slice(-4000));
    throw error;
  } finally {
    await Promise.all([control.remove(), node.remove(), origin.stop()]);
  }
});
