import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DatabaseUnavailableError } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import type { PluginCaller } from '@gatehouse/sdk/plugin';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PluginHost } from './plugin-host.ts';
import type { PluginServices } from './running-plugin.ts';
import { events } from './testing/test-plugin.ts';
import type { WrittenPlugin } from './written-plugin.ts';

type Database = PluginServices['database'];
type Tables = Record<string, Record<string, unknown>>;

const RANKS = ['viewer', 'developer', 'publisher', 'admin'];

function toCaller(role: string): PluginCaller {
  return {
    name: `the ${role}`,
    role,
    teams: [],
    hasAccess: (access) => RANKS.indexOf(role) >= RANKS.indexOf(access) && RANKS.includes(role),
    canSee: () => true,
    canChange: () => false,
  };
}

/** Stands at line 10 of the file, its configuration on lines of its own. */
function written(settings: Partial<WrittenPlugin['settings']> = {}): WrittenPlugin {
  const place = (line: number) => ({ file: 'gatehouse.yaml', line, column: 3 });
  return {
    settings: { module: './testing/test-plugin.ts', optional: false, startTimeout: 5_000, config: {}, ...settings },
    file: fileURLToPath(new URL('./gatehouse.yaml', import.meta.url)),
    places: [
      { path: [], place: place(10) },
      { path: ['module'], place: place(10) },
      { path: ['name'], place: place(11) },
      { path: ['config', 'nested'], place: place(13) },
    ],
  };
}

function options() {
  const lines: string[] = [];
  const problems: string[] = [];
  const log = (level: string) => (fields: object, message: string) => lines.push(`${level}: ${message} ${JSON.stringify(fields)}`);
  return {
    lines,
    problems,
    host: {
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      report: (more: readonly string[]) => problems.push(...more),
    },
  };
}

