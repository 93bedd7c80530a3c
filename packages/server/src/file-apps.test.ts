import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashAppCode } from '@gatehouse/contract';
import { formatProblem } from '@gatehouse/contract/problem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toAppRecords } from './file-apps.ts';
import { ConfigurationLoader } from './load-configuration.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-apps-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function load(apps: string, hasControlPlane: boolean) {
  const file = join(directory, 'gatehouse.yaml');
  await writeFile(file, `apps:\n${apps}`);
  const { problems, config } = await new ConfigurationLoader().load([file], {}, { hasControlPlane });
  return { config, lines: problems.map((problem) => formatProblem(problem).replace(`${directory}/`, '')) };
}

test('an app without credentials is an error where nobody makes them up', async () => {
  const apps = '  - name: a\n    appCode: 0123456789abcdef\n  - name: b\n';
  expect((await load(apps, false)).lines).toEqual([expect.stringMatching(/^gatehouse\.yaml:4:11: error: this app has no credentials/)]);
  expect((await load(apps, true)).lines).toEqual([]);
});

test('apps become records whose AppCodes are hashed and whose ids are their names', async () => {
  const apps = '  - { name: a, appCode: 0123456789abcdef }\n  - { name: b, appKey: key-of-the-app-b, appSecret: secret-of-the-app-b }\n';
  const { config } = await load(apps, false);
  const codeKey = Buffer.alloc(32, 1).toString('base64');
  const records = toAppRecords(config?.apps ?? [], codeKey);
  expect(records.map(({ id, keys }) => [id, keys])).toEqual([
    ['a', [{ appKey: '', appSecret: '', codeHash: hashAppCode(codeKey, '0123456789abcdef') }]],
    ['b', [{ appKey: 'key-of-the-app-b', appSecret: 'secret-of-the-app-b', codeHash: '' }]],
  ]);
  expect(JSON.stringify(records)).not.toContain('0123456789abcdef');
});
