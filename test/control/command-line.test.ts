import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Command, runCommand } from '../support/command.ts';
import { Instance } from '../support/control.ts';
import { EchoOrigin } from '../support/echo-origin.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: Petstore, version: '1' }
paths:
  /pets:
    get:
      responses:
        '200':
          description: OK
          content: { application/json: { schema: { $ref: ./pet.yaml } } }
  /owners:
    get:
      responses: { '200': { description: OK } }
`;

let instance: Instance;
let origin: EchoOrigin;
let directory: string;
const token = 'an-admin-token-for-tests-only';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-command-line-'));
  origin = await EchoOrigin.start();
  instance = await Instance.start({ role: 'all' });
});

afterAll(async () => {
  await instance?.remove();
  await origin?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a command against the instance. */
function gatehouse(...args: string[]): Promise<Command> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/gatehouse-test', import.meta.url));
  return runCommand(args, { GATEHOUSE_URL: instance.controlUrl, GATEHOUSE_TOKEN: token, NODE_COMPILE_CACHE: cache });
}

/** The same, and it must end with 0. Gives what it printed. */
async function done(...args: string[]): Promise<string> {
  const command = await gatehouse(...args);
  expect(command.exit, `${args.join(' ')}\n${command.output}`).toBe(0);
  return command.stdout;
}

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function statusOf(code: string, path: string): Promise<number> {
  return (await fetch(`${instance.gatewayUrl}${path}`, { headers: { 'X-Ca-Stage': 'TEST', 'X-Api-Key': code } })).status;
}

test('the whole way of an API, from the backend service to a rollback, by commands alone', async () => {
  expect(await done('whoami')).toMatch(/^role: +admin$/m);
  expect(await done('environments', 'list')).toMatch(/^test\b[\s\S]*^pre\b[\s\S]*^production\b/m);

  await done('backends', 'create', 'pets', '--owner', 'team-pets');
  await done('backends', 'define', 'pets', 'test', '--target', origin.url);
  expect(await done('backends', 'show', 'pets')).toContain(origin.url);

  await file('pet.yaml', 'type: object\n');
  const settings = await file('settings.yaml', 'definition: petstore.yaml\nbackend: pets\nowner: team-pets\nauth: app\n');
  const definition = await file('petstore.yaml', DOCUMENT);
  expect(await done('apis', 'save', 'petstore', '--file', settings)).toContain('2 operations');
  expect(await done('apis', 'publish', 'petstore', 'test', '--dry-run')).toContain('nothing was changed');
  expect(await done('apis', 'publish', 'petstore', 'test')).toMatch(/revision 1 [\s\S]* applied /);

  const created: { appCode: string } = JSON.parse(await done('apps', 'create', 'partner', '--owner', 'team-x', '--json'));
  const refused = await done('apis', 'debug', 'petstore', 'test', 'GET', '/pets', '--app', 'partner');
  expect(refused).toMatch(/authentication +refused/);
  await done('apps', 'authorize', 'partner', 'petstore', 'test');
  const debugged = await done('apis', 'debug', 'petstore', 'test', 'GET', '/pets', '--query', 'tag=a b', '--app', 'partner');
  expect(debugged).toContain(`GET ${origin.url}/pets?tag=a+b`);
  await expect.poll(() => statusOf(created.appCode, '/petstore/pets')).toBe(200);
  expect(await done('apis', 'consumers', 'petstore')).toMatch(/^partner +test /m);

  // What is live must not be moved by accident.
  const moved = await gatehouse('backends', 'define', 'pets', 'test', '--target', `${origin.url}/v2`);
  expect([moved.exit, moved.stderr]).toEqual([1, expect.stringMatching(/petstore, revision 1[\s\S]*--confirm/)]);
  await done('backends', 'define', 'pets', 'test', '--target', `${origin.url}/v2`, '--confirm');

  await file('petstore.yaml', DOCUMENT.slice(0, DOCUMENT.indexOf('  /owners')));
  await done('apis', 'save', 'petstore', '--definition', definition);
  expect(await done('apis', 'publish', 'petstore', 'test', '--comment', 'without owners')).toContain('!- GET /owners');
  expect(await statusOf(created.appCode, '/petstore/owners')).toBe(404);
  expect((await gatehouse('apis', 'diff', 'petstore', '2', '--fail-on-breaking')).exit).toBe(1);
  await done('apis', 'rollback', 'petstore', 'test', '1');
  expect(await statusOf(created.appCode, '/petstore/owners')).toBe(200);
  expect(await done('apis', 'revisions', 'petstore')).toMatch(/^2 .* without owners$/m);

  await done('apps', 'unauthorize', 'partner', 'petstore', 'test');
  await expect.poll(() => statusOf(created.appCode, '/petstore/pets')).toBe(403);
  await done('apis', 'unpublish', 'petstore', 'test');
  expect(await done('audit', '--resource', 'apis/petstore', '--since', '1h')).toContain('apis.rollback');
  expect(await done('nodes', 'list')).toMatch(/ current /);
  for (const args of [
    ['apps', 'delete', 'partner'],
    ['apis', 'delete', 'petstore'],
    ['backends', 'delete', 'pets'],
  ])
    await done(...args);
}, 120_000);

test('problems that only the control plane finds have their place in the files', async () => {
  await file(
    'plain.yaml',
    DOCUMENT.replace('{ $ref: ./pet.yaml }', '{ type: object }').replace('get:', 'get:\n      x-gatehouse-policies: [{ corss: {} }]'),
  );
  const settings = await file('wrong.yaml', 'definition: plain.yaml\nbackend: nobody\npolicies:\n  - rate-limit: { limit: many }\n');
  const { exit, stderr } = await gatehouse('apis', 'save', 'wrong', '--file', settings);
  expect(exit, stderr).toBe(1);
  expect(stderr).toMatch(/wrong\.yaml:4:\d+: error: /);
  expect(stderr).toMatch(/plain\.yaml:6:\d+: error: .*corss/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a token that is not valid is refused without a word of what there is', async () => {
  const { exit, stderr } = await runCommand(['apis', 'show', 'petstore'], { GATEHOUSE_URL: instance.controlUrl, GATEHOUSE_TOKEN: 'wrong' });
  expect([exit, stderr]).toEqual([1, expect.stringContaining('[authentication.required]')]);
});
