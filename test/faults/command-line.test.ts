import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-check-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const GOOD = `
backends:
  - name: pets
    type: http
    environments:
      production: { url: http://127.0.0.1:9001 }
apis:
  - name: petstore
    definition: ./petstore.yaml
    backend: pets
    publish: [production]
`;

const PETSTORE = `
openapi: 3.0.3
info: { title: Petstore, version: '1.0' }
paths:
  /pets:
    get:
      responses: { '200': { description: OK } }
`;

/** Each line that is wrong says so; the line numbers in the tests count from the first line below. */
const BAD = `gateway:
  threads: many
  limts: { headerBytes: 16KiB }
  limits: { headersTimeout: 10 }
backends:
  - name: pets
    type: ftp
    environments:
      production: { url: ftp://127.0.0.1/ }
apis:
  - name: petstore
    definition: ./missing.yaml
    backend: pest
    publish: [productoin]
`;

describe('gatehouse check', () => {
  test('a good configuration: exit code 0', async () => {
    await file('petstore.yaml', PETSTORE);
    const { exit, output } = await runCommand(['check', await file('good.yaml', GOOD)]);
    expect(exit, output).toBe(0);
    expect(output).not.toMatch(/: error: /);
  });

  test('prints every problem at once, each with file:line:column, and ends with 1', async () => {
    const { exit, stdout, stderr } = await runCommand(['check', await file('bad.yaml', BAD)]);
    expect(exit).toBe(1);
    const lines = `${stdout}${stderr}`.split('\n');
    const problemAt = (line: number) => lines.filter((text) => new RegExp(`bad\\.yaml:${line}:\\d+: error: `).test(text)).join('\n');
    expect(problemAt(2)).toMatch(/auto/);
    expect(problemAt(3)).toMatch(/limts.*limits/s);
    expect(problemAt(4)).toMatch(/unit/);
    expect(problemAt(7)).toMatch(/http/);
    expect(problemAt(9)).toMatch(/http/);
    expect(problemAt(12)).toMatch(/missing\.yaml/);
    expect(lines.join('\n')).not.toMatch(/^\s+at /m);
  });

  test('a name that refers to nothing suggests the nearest one', async () => {
    await file('petstore.yaml', PETSTORE);
    const text = GOOD.replace('backend: pets', 'backend: pest').replace('publish: [production]', 'publish: [productoin]');
    const { exit, output } = await runCommand(['check', await file('names.yaml', text)]);
    expect(exit).toBe(1);
    expect(output).toMatch(/names\.yaml:10:\d+: error: .*pest.*pets/);
    expect(output).toMatch(/names\.yaml:11:\d+: error: .*productoin.*production/);
  });

  test('problems of an API definition have their place in that file', async () => {
    await file('petstore.yaml', PETSTORE.replace('    get:', '    get: hello\n    put:'));
    const { exit, output } = await runCommand(['check', await file('definition.yaml', GOOD)]);
    expect(exit).toBe(1);
    expect(output).toMatch(/petstore\.yaml:6:\d+: error: /);
  });

  test('the gateway does not start with what check refuses', async () => {
    const { exit, stderr } = await runCommand([
      'start',
      '--config',
      await file('bad.yaml', BAD),
      '--role',
      'gateway',
      '--data',
      join(directory, 'data'),
    ]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/bad\.yaml:2:\d+: error: /);
    expect(stderr).toMatch(/bad\.yaml:9:\d+: error: /);
  });
});

describe('wrong usage ends with 2 and says what is right', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['check without files', ['check']],
    ['an unknown option', ['start', '--frobnicate']],
    ['an option without its value', ['start', '--config']],
    ['an unknown role', ['start', '--role', 'king']],
  ])('%s', async (_, args) => {
    const { exit, stdout, stderr } = await runCommand(args);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/gatehouse/i);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('--help names every command, on standard output, and ends with 0', async () => {
  const { exit, stdout } = await runCommand(['--help']);
  expect(exit).toBe(0);
  for (const word of ['start', 'check', '--config', '--role', '--data']) expect(stdout).toContain(word);
});

test('--version is a version', async () => {
  const { exit, stdout } = await runCommand(['--version']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
});
