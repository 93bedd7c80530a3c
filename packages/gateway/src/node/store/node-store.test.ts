import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppRecord, addDigest, type CredentialsState, digestOfApp, type PackedSnapshot } from '@gatehouse/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NodeStore } from './node-store.ts';

let directory: string;
let lines: string[];
const log = {
  info: (_fields: object, message: string) => void lines.push(message),
  warn: (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`),
  error: (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`),
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-node-'));
  lines = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (place = directory) => NodeStore.open({ directory: place, log, coalesceMs: 60_000 });

const snapshot = {
  head: { number: 7, hash: 'abc', revisions: [{ id: 'r1' }] },
  routes: [['[{"path":"/secret-path"}]']],
  routeCount: 1,
  targets: [],
} as unknown as PackedSnapshot;

function makeApp(id: string, codeHash = `hash-${id}`): AppRecord {
  return { id, name: id, keys: [{ appKey: `key-${id}`, appSecret: `secret-${id}`, codeHash }], grants: [] };
}

function stateOf(apps: AppRecord[], cursor: number): CredentialsState {
  return { cursor, count: apps.length, sums: apps.reduce<[number, number]>((sums, app) => addDigest(sums, digestOfApp(app)), [0, 0]) };
}

async function writeCredentials(store: NodeStore, apps: AppRecord[], cursor: number): Promise<void> {
  const writer = store.replaceCredentials('Y29kZSBrZXk=');
  for (const app of apps) await writer.add([app]);
  await writer.commit(stateOf(apps, cursor));
}

async function readCredentials(store: NodeStore) {
  const stored = await store.loadCredentials();
  if (stored === null) return null;
  const apps: AppRecord[] = [];
  for await (const piece of stored.pieces()) apps.push(...piece);
  return { apps, state: stored.state, codeKey: stored.codeKey };
}

/** A store with a snapshot, credentials of two apps, and two changes. */
async function fill(place = directory): Promise<string> {
  const store = await open(place);
  store.saveSnapshot(snapshot);
  await writeCredentials(store, [makeApp('one'), makeApp('two')], 1);
  store.changeCredentials({ apps: [makeApp('three')], removed: ['one'], state: stateOf([makeApp('two'), makeApp('three')], 2) });
  await store.flush();
  store.changeCredentials({ apps: [makeApp('two', 'new')], removed: [], state: stateOf([makeApp('two', 'new'), makeApp('three')], 3) });
  await store.close();
  return store.nodeId;
}

const SNAPSHOT = 'snapshot.sealed';
const CREDENTIALS = 'credentials.sealed';
const after = { one: [makeApp('two'), makeApp('three')], two: [makeApp('three'), makeApp('two', 'new')] };
const sorted = (apps: AppRecord[] | undefined) => apps?.toSorted((one, other) => (one.id < other.id ? -1 : 1));

function change(file: string, edit: (content: Buffer) => Buffer): void {
  writeFileSync(join(directory, file), edit(readFileSync(join(directory, file))));
}

test('what was written is there after a restart, with the same node id', async () => {
  const nodeId = await fill();
  const store = await open();
  expect(store.nodeId).toBe(nodeId);
  expect((await store.loadSnapshot())?.packed).toEqual(snapshot);
  const credentials = await readCredentials(store);
  expect(sorted(credentials?.apps)).toEqual(sorted(after.two));
  expect(credentials).toMatchObject({ codeKey: 'Y29kZSBrZXk=', state: stateOf(after.two, 3) });
  expect(lines).toEqual([]);
  await store.close();
});

test('files are for the owner only and tell nothing', async () => {
  await fill();
  expect(readdirSync(directory).sort()).toEqual([CREDENTIALS, 'node.key', SNAPSHOT].sort());
  for (const name of readdirSync(directory)) {
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(directory, name), 'latin1');
    for (const secret of ['secret-', 'key-one', 'hash-', 'Y29kZSBrZXk']) expect(text).not.toContain(secret);
  }
});

test('changes go on after a restart', async () => {
  await fill();
  const store = await open();
  await store.loadCredentials();
  store.changeCredentials({ apps: [], removed: ['two', 'three'], state: stateOf([], 4) });
  await store.close();
  const again = await open();
  expect(await readCredentials(again)).toMatchObject({ apps: [], state: { cursor: 4, count: 0 } });
  await again.close();
});

test.each([1, 5, 40])('a change whose last %i bytes were not written is left out, and the ones before it are there', async (bytes) => {
  await fill();
  change(CREDENTIALS, (content) => content.subarray(0, content.length - bytes));
  const store = await open();
  expect(sorted((await readCredentials(store))?.apps)).toEqual(sorted(after.one));
  expect(lines).toHaveLength(1);
  // What comes next stands where the torn one stood.
  store.changeCredentials({ apps: [], removed: ['two'], state: stateOf([makeApp('three')], 3) });
  await store.close();
  const again = await open();
  expect(await readCredentials(again)).toMatchObject({ apps: [makeApp('three')], state: { cursor: 3 } });
  await again.close();
});

test('a change that was written in length but not in content is left out', async () => {
  await fill();
  change(CREDENTIALS, (content) => Buffer.concat([content.subarray(0, content.length - 60), Buffer.alloc(60)]));
  const store = await open();
  expect(sorted((await readCredentials(store))?.apps)).toEqual(sorted(after.one));
  await store.close();
});

