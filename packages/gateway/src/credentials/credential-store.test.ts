import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type AppRecord, digestOfApp, hashAppCode } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import { CredentialStore } from './credential-store.ts';
import { CredentialTable } from './credential-table.ts';

const NOW = 1_800_000_000_000;
const CODE_KEY = Buffer.alloc(32, 7).toString('base64');

function createApp(id: string, more: Partial<AppRecord> & { codes?: string[] } = {}): AppRecord {
  const { codes = [`code-of-${id}`], ...rest } = more;
  return {
    id,
    name: `name-${id}`,
    keys: codes.map((code, index) => ({
      appKey: `key-${id}-${index}`,
      appSecret: `secret-${id}-${index}`,
      codeHash: hashAppCode(CODE_KEY, code),
    })),
    grants: [{ api: 'pets', environment: 'test' }],
    ...rest,
  };
}

function open(apps: AppRecord[] = []) {
  const store = new CredentialStore({ readers: 2 });
  store.replace(apps, { codeKey: CODE_KEY });
  const table = new CredentialTable(store.buffer, 0);
  const grant = table.grantOf('pets', 'test');
  return {
    store,
    table,
    byKey: (key: string, nowMs = NOW) => table.byAppKey(key, grant, nowMs),
    byCode: (code: string, nowMs = NOW) => table.byAppCode(code, grant, nowMs),
    byId: (id: string, nowMs = NOW) => table.byId(id, grant, nowMs),
    grantOf: (api: string, environment: string, id: string, nowMs = NOW) => table.byId(id, table.grantOf(api, environment), nowMs)?.grant,
  };
}

describe('an app', () => {
  test('is found by its AppKey, its AppCode and its id, and by nothing else', () => {
    const { byKey, byCode, byId } = open([createApp('a'), createApp('b')]);
    expect(byKey('key-a-0')).toMatchObject({ principal: { kind: 'app', id: 'a', name: 'name-a' }, keyExpired: false, grant: 'granted' });
    expect(byKey('key-a-0')?.secret?.export().toString()).toBe('secret-a-0');
    expect(byCode('code-of-b')?.principal.id).toBe('b');
    expect(byId('b')?.principal.name).toBe('name-b');
    for (const wrong of ['', 'a', 'key-a-1', 'code-of-a', 'secret-a-0', 'KEY-A-0', 'key-a-0 ']) expect(byKey(wrong)).toBeNull();
    for (const wrong of ['', 'code-of-c', 'key-a-0', hashAppCode(CODE_KEY, 'code-of-a')]) expect(byCode(wrong)).toBeNull();
  });

  test('that has no key or no AppCode is not found by an empty one', () => {
    const { byKey, byCode } = open([
      { id: 'a', name: 'a', keys: [{ appKey: '', appSecret: '', codeHash: '' }], grants: [] },
      { id: 'b', name: 'b', keys: [{ appKey: 'without-secret', appSecret: '', codeHash: 'cut' }], grants: [] },
    ]);
    expect([byKey(''), byKey('without-secret'), byCode(''), byCode('cut')]).toEqual([null, null, null, null]);
  });

  test('is authorized for what its grants say, as long as they say', () => {
    const { grantOf } = open([
      createApp('a', {
        grants: [
          { api: 'pets', environment: 'test', notAfterMs: NOW + 1 },
          { api: 'pets', environment: 'production' },
          { api: 'pets', environment: 'production', notAfterMs: NOW - 1 },
        ],
      }),
    ]);
    expect(grantOf('pets', 'test', 'a')).toBe('granted');
    expect(grantOf('pets', 'test', 'a', NOW + 1)).toBe('expired');
    expect(grantOf('pets', 'production', 'a', NOW * 2)).toBe('granted');
    expect(grantOf('pets', 'pre', 'a')).toBe('missing');
    expect(grantOf('pet', 'stest', 'a')).toBe('missing');
  });

  test('keeps the old key beside the new one until its time is over', () => {
    const { store, byKey, byCode } = open([createApp('a')]);
    const rotated = createApp('a', { codes: ['code-of-a', 'new-code'] });
    const [old] = rotated.keys;
    if (old !== undefined) old.notAfterMs = NOW + 1000;
    store.upsert(rotated);
    expect([byKey('key-a-0')?.keyExpired, byKey('key-a-1')?.keyExpired]).toEqual([false, false]);
    expect([byCode('code-of-a', NOW + 1000)?.keyExpired, byCode('new-code', NOW + 1000)?.keyExpired]).toEqual([true, false]);
  });

  test('may have thousands of grants and several keys', () => {
    const grants = Array.from({ length: 5000 }, (_, i) => ({ api: `api-${i}`, environment: 'test' }));
    const { grantOf, byKey } = open([createApp('a', { grants, codes: ['1', '2', '3'] })]);
    for (const { api } of grants) expect(grantOf(api, 'test', 'a')).toBe('granted');
    expect(grantOf('api-5000', 'test', 'a')).toBe('missing');
    expect(byKey('key-a-2')?.secret?.export().toString()).toBe('secret-a-2');
  });
});

