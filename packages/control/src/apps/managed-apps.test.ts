import { hashAppCode } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { StoredCredentials } from './credentials-source.ts';
import { type Managed, type ManagedApp, managedAppNames, removeApp, saveApp, setAuthorizations } from './managed-apps.ts';

const key = new InstallationKey(Buffer.alloc(32, 7));
const actor = { name: 'file', address: null, requestId: null };
const partner: ManagedApp = {
  name: 'partner',
  owner: 'pets',
  description: null,
  appKey: 'partner-app-key-1',
  appSecret: 'partner-secret-123',
  appCode: 'partner-code-12345',
};

const apply = <T>(database: Database<ControlTables>, work: (managed: Managed) => Promise<T>): Promise<T> =>
  database.transaction((tx) => work({ tx, key, actor, managedBy: 'file', nowMs: 1 }));

describeDatabases<ControlTables>(
  'Apps of the file',
  (open) => {
    test('are as the file says, and the same file again changes nothing', async () => {
      const database = await open();
      await insertApi(database, 'petstore', 'pets');
      const source = new StoredCredentials({ database, key });
      const applyAll = () =>
        apply(database, async (managed) => [
          await saveApp(managed, partner),
          await setAuthorizations(managed, 'partner', [{ api: 'petstore', environment: 'test' }]),
        ]);
      expect(await applyAll()).toEqual([true, true]);
      const { codeKey } = source;
      expect((await source.since(0))?.apps).toMatchObject([
        {
          name: 'partner',
          owner: 'pets',
          keys: [{ appKey: partner.appKey, appSecret: partner.appSecret, codeHash: hashAppCode(codeKey, partner.appCode ?? '') }],
          grants: [{ api: 'petstore', environment: 'test' }],
        },
      ]);
      const state = await source.state();
      const audited = await database.read.selectFrom('audit').select('number').execute();
      expect(await applyAll()).toEqual([false, false]);
      expect(await source.state()).toEqual(state);
      expect(await database.read.selectFrom('audit').select('number').execute()).toEqual(audited);
    });

    test('follow the file: another secret, another owner, fewer authorizations, gone', async () => {
      const database = await open();
      await insertApi(database, 'petstore', 'pets');
      const source = new StoredCredentials({ database, key });
      const grants = [
        { api: 'petstore', environment: 'test' },
        { api: 'petstore', environment: 'production' },
      ];
      await apply(database, async (managed) => {
        await saveApp(managed, partner);
        await setAuthorizations(managed, 'partner', grants);
      });
      const { appCode: _, ...withoutCode } = { ...partner, owner: 'birds', appSecret: 'another-secret-123' };
      expect(await apply(database, (managed) => saveApp(managed, withoutCode))).toBe(true);
      expect(await apply(database, (managed) => setAuthorizations(managed, 'partner', grants.slice(1)))).toBe(true);
      const [app] = (await source.since(0))?.apps ?? [];
      // What the file gives no more stays as it was.
      const codeHash = hashAppCode(source.codeKey, partner.appCode ?? '');
      expect(app).toMatchObject({ owner: 'birds', keys: [{ appKey: partner.appKey, appSecret: 'another-secret-123', codeHash }] });
      expect(app?.grants).toEqual(grants.slice(1));
      expect(await apply(database, managedAppNames)).toEqual(['partner']);
      expect(await apply(database, (managed) => removeApp(managed, 'partner'))).toBe(true);
      expect(await apply(database, (managed) => removeApp(managed, 'partner'))).toBe(false);
      expect((await source.since(0))?.apps).toEqual([]);
    });

    test('leave alone what was made otherwise: other authorizations, apps that the file does not name', async () => {
      const server = await startTestServer(await open());
      const { database } = server;
      await insertApi(database, 'petstore', 'pets');
      const token = await server.token('publisher', 'pets');
      await server.call('POST', '/apps', { token, body: { name: 'shop' } });
      await apply(database, (managed) => saveApp(managed, partner));
      const body = { api: 'petstore', environment: 'test' };
      expect((await server.call('POST', '/apps/partner/authorizations', { token, body })).status).toBe(201);
      expect(await apply(database, (managed) => setAuthorizations(managed, 'partner', []))).toBe(false);
      expect((await server.call('GET', '/apps/partner/authorizations', { token })).body.items).toHaveLength(1);
      expect(await apply(database, (managed) => removeApp(managed, 'shop'))).toBe(false);
    });

    test('keep made-up credentials for good, which are rotated through the interface; those of the file are not', async () => {
      const server = await startTestServer(await open());
      const { database } = server;
      const token = await server.token('developer', 'pets');
      const bare: ManagedApp = { name: 'bare', owner: 'pets', description: null };
      expect(await apply(database, (managed) => saveApp(managed, bare))).toBe(true);
      const rotated = await server.call('POST', '/apps/bare/credentials', { token, body: { overlap: 0 } });
      expect(rotated.status).toBe(201);
      expect(await apply(database, (managed) => saveApp(managed, bare))).toBe(false);
      await apply(database, (managed) => saveApp(managed, partner));
      expect((await server.call('POST', '/apps/partner/credentials', { token })).body.code).toBe('managed.by-file');
      const revoked = await server.call('DELETE', `/apps/partner/credentials/${partner.appKey}`, { token });
      expect(revoked.body.code).toBe('managed.by-file');
    });

    test('are refused whole when they name what there is not, or what is another app’s', async () => {
      const database = await open();
      await apply(database, (managed) => saveApp(managed, partner));
      const thief = { ...partner, name: 'thief', appCode: 'another-code-12345' };
      await expect(apply(database, (managed) => saveApp(managed, thief))).rejects.toThrow(/AppKey of the app "thief"/);
      const unknown = apply(database, (managed) => setAuthorizations(managed, 'partner', [{ api: 'none', environment: 'test' }]));
      await expect(unknown).rejects.toThrow(Refusal);
      expect(await apply(database, managedAppNames)).toEqual(['partner']);
    });
  },
  migrateControl,
);
