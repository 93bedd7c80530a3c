import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ANNOTATION_ORIGIN_LOCATION,
  type CatalogTables,
  createCatalog,
  createConfiguredOrigins,
  createConfiguredProcessing,
} from '@gatehouse/catalog';
import { createConfigSchema } from '@gatehouse/contract';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createUserDirectory } from './user-directory.ts';

const schema = createConfigSchema({ policy: z.object({ name: z.string(), config: z.unknown() }) });
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const entity = (kind: string, name: string, spec: object) =>
  JSON.stringify({ apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name }, spec });
const group = (name: string, spec: object = {}) => entity('Group', name, { type: 'team', children: [], ...spec });
const user = (name: string, memberOf: string[] = []) => entity('User', name, { memberOf, profile: { email: `${name}@acme.com` } });
const documents = (...all: string[]) => all.join('\n---\n');

describeDatabases<CatalogTables>('Users of the catalog', (open) => {
  /** A catalog whose rules let users and groups in from anywhere; `org.yaml` is a location of its configuration. */
  async function start(org: string) {
    const baseDir = await mkdtemp(join(tmpdir(), 'gatehouse-directory-'));
    const write = (text: string) => writeFile(join(baseDir, 'org.yaml'), text);
    await write(org);
    let pages: Record<string, string> = {};
    const server = createServer((request, response) => response.end(pages[request.url ?? '']));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = schema.parse({
      catalog: { rules: [{ allow: ['User', 'Group', 'Location'] }], locations: [{ type: 'file', target: './org.yaml' }] },
      backend: { reading: { allow: [{ host }] } },
    });
    const database = await open();
    const catalog = await createCatalog({ database, log, access: { authorize: async () => 'allowed' } });
    const processing = createConfiguredProcessing({ database, settings, baseDir, log });
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await processing.stop();
      await catalog.close();
      await rm(baseDir, { recursive: true, force: true });
    });
    const directory = createUserDirectory({ ...catalog, isConfigured: createConfiguredOrigins(settings, baseDir) });
    const scan = async () => {
      await processing.scan();
      await catalog.follower.caughtUpWithAll();
    };
    await scan();
    return {
      scan,
      write,
      directory,
      origin: `file:${join(baseDir, 'org.yaml')}`,
      isThere: (ref: string) => catalog.follower.index.rowOf(ref) !== undefined,
      async push(text: string) {
        expect(await processing.push('mine', text)).toMatchObject({ outcome: 'stored' });
        await catalog.follower.caughtUpWithAll();
      },
      /** Somebody registers a URL where this is. */
      async register(text: string, others: Record<string, string> = {}) {
        pages = { '/x.yaml': text, ...others };
        const location = { id: 'registered', type: 'url', target: `http://${host}/x.yaml`, created_at: 1 };
        await database.transaction((tx) => tx.insertInto('catalog_locations').values(location).execute());
        await scan();
      },
      async groupsOf(name: string) {
        const [found] = await directory.find({ ref: `user:default/${name}` });
        return found?.groups.map((each) => (each.namespace === 'default' ? each.name : `${each.namespace}/${each.name}`)).sort();
      },
    };
  }

  test('are in the groups that they or these name, and in those around them', async () => {
    const org = documents(
      group('Engineering', { children: ['platform'] }),
      group('platform', { members: ['jane'], parent: 'Staff' }),
      user('jane', ['payments/ledger']),
    );
    const { groupsOf, directory } = await start(org);
    expect(await groupsOf('jane')).toEqual(['Engineering', 'payments/ledger', 'platform', 'staff']);
    expect(await directory.find({ email: 'JANE@acme.com' })).toMatchObject([{ ref: 'user:default/jane', email: 'jane@acme.com' }]);
  });

  test('nobody gets into a group by what is pushed or registered, whatever it says of groups that there are', async () => {
    const { groupsOf, push, register, directory } = await start(documents(group('platform'), group('staff'), user('jane', ['staff'])));
    await push(documents(group('book-club', { parent: 'platform', members: ['jane'], children: ['staff'] }), user('evil', ['platform'])));
    await register(
      documents(group('chess-club', { parent: 'platform', members: ['jane'], children: ['staff'] }), user('mallory', ['platform'])),
    );
    expect(await groupsOf('jane')).toEqual(['staff']);
    expect([await groupsOf('evil'), await groupsOf('mallory')]).toEqual([undefined, undefined]);
    expect(await directory.find({ email: 'evil@acme.com' })).toEqual([]);
  });

  test('a document cannot say itself where it comes from, not even one that is read from elsewhere as a whole', async () => {
    const { groupsOf, register, origin, isThere } = await start(documents(group('platform')));
    const evil = JSON.parse(user('evil', ['platform'])) as { metadata: object };
    const forged = { ...evil, metadata: { ...evil.metadata, annotations: { [ANNOTATION_ORIGIN_LOCATION]: origin } } };
    await register('{ "$json": "./evil.json" }', { '/evil.json': JSON.stringify(forged) });
    expect([isThere('user:default/evil'), await groupsOf('evil')]).toEqual([true, undefined]);
  });

  test('who has left the file is not found any more, and what a group that has left it says does not count', async () => {
    const { groupsOf, write, scan } = await start(documents(group('platform', { members: ['jane'] }), user('jane'), user('bob')));
    await write(documents(user('jane')));
    await scan();
    // Both are still there as orphans.
    expect([await groupsOf('jane'), await groupsOf('bob')]).toEqual([[], undefined]);
  });
});