/** Every plugin that is there, served. `Authorization` is the role of the caller. */
async function serve(database: Database, ...plugins: WrittenPlugin[]) {
  const told = options();
  const host = await PluginHost.load(plugins, told.host);
  let isDatabaseAway = false;
  await host.open({
    database,
    authenticate: async (_method, { authorization }) => {
      if (isDatabaseAway) throw new DatabaseUnavailableError('away');
      if (authorization === 'forged') return 'forged';
      return authorization === undefined ? undefined : toCaller(authorization);
    },
    trustedProxies: [],
    log: told.host.log,
  });
  host.start();
  const server = createServer((request, response) => {
    if (!host.handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= host.stop();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (path: string, role?: string, init: RequestInit = {}) => {
    const headers = { ...init.headers, ...(role === undefined ? {} : { authorization: role }) };
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as never };
  };
  const databaseGoesAway = () => {
    isDatabaseAway = true;
  };
  return { ...told, call, stop, databaseGoesAway };
}

describeDatabases<Tables>('plugins', (open, dialect) => {
  test('routes are for signed-in viewers unless they say otherwise, and other paths are not theirs', async () => {
    const { call } = await serve(await open(), written());
    const status = async (path: string, role?: string, init?: RequestInit) => (await call(path, role, init)).status;
    for (const path of ['/api/probe/who', '/api/probe/nothing', '/api/probe', '/api/probe?a=1']) expect(await status(path)).toBe(401);
    expect((await call('/api/probe/who')).headers.get('www-authenticate')).toBe('Bearer realm="gatehouse"');
    const who = await call('/api/probe/who', 'viewer');
    expect(who.body).toEqual({ name: 'the viewer', ip: '127.0.0.1' });
    expect(Object.fromEntries(who.headers)).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(await status('/api/probe/who', 'node')).toBe(403);
    const posted = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } };
    expect(await status('/api/probe/admin', 'publisher', posted)).toBe(403);
    expect((await call('/api/probe/admin', 'forged', posted)).body).toMatchObject({ status: 403, code: 'request.forged' });
    expect((await call('/api/probe/admin', 'admin', posted)).body).toEqual({ a: 1 });
    expect((await call('/api/probe/open', 'admin')).body).toEqual({ caller: null });
    expect((await call('/api/probe/nothing', 'viewer')).body).toMatchObject({ status: 404, code: 'resource.not-found' });
    for (const path of ['/api/probes/who', '/api/Probe/who', '/api', '/api/', '/', '/probe']) expect(await status(path, 'admin')).toBe(418);
  });

  test('a handler that throws is a problem document without a word of it, and so is a promise that nobody awaits: everything lives', async () => {
    const { call, lines } = await serve(await open(), written());
    const failed = await call('/api/probe/throws', 'viewer');
    expect([failed.status, failed.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    expect(failed.body).toMatchObject({ code: 'internal', requestId: failed.headers.get('x-request-id') });
    expect(JSON.stringify(failed.body)).not.toContain('secret');
    expect(lines.filter((line) => line.includes('secret of the plugin'))).toEqual([expect.stringMatching(/^error: .*"plugin":"probe"/)]);
    // What else listens to them in this process is the test runner's, which would fail.
    const others = process.listeners('unhandledRejection').filter(({ name }) => !name.includes('onRejection'));
    for (const other of others) process.off('unhandledRejection', other as never);
    onTestFinished(() => {
      for (const other of others) process.on('unhandledRejection', other as never);
    });
    expect((await call('/api/probe/stray', 'viewer')).body).toBe('ok');
    await expect.poll(() => lines.join('\n')).toMatch(/error: A promise of a plugin .*"plugin":"probe".*nobody awaits this/);
    expect((await call('/api/probe/who', 'viewer')).status).toBe(200);
  });

  test('refusals, bodies that are too large or no JSON, and what does not fit a schema are answered as what they are', async () => {
    const { call, databaseGoesAway } = await serve(await open(), written());
    expect((await call('/api/probe/refuses', 'viewer')).body).toMatchObject({
      status: 409,
      code: 'thing.taken',
      detail: 'It is taken',
      thing: 7,
    });
    const post = (body: string, type = 'application/json') =>
      call('/api/probe/admin', 'admin', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post(JSON.stringify('x'.repeat(1024 * 1024)))).body).toMatchObject({ status: 413, code: 'request.too-large' });
    const noJson = await post('{"password": hunter2');
    expect(noJson.body).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(JSON.stringify(noJson.body)).not.toContain('hunter2');
    expect((await post('a=1', 'application/x-www-form-urlencoded')).body).toMatchObject({ status: 415 });
    expect((await call('/api/probe/valid?n=x', 'viewer')).body).toMatchObject({ status: 400, problems: [{ path: ['querystring', 'n'] }] });
    expect((await call('/api/probe/hangs', 'viewer')).body).toMatchObject({ status: 503, code: 'plugin.timeout' });
    databaseGoesAway();
    expect((await call('/api/probe/who', 'viewer')).body).toMatchObject({ status: 503, code: 'service.unavailable' });
  });

  test('two of one module have tables, routes and names of their own', async () => {
    const { call } = await serve(await open(), written(), written({ name: 'other' }));
    expect((await call('/api/probe/things/a', 'developer', { method: 'PUT' })).body).toEqual([{ name: 'a' }]);
    expect((await call('/api/other/things/b', 'developer', { method: 'PUT' })).body).toEqual([{ name: 'b' }]);
    expect((await call('/api/other/things/b', 'viewer', { method: 'PUT' })).status).toBe(403);
  });

  test('when one cannot be registered the start is refused with its place; an optional one answers 503 and the others run', async () => {
    const database = await open();
    const faulty = (fault: string, more = {}) => written({ config: { fault }, startTimeout: 200, ...more });
    for (const [plugin, message] of [
      [faulty('throws'), /^gatehouse\.yaml:10:3: error: the plugin "probe" cannot be started: The moon is full \[plugin\.failed\]$/],
      [faulty('hangs'), /did not finish within 0\.2 s/],
      [faulty('bad-access'), /GET \/api\/probe\/bad is "editor"/],
      [written({ module: './testing/greedy-plugin.ts' }), /changes what is not its own: loot/],
    ] as const) {
      const told = options();
      const host = await PluginHost.load([plugin], told.host);
      const services = { database, authenticate: async () => undefined, trustedProxies: [], log: told.host.log };
      await expect(host.open(services)).rejects.toThrow('A plugin cannot be started');
      expect(told.problems).toEqual([expect.stringMatching(message)]);
    }
    const running = await serve(database, faulty('throws', { name: 'broken', optional: true }), written());
    expect((await running.call('/api/broken/who')).body).toMatchObject({ status: 503, code: 'plugin.unavailable' });
    expect((await running.call('/api/probe/who', 'viewer')).status).toBe(200);
    expect(running.lines.join('\n')).toContain('The moon is full');
  });

  test('a task that is scheduled runs on one node at a time, and another takes over', { timeout: 30_000 }, async () => {
    events.length = 0;
    const count = (node: string) => events.filter((event) => event === `${node} ran`).length;
    const database = await open();
    const first = await serve(database, written({ config: { every: 100, node: 'first' } }));
    await expect.poll(() => count('first')).toBeGreaterThan(1);
    if (dialect === 'sqlite') return;
    await serve(await open.again(database), written({ config: { every: 100, node: 'second' } }));
    const before = count('first');
    await expect.poll(() => count('first')).toBeGreaterThan(before + 2);
    expect(count('second')).toBe(0);
    await first.stop();
    await expect.poll(() => count('second'), { timeout: 10_000 }).toBeGreaterThan(1);
  });

  test('at the end answers in progress are given, then the last thing to do is done first', async () => {
    events.length = 0;
    const { call, stop, lines } = await serve(await open(), written({ name: 'ending' }));
    const slow = call('/api/ending/slow', 'viewer');
    await call('/api/ending/who', 'viewer');
    const stopping = stop();
    expect((await call('/api/ending/who', 'viewer')).status).toBe(503);
    expect(await slow).toMatchObject({ status: 200, body: 'late' });
    await stopping;
    expect(events.filter((event) => event.startsWith('ending'))).toEqual(['ending last', 'ending first']);
    expect(lines.join('\n')).toContain('at the end');
  });

  test('a database that is away is no fault of a plugin: opening it again goes on where it ended', async () => {
    const database = await open();
    const told = options();
    const host = await PluginHost.load([written({ name: 'one' }), written({ name: 'two' })], told.host);
    onTestFinished(() => host.stop());
    let asked = 0;
    const away = new Proxy(database, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== 'transaction' || ++asked !== 2) return typeof value === 'function' ? value.bind(target) : value;
        return () => Promise.reject(new DatabaseUnavailableError('away'));
      },
    });
    const services = { database: away, authenticate: async () => undefined, trustedProxies: [], log: told.host.log };
    await expect(host.open(services)).rejects.toThrow(DatabaseUnavailableError);
    await host.open(services);
    const registered = told.lines.filter((line) => line.includes('A plugin was registered'));
    expect(registered.map((line) => /"plugin":"(\w+)"/.exec(line)?.[1])).toEqual(['one', 'two']);
    expect(told.problems).toEqual([]);
  });
});