describe('a change', () => {
  test('is seen by the next lookup, also of a thread that has looked before', () => {
    const { store, byKey, byCode, byId } = open([createApp('a')]);
    expect(byCode('code-of-a')).not.toBeNull();
    store.upsert(createApp('a', { name: 'renamed', codes: ['other-code'], grants: [] }));
    expect(byCode('code-of-a')).toBeNull();
    expect(byCode('other-code')).toMatchObject({ principal: { name: 'renamed' }, grant: 'missing' });
    expect(store.remove('a')).toBe(true);
    expect([byCode('other-code'), byKey('key-a-0'), byId('a')]).toEqual([null, null, null]);
    expect(store.remove('a')).toBe(false);
  });

  test('of the key for AppCodes ends all that were hashed with the old one', () => {
    const { store, byCode } = open([createApp('a')]);
    expect(byCode('code-of-a')).not.toBeNull();
    store.setCodeKey(Buffer.alloc(32, 8).toString('base64'));
    expect(byCode('code-of-a')).toBeNull();
    store.setCodeKey(CODE_KEY);
    expect(byCode('code-of-a')).not.toBeNull();
  });

  test('leaves the sums of the digests as if it had never been otherwise', () => {
    const apps = [createApp('a'), createApp('b'), createApp('c')];
    const { store } = open([createApp('x'), createApp('b', { name: 'other' })]);
    for (const app of apps) store.upsert(app);
    store.remove('x');
    const fresh = open(apps.toReversed()).store.state();
    expect(store.state()).toEqual(fresh);
    expect(fresh.sums[0]).toBe(apps.reduce((sum, app) => sum + digestOfApp(app)[0], 0));
    store.upsert(createApp('a', { grants: [] }));
    expect(store.state().sums).not.toEqual(fresh.sums);
  });

  test('of everything is seen when it is complete, and not before', () => {
    const { store, byId } = open([createApp('a')]);
    const staged = store.stage();
    staged.put(createApp('b'));
    staged.put(createApp('b', { name: 'second' }));
    expect([byId('a')?.principal.id, byId('b')]).toEqual(['a', null]);
    staged.commit(42);
    expect([byId('a'), byId('b')?.principal.name]).toEqual([null, 'second']);
    expect(store.state()).toMatchObject({ cursor: 42, count: 1 });
    expect(() => staged.put(createApp('c'))).toThrow(/committed/);
  });

  test('of everything that is given up leaves what was', () => {
    const { store, byId } = open([createApp('a')]);
    const before = store.state();
    const staged = store.stage();
    staged.put(createApp('b'));
    staged.discard();
    expect([byId('a')?.principal.id, byId('b'), store.state()]).toEqual(['a', null, before]);
  });

  test('nobody is known before a whole set was loaded', () => {
    const store = new CredentialStore({ readers: 1 });
    const table = new CredentialTable(store.buffer, 0);
    expect([store.loaded, table.loaded]).toEqual([false, false]);
    store.replace([]);
    expect([store.loaded, table.loaded]).toEqual([true, true]);
  });
});

