import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apps } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { authorize, createBackend, newName, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { until } from '../support/gateway.ts';
import { RawClient } from '../support/raw-client.ts';
import { SwallowingProxy } from '../support/swallowing-proxy.ts';

const HEARTBEAT_MS = 400;
const WAIT = { timeout: 20_000 };
const TEST_MS = 90_000;

let origin: EchoOrigin;
let control: Instance;
let token: string;
let appCode: string;

const PATH = '/guarded/pets';

beforeAll(async () => {
  origin = await EchoOrigin.start();
  control = await Instance.start({ role: 'control', control: { nodes: { heartbeat: `${HEARTBEAT_MS}ms` } } });
  token = await control.nodeToken();
  const { client } = control;
  await createBackend(client, 'pets', { test: origin.url });
  await saveApi(client, 'guarded', 'pets', ['/pets'], { auth: 'app' });
  await publish(client, 'guarded', 'test');
  appCode = (await client.call(apps.createApp, { body: { name: 'shop' } })).body.appCode;
  await authorize(client, 'shop', 'guarded', 'test');
}, TEST_MS);

afterAll(async () => {
  await Promise.all([control?.remove(), origin?.stop()]);
});

function prepareNode(name: string, url = control.controlUrl): Promise<Instance> {
  return Instance.prepare({ role: 'gateway', gateway: { control: { url, token, name } } });
}

/** Status for the app, and for somebody unknown. */
async function answersOf({ gatewayUrl }: Instance): Promise<[number, number]> {
  const known = await reach(gatewayUrl, 'test', PATH, { headers: { 'X-Api-Key': appCode } });
  return [known.status, (await reach(gatewayUrl, 'test', PATH)).status];
}

const diskOf = (node: Instance, file: string) => join(node.dataDir, 'node', `${file}.sealed`);

test('a node that restarts while the control plane is away serves from its disk, also what needs credentials', {
  timeout: TEST_MS,
}, async () => {
  const node = await prepareNode('restarted');
  try {
    await node.start();
    expect(await answersOf(node)).toEqual([200, 401]);
    // Written to its end before the process ends.
    expect(await node.end('SIGTERM')).toBe(0);
    await control.end('SIGKILL');
    await node.start();
    expect(await answersOf(node)).toEqual([200, 401]);
    expect(node.process.stderr).toContain('Serving the snapshot from the disk');
    await node.end('SIGKILL');
    await node.start();
    expect(await answersOf(node)).toEqual([200, 401]);

    await control.start();
    const path = `/${newName('v')}`;
    await saveApi(control.client, 'guarded', 'pets', ['/pets', path], { auth: 'app' });
    await publish(control.client, 'guarded', 'test');
    await expect.poll(async () => (await reach(node.gatewayUrl, 'test', `/guarded${path}`)).status, WAIT).toBe(401);
  } finally {
    if (control.process.exit !== undefined) await control.start();
    await node.remove();
  }
});

const damages: Record<string, (node: Instance, file: string, other: Instance) => Promise<void>> = {
  async 'one changed bit'(node, file) {
    const path = diskOf(node, file);
    const bytes = await readFile(path);
    const at = bytes.length - 40;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(path, bytes);
  },
  async 'its end missing'(node, file) {
    const path = diskOf(node, file);
    await truncate(path, Math.floor((await readFile(path)).length / 2));
  },
  async "another node's"(node, file, other) {
    await copyFile(diskOf(other, file), diskOf(node, file));
  },
};

test('files on the disk of a node that are damaged, cut off or of another node are refused and fetched again, not half used', {
  timeout: TEST_MS,
}, async () => {
  const [node, other] = await Promise.all([prepareNode('damaged'), prepareNode('other')]);
  const says = (text: string) => until(`it says: ${text}`, node.process, 20_000, () => node.process.stderr.includes(text));
  try {
    await Promise.all([node.start(), other.start()]);
    await Promise.all([node.end('SIGTERM'), other.end('SIGTERM')]);
    const whole = new Map<string, Buffer>();
    for (const file of ['snapshot', 'credentials']) whole.set(file, await readFile(diskOf(node, file)));
    const repair = async () => {
      for (const [file, bytes] of whole) await writeFile(diskOf(node, file), bytes);
    };
    await control.end('SIGKILL');

    for (const damage of Object.values(damages)) {
      // Only the credentials: the routes are known, and nobody is let in whom nobody has checked.
      await repair();
      await damage(node, 'credentials', other);
      node.launch();
      await says('The credentials on the disk cannot be used');
      await says('Serving the snapshot from the disk');
      await until('it listens', node.process, 20_000, () => accepts(node.gatewayPort));
      expect(await answersOf(node)).toEqual([503, 503]);
      expect(await node.isReady()).toBe(false);
      await node.end('SIGKILL');

      // Only the snapshot: there is nothing to serve.
      await repair();
      await damage(node, 'snapshot', other);
      node.launch();
      await says('The snapshot on the disk cannot be used');
      await says('Not connected to the control plane');
      expect(await accepts(node.gatewayPort)).toBe(false);
      expect(await node.isReady()).toBe(false);
      await node.end('SIGKILL');
    }

    // Both, and the control plane comes back: the process that refused them fetches them again, and keeps them.
    await damages['one changed bit']?.(node, 'credentials', other);
    node.launch();
    await says('Not connected to the control plane');
    await control.start();
    await until('it is ready', node.process, 20_000, () => node.isReady());
    expect(await answersOf(node)).toEqual([200, 401]);
    await node.end('SIGTERM');
    await control.end('SIGKILL');
    await node.start();
    expect(await answersOf(node)).toEqual([200, 401]);
  } finally {
    if (control.process.exit !== undefined) await control.start();
    await Promise.all([node.remove(), other.remove()]);
  }
});

async function accepts(port: number): Promise<boolean> {
  try {
    (await RawClient.open(port)).destroy();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
    throw error;
  }
}

test('a stream that is dead and says so to nobody is noticed by the silence, and the node catches up', { timeout: TEST_MS }, async () => {
  const proxy = await SwallowingProxy.start(control.controlPort);
  const node = await prepareNode('behind-a-proxy', proxy.url);
  try {
    await node.start();
    const before = proxy.connections;
    proxy.swallow();
    const path = `/${newName('v')}`;
    await saveApi(control.client, 'guarded', 'pets', ['/pets', path], { auth: 'app' });
    const swallowedMs = Date.now();
    const { nodes } = await publish(control.client, 'guarded', 'test');
    await expect.poll(async () => (await reach(node.gatewayUrl, 'test', `/guarded${path}`)).status, WAIT).toBe(401);
    console.log(
      `dead stream: caught up after ${Date.now() - swallowedMs} ms with heartbeats of ${HEARTBEAT_MS} ms; ${JSON.stringify(nodes)}`,
    );
    expect(proxy.connections).toBeGreaterThan(before);
    expect(node.process.stderr).toContain('nothing was heard for');
    await expect
      .poll(async () => (await control.nodes()).find(({ name }) => name === 'behind-a-proxy'), WAIT)
      .toMatchObject({ behind: false });
  } finally {
    await Promise.all([node.remove(), proxy.stop()]);
  }
});

test('a node that is frozen is told as gone, and catches up when it goes on', { timeout: TEST_MS }, async () => {
  const node = await prepareNode('frozen');
  try {
    await node.start();
    const view = async () => (await control.nodes()).find(({ name }) => name === 'frozen');
    expect(await view()).toMatchObject({ connected: true });
    node.process.signal('SIGSTOP');
    await expect.poll(async () => (await view())?.connected, WAIT).toBe(false);
    const path = `/${newName('v')}`;
    await saveApi(control.client, 'guarded', 'pets', ['/pets', path], { auth: 'app' });
    const { nodes } = await publish(control.client, 'guarded', 'test');
    expect(nodes.find(({ name }) => name === 'frozen')?.state).not.toBe('applied');
    node.process.signal('SIGCONT');
    await expect.poll(async () => (await reach(node.gatewayUrl, 'test', `/guarded${path}`)).status, WAIT).toBe(401);
    await expect.poll(view, WAIT).toMatchObject({ connected: true, behind: false });
  } finally {
    node.process.signal('SIGCONT');
    await node.remove();
  }
});