describe('loading plugins', () => {
  test('everything that is wrong is told at once, each with its place, and nothing is started', async () => {
    const told = options();
    const plugins = [
      written({ config: { nested: { value: 'secret' } } }),
      written({ module: './testing/none.ts' }),
      written({ module: './own-tables.ts' }),
      written({ module: '@gatehouse/nothing' }),
      written({ name: 'twice' }),
      written({ name: 'twice' }),
    ];
    await expect(PluginHost.load(plugins, told.host)).rejects.toThrow('Plugins cannot be started');
    expect(told.problems).toEqual([
      'gatehouse.yaml:13:3: error: config.nested.value of the plugin "probe": Invalid input: expected number, received string [plugin.config]',
      'gatehouse.yaml:10:3: error: there is no file "./testing/none.ts" [plugin.module-missing]',
      'gatehouse.yaml:10:3: error: the module "./own-tables.ts" exports no plugin: export const plugin = definePlugin({ … }) [plugin.invalid]',
      'gatehouse.yaml:10:3: error: the package "@gatehouse/nothing" is not installed where this file is [plugin.module-missing]',
      'gatehouse.yaml:11:3: error: there are two plugins "twice", this one and "./testing/test-plugin.ts": give one of them another name with name [plugin.name]',
    ]);
  });
});
