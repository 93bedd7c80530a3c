import { apis, backends } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../support/config.ts';
import { Instance } from '../support/control.ts';
import { publish, reach, refusalOf, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { until } from '../support/gateway.ts';

let origins: EchoOrigin[];

beforeAll(async () => {
  origins = await Promise.all(['here', 'there'].map((name) => EchoOrigin.start(name)));
});

afterAll(async () => {
  await Promise.all((origins ?? []).map((origin) => origin.stop()));
});

/** A file with one API; `at` is the origin that its backend service leads to. */
function file(at: EchoOrigin | undefined, paths: readonly string[] = ['/pets']) {
  return {
    backends: [{ name: 'pets', type: 'http', environments: { test: { url: at?.url } } }],
    apis: [
      {
        name: 'petstore',
        basePath: '/petstore',
        backend: 'pets',
        definition: openApi(Object.fromEntries(paths.map((path) => [path, { get: {} }]))),
        publish: ['test'],
      },
    ],
  };
}

test('what gatehouse.yaml declares is served, survives restarts unchanged beside what people made, and follows the file', {
  timeout: 60_000,
}, async () => {
  const control = await Instance.start({ role: 'all', config: file(origins[0]) });
  const snapshot = async () => (await control.nodes())[0]?.applied?.snapshot ?? 0;
  const call = (path: string) => reach(control.gatewayUrl, 'test', path);
  try {
    const { client } = control;
    expect(await call('/petstore/pets')).toMatchObject({ status: 200, origin: 'here' });
    expect((await client.call(apis.getApi, { params: { name: 'petstore' } })).body.managedBy).toBe('file');
    const define = client.call(backends.putBackendDefinition, {
      params: { name: 'pets', environment: 'test' },
      query: { confirm: true },
      body: { url: 'http://127.0.0.1:9' },
    });
    expect(await refusalOf(define)).toMatchObject({ status: 409, code: 'managed.by-file' });
    await saveApi(client, 'own', 'pets', ['/mine']);
    await publish(client, 'own', 'test');

    const before = await snapshot();
    await control.end('SIGTERM');
    await control.start();
    expect(await snapshot()).toBe(before);
    expect((await call('/own/mine')).status).toBe(200);

    await control.write({ config: file(origins[1], ['/pets', '/owners']) });
    control.process.signal('SIGHUP');
    await until('the file was applied', control.process, 20_000, async () => (await call('/petstore/owners')).status === 200);
    expect((await call('/petstore/pets')).origin).toBe('there');
    expect((await call('/own/mine')).origin).toBe('there');
    expect((await client.call(apis.listRevisions, { params: { name: 'petstore' } })).body.items).toHaveLength(2);

    await control.write({ config: { ...file(origins[1]), apis: [{ ...file(origins[1]).apis[0], publish: ['test', 'pre'] }] } });
    control.process.signal('SIGHUP');
    await until('it is refused', control.process, 20_000, () => /refused/.test(control.process.stderr));
    expect((await call('/petstore/owners')).status).toBe(200);
    expect(control.process.stderr).toContain('pets');

    await control.write({ config: {} });
    control.process.signal('SIGHUP');
    await until('what stays is told', control.process, 20_000, () => control.process.stderr.includes('managed.left'));
    expect((await call('/petstore/owners')).status).toBe(200);
    const { body } = await client.call(apis.getApi, { params: { name: 'petstore' } });
    expect(body).toMatchObject({ managedBy: null, published: [{ environment: 'test' }] });
  } finally {
    await control.remove();
  }
});

test('a file that declares what the region forbids is refused at the start, with the reason', { timeout: 30_000 }, async () => {
  const regions = { 'cn-hongkong': { forbiddenBackendTypes: ['http'] } };
  const control = await Instance.prepare({ role: 'control', control: { region: 'cn-hongkong', regions }, config: file(origins[0]) });
  try {
    const process = control.launch();
    expect(await process.exited).toBe(1);
    expect(process.stderr).toContain('backend.type-forbidden');
    expect(process.stderr).toContain('cn-hongkong');
    expect(process.stderr).not.toMatch(/^\s+at /m);
  } finally {
    await control.remove();
  }
});
