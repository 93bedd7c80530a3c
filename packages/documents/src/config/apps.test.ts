import { describe, expect, test } from 'vitest';
import { readTexts } from './config-fixture.ts';

const APIS = 'environments: [test, production]\napis: [{ name: petstore, definition: a.yaml }]\n';

async function linesOf(apps: string, env: Record<string, string> = {}): Promise<string[]> {
  return (await readTexts({ 'gatehouse.yaml': `${APIS}apps:\n${apps}` }, env)).lines;
}

describe('apps', () => {
  test('may call what exists: anything else is an error where it stands, with what was meant', async () => {
    const apps = '  - { name: a, appCode: 0123456789abcdef, authorizations: [{ api: petstor, environments: [tset, production] }] }\n';
    expect(await linesOf(apps)).toEqual([
      'gatehouse.yaml:4:67: error: there is no API "petstor"; did you mean "petstore"? [config.unknown-api]',
      'gatehouse.yaml:4:91: error: there is no environment "tset" to be authorized in; did you mean "test"? [config.unknown-environment]',
    ]);
  });

  test('have a name of their own, and credentials of their own', async () => {
    const lines = await linesOf(
      `  - { name: a, appKey: '\${KEY}', appSecret: '\${SECRET}', appCode: '\${CODE}' }
  - { name: a, appKey: key-of-another-app, appSecret: '\${SECRET}', appCode: '\${CODE}' }
  - { name: b, appKey: key-of-another-app, appSecret: '\${SECRET}' }
`,
      { KEY: 'key-of-this-one-app', SECRET: 'secret-0123456789', CODE: 'code-0123456789abc' },
    );
    expect(lines.map((line) => line.replace(/^gatehouse.yaml:(\d+):\d+: .*\[(.*)\]$/, '$1 $2'))).toEqual([
      '5 config.duplicate-name',
      '5 config.duplicate-credential',
      '6 config.duplicate-credential',
    ]);
    expect(lines.join()).not.toMatch(/0123456789|key-of/);
  });

  test('have AppKey and AppSecret, or neither', async () => {
    const lines = await linesOf('  - { name: a, appKey: key-of-this-one-app }\n  - { name: b, appSecret: secret-0123456789 }\n');
    expect(lines).toEqual([
      'gatehouse.yaml:4:24: error: this appKey has no appSecret [config.app-secret]',
      'gatehouse.yaml:5:27: error: this appSecret has no appKey [config.app-secret]',
    ]);
  });

  test('have secrets that no message shows', async () => {
    expect((await linesOf('  - { name: a, appCode: shhh, appSecret: hush, appKey: key-of-this-one-app }\n')).join()).not.toMatch(
      /shhh|hush/,
    );
  });

  test('of a later layer are laid over those of the same name', async () => {
    const { config } = await readTexts({
      'layer1.yaml': `${APIS}apps: [{ name: a, owner: team-a }, { name: b }]\n`,
      'layer2.yaml': 'apps: [{ name: a, appCode: 0123456789abcdef }]\n',
    });
    expect(config?.apps.map(({ name, owner, appCode }) => [name, owner, appCode])).toEqual([
      ['a', 'team-a', '0123456789abcdef'],
      ['b', undefined, undefined],
    ]);
  });
});