describe('memory', () => {
  test('of what is gone is used again: a hundred thousand changes of a thousand apps take no more than two sets', () => {
    const apps = Array.from({ length: 1000 }, (_, i) => createApp(`${i}`));
    const { store, byId } = open(apps);
    const { bytes } = store.usage;
    let seed = 1;
    for (let i = 0; i < 100_000; i++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const id = `${seed % 1000}`;
      if (seed % 7 === 0) store.remove(id);
      else store.upsert({ ...(apps[seed % 1000] as AppRecord), name: `name-${i}` });
    }
    expect(store.usage.bytes).toBeLessThan(bytes * 2);
    for (const app of apps) store.upsert(app);
    expect(store.count).toBe(1000);
    for (const { id, name } of apps) expect(byId(id)?.principal.name).toBe(name);
  });

  test('that a reader may be in is left alone until it has left', () => {
    const { store } = open([createApp('a')]);
    const words = new Int32Array(store.buffer);
    // What a thread that died in the middle of a lookup leaves behind.
    words[2 * 16] = words[3] as number;
    const before = store.usage.bytes;
    for (let i = 0; i < 100; i++) store.upsert(createApp('a', { name: `n${i}` }));
    expect(store.usage.waitingBytes).toBeGreaterThan(10_000);
    expect(store.usage.bytes).toBeGreaterThan(before);
    store.forgetReader(1);
    store.upsert(createApp('a'));
    expect(store.usage.waitingBytes).toBeLessThan(1000);
  });

  test('grows under the views of its readers', () => {
    const { store, byKey, byCode } = open();
    const before = store.buffer.byteLength;
    for (let i = 0; i < 3000; i++) store.upsert(createApp(`${i}`));
    expect(store.buffer.byteLength).toBeGreaterThan(before);
    for (let i = 0; i < 3000; i++) expect(byKey(`key-${i}-0`)?.principal.id).toBe(`${i}`);
    expect(byCode('code-of-2999')?.principal.id).toBe('2999');
  });
});

test('readers in other threads never see half of a change, whatever the writer does meanwhile', async () => {
  const store = new CredentialStore({ readers: 2 });
  // What belongs together has one version in its name, its secret and the number of its grants.
  const version = (id: number, v: number): AppRecord => ({
    id: `app-${id}`,
    name: `${v}`,
    keys: [{ appKey: `key-${id}`, appSecret: `${v}`.repeat(1 + (v % 20)), codeHash: hashAppCode(CODE_KEY, `code-${id}`) }],
    grants: Array.from({ length: v % 5 }, () => ({ api: 'pets', environment: 'test' })),
  });
  store.replace(
    Array.from({ length: 50 }, (_, id) => version(id, 1)),
    { codeKey: CODE_KEY },
  );
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ CredentialTable }) => {
      const table = new CredentialTable(workerData.buffer, workerData.reader);
      const grant = table.grantOf('pets', 'test');
      const state = new Int32Array(workerData.state);
      let looked = 0, missing = 0, torn = [];
      Atomics.add(state, 1, 1);
      while (Atomics.load(state, 0) === 0) {
        const id = looked++ % 50;
        const found = looked % 3 === 0 ? table.byAppCode('code-' + id, grant, 0) : table.byAppKey('key-' + id, grant, 0);
        if (found === null) { missing++; continue; }
        const v = Number(found.principal.name);
        const secret = found.secret === null ? null : found.secret.export().toString();
        const isWhole = found.principal.id === 'app-' + id && (found.grant === 'granted') === (v % 5 > 0) && (secret === null || secret === String(v).repeat(1 + (v % 20)));
        if (!isWhole && torn.length < 5) torn.push([found.principal, found.grant, secret]);
      }
      parentPort.postMessage({ looked, missing, torn });
    });`;
  const state = new SharedArrayBuffer(8);
  const words = new Int32Array(state);
  const module = new URL('./credential-table.ts', import.meta.url).href;
  const workers = [0, 1].map((reader) => new Worker(code, { eval: true, workerData: { module, buffer: store.buffer, state, reader } }));
  const results = workers.map((worker) => once(worker, 'message') as Promise<[{ looked: number; missing: number; torn: unknown[] }]>);
  while (Atomics.load(words, 1) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const random = (max: number) => Math.floor(Math.random() * max);
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < 50; i++) store.upsert(version(random(50), 1 + random(1000)));
    if (round % 20 === 0) store.replace(Array.from({ length: 50 }, (_, id) => version(id, 1 + random(1000))));
    // Apps beside, so that the table moves and memory grows.
    for (let i = 0; i < 10; i++) store.upsert(createApp(`extra-${round}-${i}`));
  }
  Atomics.store(words, 0, 1);
  for (const [{ looked, missing, torn }] of await Promise.all(results)) {
    expect(torn).toEqual([]);
    // Every app was there all the time.
    expect(missing).toBe(0);
    expect(looked).toBeGreaterThan(1000);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
});
