import { describe, expect, it } from 'vitest';
import { readTexts } from './config-fixture.ts';

const ENV = {
  PORT: '9000',
  HOST: 'gw.internal',
  TEAM: '1234',
  YES: 'true',
  EMPTY: '',
  SECRET: 'hunter2hunter2',
  SECRETS: 'hunter2 hunter2',
};

async function configured(yaml: string, read: (config: NonNullable<Awaited<ReturnType<typeof readTexts>>['config']>) => unknown) {
  const { config, lines } = await readTexts({ 'gatehouse.yaml': yaml }, ENV);
  return config === undefined ? lines : read(config);
}

const owner = (text: string) =>
  configured(`apis:\n  - name: a\n    definition: x\n    owner: ${text}\n`, (config) => config.apis[0]?.owner);
const port = (text: string) => configured(`gateway:\n  listen:\n    port: ${text}\n`, (config) => config.gateway.listen.port);

describe('placeholders', () => {
  it.each<[text: string, value: unknown]>([
    ['${HOST}', 'gw.internal'],
    ['http://${HOST}:${PORT}/', 'http://gw.internal:9000/'],
    ['${NONE:-a default, with spaces}', 'a default, with spaces'],
    ['"${NONE:-}"', ''],
    ['${EMPTY:-used as in a shell}', 'used as in a shell'],
    ['x${EMPTY}y', 'xy'],
    ['$${HOST} costs $5', '${HOST} costs $5'],
    ['http://${stageVariables.host}/${context.stage}', 'http://${stageVariables.host}/${context.stage}'],
    ['|\n      ${HOST}\n      ${PORT}', 'gw.internal\n9000\n'],
  ])('in strings: %s', async (text, value) => {
    expect(await owner(text)).toEqual(value);
  });

  it.each<[text: string, value: unknown]>([
    ['${PORT}', 9000],
    ['${NONE:-8000}', 8000],
    ['"${PORT}"', 9000],
  ])('become a number where the schema wants one: %s', async (text, value) => {
    expect(await port(text)).toBe(value);
  });

  it('stay a string where the schema wants one, whatever they look like', async () => {
    expect(await owner('${TEAM}')).toBe('1234');
    expect(await owner('${YES}')).toBe('true');
    expect(await configured('gateway: { threads: "${NONE:-auto}" }', (config) => config.gateway.threads)).toBe('auto');
    expect(await configured('gateway: { threads: "${NONE:-4}" }', (config) => config.gateway.threads)).toBe(4);
  });

  it('are judged as they would be if their value were written there', async () => {
    const refused = await readTexts(
      { 'gatehouse.yaml': 'gateway:\n  listen:\n    port: ${BIG}\n    host: ${YES}\n' },
      { BIG: '99999', YES: 'yes' },
    );
    expect(refused.lines).toEqual([
      'gatehouse.yaml:3:11: error: gateway.listen.port must be at most 65535; found ${BIG} [config.invalid-value]',
    ]);
  });

  it('are not replaced in keys', async () => {
    const { lines } = await readTexts({ 'gatehouse.yaml': '${HOST}: 1\n' }, ENV);
    expect(lines).toEqual([expect.stringContaining('gatehouse.yaml:1:1: error: unknown key "${HOST}"')]);
  });

  it('are replaced in included files and in the names of files', async () => {
    const { config } = await readTexts(
      { 'gatehouse.yaml': 'gateway: { $include: "${HOST}.yaml" }\n', 'gw.internal.yaml': 'listen:\n  port: ${PORT}\n' },
      ENV,
    );
    expect(config?.gateway.listen.port).toBe(9000);
  });

  it('that are unset or malformed are each an error where they stand, and what depends on them is not judged', async () => {
    const { lines } = await readTexts(
      {
        'gatehouse.yaml': [
          'gateway:',
          '  listen: { host: "${NONE}", port: "${NONE2}${NONE3:-1}" }',
          'backends: [{ name: "${NONE}", type: http, environments: { test: { url: "${NONE}" } } }]',
          'apis:',
          '  - { name: a, definition: "${HOST", backend: x, owner: "${a-b}", title: "${A:-${B}}" }',
          '',
        ].join('\n'),
      },
      ENV,
    );
    const unset = (name: string) =>
      `error: the environment variable ${name} is not set; set it, or give a default: \${${name}:-default} [config.unset-variable]`;
    const malformed =
      'error: a placeholder must be ${NAME} or ${NAME:-default}, where NAME holds letters, digits and underscores; write $${ for a literal ${ [config.invalid-placeholder]';
    expect(lines).toEqual([
      `gatehouse.yaml:2:19: ${unset('NONE')}`,
      `gatehouse.yaml:2:36: ${unset('NONE2')}`,
      `gatehouse.yaml:3:20: ${unset('NONE')}`,
      `gatehouse.yaml:3:72: ${unset('NONE')}`,
      'gatehouse.yaml:5:28: error: a placeholder ${ is not closed with }; write $${ for a literal ${ [config.invalid-placeholder]',
      `gatehouse.yaml:5:57: ${malformed}`,
      `gatehouse.yaml:5:74: ${malformed}`,
    ]);
  });

  it('do not matter where a later layer replaced them', async () => {
    const { lines } = await readTexts({
      'layer1.yaml': 'control: { database: "${NONE}" }\n',
      'layer2.yaml': 'control: { database: sqlite }\n',
    });
    expect(lines).toEqual([]);
  });

  it('never show their value in a message', async () => {
    const secret = '${SECRET}';
    const { lines, problems } = await readTexts(
      {
        'gatehouse.yaml': `gateway:
  listen: { host: 1, port: "${secret}" }
  defaultEnvironment: ${secret}
  drainTimeout: ${secret}
  accessLog: { output: "${secret}", format: "${secret}" }
control: { database: "mysql://u:${secret}@h/db" }
environments: [test, "${secret}", "${secret}"]
policies: [{ cors: { allowOrigins: ["\${SECRETS}"] } }]
backends: [{ name: "${secret}", type: "${secret}", environments: { test: { url: "http://u:${secret}@h" } } }]
apis:
  - { name: "${secret}", definition: x, backend: "x${secret}", basePath: "/${secret}", publish: ["x${secret}", test] }
  - { name: b, definition: x, basePath: "/${secret}", publish: [test], errorProfile: "${secret}" }
domains: [{ host: "${secret}", mappings: [{ api: "x${secret}", environment: "y${secret}", path: "${secret}" }] }]
`,
      },
      ENV,
    );
    expect(lines.length).toBeGreaterThan(12);
    expect(lines).toContainEqual(expect.stringContaining('must not hold blanks, as "${SECRETS}" does'));
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
