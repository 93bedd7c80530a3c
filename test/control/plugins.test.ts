import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { system } from '@gatehouse/contract/management';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';
import { Instance } from '../support/control.ts';

const MODULE = fileURLToPath(new URL('../../packages/server/src/plugins/testing/test-plugin.ts', import.meta.url));
const TOKEN = 'an-admin-token-for-tests-only';

let control: Instance | undefined;
afterEach(async () => {
  await control?.remove();
  control = undefined;
});

async function refusedStart(plugins: unknown[], role: 'control' | 'all' = 'control'): Promise<string> {
  control = await Instance.prepare({ role, config: { plugins } });
  const process = control.launch();
  expect(await process.exited).toBe(1);
  return process.stderr;
}

test('a plugin is a part of the server: its callers are those of the management interface, and it ends with it', {
  timeout: 60_000,
}, async () => {
  control = await Instance.start({
    role: 'control',
    config: { plugins: [{ module: MODULE, name: 'things', config: { fault: 'lingers' } }] },
  });
  const { body: viewer } = await control.client.call(system.createToken, { body: { name: 'a viewer', role: 'viewer' } });
  const nodeToken = await control.nodeToken();
  const call = (path: string, token?: string, init: RequestInit = {}) =>
    fetch(`${control?.controlUrl}/api/things${path}`, {
      ...init,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  for (const [token, status] of [
    [undefined, 401],
    ['wrong', 401],
    [nodeToken, 403],
    [viewer.token, 200],
    [TOKEN, 200],
  ] as const)
    expect([token, (await call('/who', token)).status]).toEqual([token, status]);
  expect(await (await call('/who', viewer.token)).json()).toMatchObject({ name: 'a viewer' });
  expect((await call('/things/a', viewer.token, { method: 'PUT' })).status).toBe(403);
  expect(await (await call('/things/a', TOKEN, { method: 'PUT' })).json()).toEqual([{ name: 'a' }]);

  // Neither of these ends the process.
  expect((await call('/throws', TOKEN)).status).toBe(500);
  expect((await call('/stray', TOKEN)).status).toBe(200);
  await expect.poll(() => control?.process.stderr).toContain('nobody awaits this');
  expect(await control.isReady()).toBe(true);
  expect(control.process.output).not.toContain(TOKEN);

  await control.write({ config: { plugins: [{ module: MODULE, name: 'others' }] } });
  control.process.signal('SIGHUP');
  await expect.poll(() => control?.process.stderr, { timeout: 10_000 }).toContain('Changed plugins take effect after a restart');
  expect((await call('/open')).status).toBe(200);

  // Answers in progress are given, and a timer that is left behind keeps nothing.
  const slow = call('/slow', TOKEN);
  await call('/open');
  expect(await control.end('SIGTERM')).toBe(0);
  expect(await (await slow).text()).toBe('late');

  await control.write({ config: { plugins: [{ module: MODULE, name: 'things' }] } });
  await control.start();
  expect(await (await call('/things/b', TOKEN, { method: 'PUT' })).json()).toEqual([{ name: 'a' }, { name: 'b' }]);
});

test('a plugin that cannot be used is why the start is refused, with its place and without a secret', { timeout: 60_000 }, async () => {
  const plugins = [
    { module: MODULE, config: { nested: { value: '${SECRET:-hunter2}' } } },
    { module: './none.ts', name: 'none' },
  ];
  const missing = await refusedStart(plugins);
  expect(missing).toMatch(/gatehouse\.yaml:1:\d+: error: there is no file "\.\/none\.ts" \[plugin\.module-missing\]/);
  await control?.remove();
  const wrong = await refusedStart(plugins.slice(0, 1));
  expect(wrong).toMatch(/gatehouse\.yaml:1:\d+: error: config\.nested\.value of the plugin "probe": .*number.* \[plugin\.config\]/);
  expect(wrong).toContain('gatehouse: A plugin cannot be started');
  expect(wrong).not.toContain('hunter2');
  await control?.remove();
  const failing = await refusedStart([{ module: MODULE, config: { fault: 'hangs' }, startTimeout: '300ms' }], 'all');
  expect(failing).toMatch(/gatehouse\.yaml:1:\d+: error: the plugin "probe" cannot be started: it did not finish within 0\.3 s/);
});

test('gatehouse check finds what can be known without running anything of a plugin', { timeout: 60_000 }, async () => {
  control = await Instance.prepare({ role: 'control' });
  const file = join(control.directory, 'check.yaml');
  await writeFile(join(control.directory, 'deadly.ts'), 'process.exit(7)\n');
  await writeFile(
    file,
    `plugins:
  - module: ./deadly.ts
    name: catalog
  - { module: https://example.com/plugin.js }
  - { module: ./gone.ts, names: x }
`,
  );
  const checked = await runCommand(['check', file]);
  expect(checked.exit).toBe(1);
  const output = checked.stdout + checked.stderr;
  expect(output).toMatch(/check\.yaml:3:11: error: .*must not be one of v1, catalog, proxy, auth/);
  expect(output).toMatch(/check\.yaml:4:15: error: .*must be a path that begins with/);
  expect(output).toMatch(/check\.yaml:5:26: error: unknown key "names" .*did you mean "name"/);
  await writeFile(file, 'plugins:\n  - { module: ./gone.ts }\n  - { module: ./deadly.ts }\n');
  const missing = await runCommand(['check', file]);
  expect(missing.stdout + missing.stderr).toMatch(/check\.yaml:2:15: error: there is no file "\.\/gone\.ts"/);
});

test('the plugin of the guide works as it stands there, where nothing is installed', { timeout: 60_000 }, async () => {
  const guide = await readFile(new URL('../../docs/plugins.md', import.meta.url), 'utf8');
  const [, source] = /```ts\n([\s\S]+?)```/.exec(guide) ?? [];
  control = await Instance.prepare({
    role: 'control',
    config: { plugins: [{ module: './plugins/notes/plugin.ts', config: { perCaller: 1 } }] },
  });
  await mkdir(join(control.directory, 'plugins/notes'), { recursive: true });
  await writeFile(join(control.directory, 'plugins/notes/plugin.ts'), source ?? '');
  await control.start();
  const url = `${control.controlUrl}/api/notes/notes`;
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const write = async (body: unknown) => (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  expect(await write({ text: '' })).toMatchObject({ status: 400, code: 'request.invalid' });
  expect(await write({ text: 'It hums' })).toMatchObject({ text: 'It hums', by: 'bootstrap' });
  expect(await write({ text: 'again' })).toMatchObject({ status: 409, code: 'notes.enough' });
  expect(await (await fetch(url, { headers })).json()).toMatchObject({ items: [{ text: 'It hums' }] });
});
