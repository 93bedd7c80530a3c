import { system } from '@gatehouse/contract/management';
import { createTestDatabase, describePostgres } from '@gatehouse/database/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { type WalkOrigins, walk } from './walk.ts';

let origins: WalkOrigins;

beforeAll(async () => {
  const [test, production, moved] = await Promise.all([
    EchoOrigin.start('test'),
    EchoOrigin.start('production'),
    EchoOrigin.start('moved'),
  ]);
  origins = { test, production, moved };
});

afterAll(async () => {
  await Promise.all(Object.values(origins ?? {}).map((origin: EchoOrigin) => origin.stop()));
});

/** What the walk did, newest first. */
const ACTIONS = [
  'backends.undefine',
  'apis.unpublish',
  'apis.rollback',
  'apis.publish',
  'apis.put',
  'backends.define',
  'apps.authorize',
  'apis.debug',
  'apis.publish',
  'backends.define',
  'apis.debug',
  'apps.authorize',
  'apps.create',
  'apis.publish',
  'apis.put',
  'backends.define',
  'backends.create',
];

async function actions(control: Instance): Promise<string[]> {
  const { body } = await control.client.call(system.listAudit, { query: { actor: 'bootstrap', limit: 100 } });
  return body.items.map(({ action }) => action).filter((action) => action !== 'tokens.create');
}

test('the whole workflow in one process with SQLite', { timeout: 60_000 }, async () => {
  const control = await Instance.start({ role: 'all' });
  try {
    await walk(control, [control], origins);
    expect(await actions(control)).toEqual(ACTIONS);
  } finally {
    await control.remove();
  }
});

describePostgres('The whole workflow with two remote gateway nodes', () => {
  test('is the same, and every node has what an answer says', { timeout: 90_000 }, async () => {
    const database = await createTestDatabase('postgres');
    const instances: Instance[] = [];
    try {
      const control = await Instance.start({ role: 'control', control: { database: database.url } });
      instances.push(control);
      const token = await control.nodeToken();
      const gateway = (name: string) => Instance.start({ role: 'gateway', gateway: { control: { url: control.controlUrl, token, name } } });
      const gateways = await Promise.all([gateway('one'), gateway('two')]);
      instances.push(...gateways);
      await walk(control, gateways, origins);
      expect(await actions(control)).toEqual(ACTIONS);
      const nodes = await control.nodes();
      expect(nodes).toMatchObject(['one', 'two'].map((name) => ({ name, kind: 'remote', connected: true, behind: false })));
      expect(new Set(nodes.map(({ applied }) => applied?.hash)).size).toBe(1);
    } finally {
      await Promise.all(instances.map((instance) => instance.remove()));
      await database.remove();
    }
  });
});
