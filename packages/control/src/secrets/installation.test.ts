import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { openInstallation } from './installation.ts';
import { InstallationKey } from './installation-key.ts';
import { InstallationKeyError, loadInstallationKey } from './load-installation-key.ts';

let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-key-'));
  file = join(dataDir, 'installation.key');
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

describe('the installation key', () => {
  test('is made once, for the owner only, and found again', async () => {
    // Several at once, as when a service is started twice by mistake.
    const loaded = await Promise.all(Array.from({ length: 5 }, () => loadInstallationKey({ dataDir, env: {} })));
    expect(loaded.filter(({ created }) => created !== undefined)).toHaveLength(1);
    expect(new Set(loaded.map(({ key }) => key.hashToken('x'))).size).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['installation.key']);
  });

  test('is taken from the environment before the file, in hexadecimal or base64url', async () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i));
    const expected = new InstallationKey(bytes).hashToken('x');
    for (const text of [bytes.toString('hex'), bytes.toString('base64url'), `${bytes.toString('base64')}\n`]) {
      const { key } = await loadInstallationKey({ dataDir, env: { GATEHOUSE_INSTALLATION_KEY: text } });
      expect(key.hashToken('x')).toBe(expected);
    }
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('is refused when it is none, and never shown or replaced', async () => {
    for (const text of ['', 'hunter2', 'a'.repeat(63), 'a'.repeat(66)]) {
      const fromEnvironment = loadInstallationKey({ dataDir, env: { GATEHOUSE_INSTALLATION_KEY: text } });
      await expect(fromEnvironment).rejects.toThrow(/^GATEHOUSE_INSTALLATION_KEY holds no installation key(?!.*hunter2)/);
    }
    writeFileSync(file, 'hunter2', { mode: 0o600 });
    const fromFile = loadInstallationKey({ dataDir, env: {} });
    await expect(fromFile).rejects.toThrow(InstallationKeyError);
    await expect(fromFile).rejects.toThrow(/installation\.key holds no installation key(?!.*hunter2)/);
    expect(readFileSync(file, 'utf8')).toBe('hunter2');
  });

  test('is refused when other users can read its file', async () => {
    await loadInstallationKey({ dataDir, env: {} });
    chmodSync(file, 0o640);
    await expect(loadInstallationKey({ dataDir, env: {} })).rejects.toThrow('chmod 600');
  });
});

describeDatabases<ControlTables>(
  'a database',
  (open) => {
    test('is opened with the key of its installation and no other', async () => {
      const database = await open();
      const first = await openInstallation(database, { dataDir, env: {} });
      expect((await openInstallation(database, { dataDir, env: {} })).hashToken('x')).toBe(first.hashToken('x'));
      const foreign = openInstallation(database, { dataDir, env: { GATEHOUSE_INSTALLATION_KEY: 'f'.repeat(64) } });
      await expect(foreign).rejects.toThrow(InstallationKeyError);
      await expect(foreign).rejects.toThrow('every control node needs the same');
    });

    test('that has a key already gets no new one beside it', async () => {
      const database = await open();
      await openInstallation(database, { dataDir, env: {} });
      const elsewhere = join(dataDir, 'second');
      await expect(openInstallation(database, { dataDir: elsewhere, env: {} })).rejects.toThrow('key is missing');
      expect(readdirSync(elsewhere)).toEqual([]);
    });

    test('takes one key when two nodes with different ones start at once', async () => {
      const database = await open();
      const nodes = await Promise.allSettled(
        ['a', 'b'].map((digit) => openInstallation(database, { dataDir, env: { GATEHOUSE_INSTALLATION_KEY: digit.repeat(64) } })),
      );
      expect(nodes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  },
  (database) => migrate(database, MIGRATIONS),
);
