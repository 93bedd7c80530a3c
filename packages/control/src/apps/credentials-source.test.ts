import { type AppRecord, addDigest, type CredentialsState, digestOfApp } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { recordChange } from '../changes/record-change.ts';
import { migrateControl } from '../http/testing/test-server.ts';
import { createControl } from '../publishing/control-fixture.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { SnapshotBuilder } from '../snapshot/snapshot-builder.ts';
import { beginAppsChange, writeDigests } from './app-changed.ts';
import { deleteAppRow, findApp, insertApp, updateAppRow } from './apps-store.ts';
import { StoredCredentials } from './credentials-source.ts';
import { hashCode, insertCredential, newAppSecrets } from './credentials-store.ts';
import { pruneChanges } from './prune-changes.ts';

const key = new InstallationKey(Buffer.alloc(32, 7));

/** As a node keeps them. */
class NodeSet {
  readonly apps = new Map<string, AppRecord>();
  state: CredentialsState = { cursor: 0, count: 0, sums: [0, 0] };

  apply({ apps, removed, state }: { apps: AppRecord[]; removed: string[]; state: CredentialsState }): void {
    for (const id of removed) this.apps.delete(id);
    for (const app of apps) this.apps.set(app.id, app);
    this.state = state;
  }

  get sums(): [number, number] {
    return [...this.apps.values()].reduce<[number, number]>((sums, app) => addDigest(sums, digestOfApp(app)), [0, 0]);
  }

  expectConsistent(): void {
    expect([this.apps.size, this.sums]).toEqual([this.state.count, this.state.sums]);
  }
}

async function makeApps(database: Database<ControlTables>, names: readonly string[]): Promise<void> {
  await database.transaction(async (tx) => {
    const ids: string[] = [];
    for (const name of names) {
      const id = newId();
      await beginAppsChange(tx, [id], 0);
      const app = await insertApp(tx, { id, name, owner: null, description: null, managedBy: null }, 0);
      const { appKey, appSecret, appCode } = newAppSecrets();
      await insertCredential(tx, key, { appId: app.id, appKey, appSecret, codeHash: hashCode(key, appCode), managedBy: null }, 0);
      ids.push(app.id);
    }
    await writeDigests(tx, key, ids);
  });
}

const change = (database: Database<ControlTables>, name: string, work: 'rename' | 'delete') =>
  database.transaction(async (tx) => {
    const app = await findApp(tx, name);
    if (app === undefined) throw new Error(`There is no ${name}`);
    await beginAppsChange(tx, [app.id], 0);
    if (work === 'delete') await deleteAppRow(tx, app.id);
    else await updateAppRow(tx, app, { name: `${name}-new` });
    await writeDigests(tx, key, [app.id]);
  });

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `app-${index}`);

describeDatabases<ControlTables>(
  'Credentials for nodes',
  (open) => {
    test('a node that got everything while apps were changed and deleted is right after the next changes', async () => {
      const database = await open();
      await makeApps(database, numbered(1_200));
      const source = new StoredCredentials({ database, key });
      const node = new NodeSet();
      let piece = 0;
      for await (const { apps, state } of source.all()) {
        node.apply({ apps, removed: [], state: state ?? node.state });
        if (piece++ > 1) continue;
        const [known] = [...node.apps.values()].slice(-piece);
        await change(database, known?.name ?? '', 'delete');
        await change(database, [...node.apps.values()][piece]?.name ?? '', 'rename');
        await makeApps(database, [`late-${piece}`]);
      }
      expect(piece).toBe(3);
      node.expectConsistent();
      const delta = await source.since(node.state.cursor);
      if (delta === null) throw new Error('The log reaches back');
      node.apply(delta);
      node.expectConsistent();
      expect(node.state).toEqual(await source.state());
      expect([...node.apps.values()].map(({ name }) => name)).toEqual(expect.arrayContaining(['late-1', 'late-2']));
      expect(node.apps.size).toBe(1_200);
    });

    test('changes tell each app once, as it is now, and nothing to who has everything', async () => {
      const database = await open();
      await makeApps(database, ['a', 'b', 'c']);
      const source = new StoredCredentials({ database, key });
      const { cursor } = await source.state();
      await change(database, 'a', 'rename');
      await change(database, 'a-new', 'rename');
      await change(database, 'b', 'delete');
      const delta = await source.since(cursor);
      expect([delta?.apps.map(({ name }) => name), delta?.removed.length]).toEqual([['a-new-new'], 1]);
      const { cursor: newest } = await source.state();
      expect(await source.since(newest)).toMatchObject({ apps: [], removed: [] });
    });

    test('who asks from behind the log, or from the future, needs everything', async () => {
      const database = await open();
      await makeApps(database, ['a', 'b', 'c', 'd']);
      const source = new StoredCredentials({ database, key });
      expect(await source.since(5)).toBeNull();
      expect(await pruneChanges(database, 2)).toBe(2);
      expect(await source.since(1)).toBeNull();
      expect((await source.since(2))?.apps.map(({ name }) => name).sort()).toEqual(['c', 'd']);
    });

    test('pruning never takes away the newest snapshot, nor makes a log that was cut look whole', async () => {
      const database = await open();
      await createControl(database);
      await database.transaction((tx) => recordChange(tx, 'snapshot', 'settings', 0));
      await makeApps(database, numbered(20));
      const newest = async () => (await new SnapshotBuilder(database, key).newest())?.head.number;
      expect(await newest()).toBe(1);
      expect(await pruneChanges(database, 10)).toBe(10);
      expect(await newest()).toBe(1);
      const source = new StoredCredentials({ database, key });
      expect(await source.since(5)).toBeNull();
      expect((await source.since(11))?.apps).toHaveLength(10);
    });

    test('pruning never takes the cursor back, however long no app was changed', async () => {
      const database = await open();
      await makeApps(database, ['a', 'b']);
      const source = new StoredCredentials({ database, key });
      const before = await source.state();
      await database.transaction(async (tx) => {
        for (let i = 0; i < 10; i++) await recordChange(tx, 'snapshot', '', 0);
      });
      await pruneChanges(database, 3);
      expect(await new StoredCredentials({ database, key }).state()).toEqual(before);
      expect(await source.since(before.cursor)).toMatchObject({ apps: [], removed: [] });
      expect(await source.since(before.cursor - 1)).toMatchObject({ apps: [{ name: expect.any(String) }] });
      expect(await source.since(before.cursor - 2)).toBeNull();
    });
  },
  migrateControl,
);