test('every single byte of the files matters: with another one, nothing that was not written comes out', async () => {
  await fill();
  const good = { [SNAPSHOT]: readFileSync(join(directory, SNAPSHOT)), [CREDENTIALS]: readFileSync(join(directory, CREDENTIALS)) };
  const known = [after.one, after.two].map((apps) => JSON.stringify(sorted(apps)));
  for (const [name, content] of Object.entries(good)) {
    for (let at = 0; at < content.length; at += 7) {
      const bad = Buffer.from(content);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      writeFileSync(join(directory, name), bad);
      const store = await open();
      if (name === SNAPSHOT) expect(await store.loadSnapshot(), `byte ${at}`).toBeNull();
      else {
        const read = await readCredentials(store).catch(() => null);
        if (read !== null) expect(known, `byte ${at}`).toContain(JSON.stringify(sorted(read.apps)));
      }
      await store.close();
    }
    writeFileSync(join(directory, name), content);
  }
});

test.each([
  ['cut in its base', (content: Buffer) => content.subarray(0, 300)],
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('Not what it should be\n')],
  ['one without a piece of its base', withoutSecondPiece],
])('a file of credentials that is %s is refused in one line', async (_, edit) => {
  await fill();
  change(CREDENTIALS, edit);
  const store = await open();
  expect(await readCredentials(store)).toBeNull();
  expect(lines).toHaveLength(1);
  // The next whole set takes its place.
  await writeCredentials(store, [makeApp('new')], 9);
  await store.close();
  const again = await open();
  expect((await readCredentials(again))?.apps).toEqual([makeApp('new')]);
  await again.close();
});

function withoutSecondPiece(content: Buffer): Buffer {
  const header = content.indexOf(0x0a) + 1;
  const starts: number[] = [];
  for (let at = header; at < content.length; at += 9 + content.readUInt32BE(at)) starts.push(at);
  // Two pieces, the end of the base, two changes.
  return Buffer.concat([content.subarray(0, starts[1]), content.subarray(starts[2])]);
}

test('files of another node are refused, with its key and without', async () => {
  const other = mkdtempSync(join(tmpdir(), 'gatehouse-node-'));
  try {
    await fill(other);
    await (await open()).close();
    for (const name of [SNAPSHOT, CREDENTIALS]) writeFileSync(join(directory, name), readFileSync(join(other, name)));
    const store = await open();
    expect(await store.loadSnapshot()).toBeNull();
    expect(await store.loadCredentials()).toBeNull();
    expect(lines.join()).toContain('another node');
    await store.close();
    // Its id put in does not help.
    const claim = (content: Buffer) => {
      const end = content.indexOf(0x0a);
      const header = { ...JSON.parse(content.toString('utf8', 0, end)), node: store.nodeId };
      return Buffer.concat([Buffer.from(JSON.stringify(header)), content.subarray(end)]);
    };
    change(SNAPSHOT, claim);
    change(CREDENTIALS, claim);
    const again = await open();
    expect(await again.loadSnapshot()).toBeNull();
    expect(await readCredentials(again)).toBeNull();
    await again.close();
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});

test('files of a newer version are refused', async () => {
  await fill();
  const newer = (content: Buffer) => Buffer.from(content.toString('latin1').replace('"format":1', '"format":2'), 'latin1');
  change(SNAPSHOT, newer);
  change(CREDENTIALS, newer);
  const store = await open();
  expect(await store.loadSnapshot()).toBeNull();
  expect(await store.loadCredentials()).toBeNull();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('newer version');
  await store.close();
});

test('a damaged key file is put aside, and the node begins as a new one', async () => {
  const nodeId = await fill();
  writeFileSync(join(directory, 'node.key'), '{"format":1');
  const store = await open();
  expect(store.nodeId).not.toBe(nodeId);
  expect(await store.loadSnapshot()).toBeNull();
  await store.close();
});

test('many changes do not let the file grow for ever', async () => {
  const store = await open();
  const apps = Array.from({ length: 400 }, (_, index) => makeApp(`app-${index}`, 'x'.repeat(4000)));
  await writeCredentials(store, apps, 0);
  const base = statSync(join(directory, CREDENTIALS)).size;
  for (let cursor = 1; cursor <= 8; cursor++) {
    const changed = apps.map((app) => ({ ...app, name: `${app.id}-${cursor}` }));
    store.changeCredentials({ apps: changed, removed: ['app-0'], state: stateOf(changed.slice(1), cursor) });
    await store.flush();
  }
  expect(statSync(join(directory, CREDENTIALS)).size).toBeLessThan(base * 4.5);
  await store.close();
  const again = await open();
  const read = await readCredentials(again);
  expect(read?.apps).toHaveLength(399);
  expect(read?.state).toEqual(stateOf(read?.apps ?? [], 8));
  expect(lines).toEqual([]);
  await again.close();
});

test('a set that broke off leaves the one before in its place', async () => {
  await fill();
  const store = await open();
  await store.loadCredentials();
  const writer = store.replaceCredentials('b3RoZXI=');
  await writer.add([makeApp('half')]);
  await writer.discard();
  store.changeCredentials({ apps: [], removed: ['two'], state: stateOf([makeApp('three')], 4) });
  await store.close();
  const again = await open();
  expect((await readCredentials(again))?.apps).toEqual([makeApp('three')]);
  expect(readdirSync(directory)).toHaveLength(3);
  await again.close();
});

test('a directory that is gone is said once, and nothing fails', async () => {
  const store = await open();
  rmSync(directory, { recursive: true });
  store.saveSnapshot(snapshot);
  await store.flush();
  await writeCredentials(store, [makeApp('one')], 1);
  expect(lines).toHaveLength(1);
  // So that the node asks for everything when it connects again.
  expect(store.credentialsComplete).toBe(false);
  await store.close();
});
