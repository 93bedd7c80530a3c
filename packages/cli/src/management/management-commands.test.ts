import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apis, apps, backends, system } from '@gatehouse/contract/management';
import { RecordedControlPlane } from '@gatehouse/sdk/management/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runForTest } from '../testing/run-for-test.ts';

const AT = '2026-05-04T03:02:01Z';
const resource = { version: 4, managedBy: null, createdAt: AT, updatedAt: AT };
const app = (name: string) => ({ name, owner: null, description: null, ...resource });
const authorization = { id: 'id-7', app: 'partner', api: 'petstore', environment: 'test', expiresAt: null, createdAt: AT, createdBy: 'ci' };
const detail = {
  name: 'petstore',
  title: 'Petstore',
  description: null,
  owner: 'team-pets',
  group: null,
  basePath: '/petstore',
  published: [{ environment: 'test', revision: 2, publishedAt: AT, publishedBy: 'ci' }],
  ...resource,
  draft: { basePath: '/petstore', backend: 'pets', policies: [{ cors: { allowOrigins: ['*'] } }] },
  backends: ['pets'],
  operations: 1,
  changed: true,
};
const change = {
  rule: 'operation-removed',
  breaking: true,
  operation: { method: 'GET', path: '/pets' },
  location: 'operation',
  message: 'the operation was removed',
};
const publication = {
  api: 'petstore',
  environment: 'test',
  revision: 3,
  snapshot: 17,
  nodes: [{ id: 'n1', name: 'gw1', state: 'applied' as const }],
  changes: { against: 2, breaking: true, changes: [change] },
};

let plane: RecordedControlPlane;
let directory: string;

beforeAll(async () => {
  plane = await RecordedControlPlane.open();
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
});
afterAll(async () => {
  await plane.close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => plane.reset());

/** Runs a command of `plane`, and takes the directory out of what it printed. */
async function gatehouse(...args: string[]) {
  const { exit, stdout, stderr } = await runForTest(args, { GATEHOUSE_URL: plane.url, GATEHOUSE_TOKEN: 'token' });
  return { exit, stdout, stderr: stderr.replaceAll(`${directory}/`, '') };
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('lists', () => {
  test('are a table for people, and say that there is more', async () => {
    plane.answer(apps.listApps, { items: [app('partner'), app('b')], nextCursor: 'after-b' });
    const { exit, stdout, stderr } = await gatehouse('apps', 'list', '--owner', 'team-pets', '--limit', '2');
    expect([exit, stdout.split('\n')]).toEqual([
      0,
      ['NAME     OWNER  CREATED               DESCRIPTION', `partner  -      ${AT}  -`, `b        -      ${AT}  -`, ''],
    ]);
    expect(stderr).toBe('There are more: --all, or --cursor after-b\n');
    expect(plane.calls[0]?.query).toEqual({ limit: '2', owner: 'team-pets' });
  });

  test('--json is the body as it came, --all every page of it', async () => {
    const page = { items: [app('a')], nextCursor: 'after-a' };
    plane.answer(apps.listApps, page);
    plane.answer(apps.listApps, page);
    plane.answer(apps.listApps, { items: [app('b')] });
    const one = await gatehouse('apps', 'list', '--json');
    expect([JSON.parse(one.stdout), one.stderr]).toEqual([page, '']);
    const all = await gatehouse('apps', 'list', '--json', '--all');
    expect(JSON.parse(all.stdout)).toEqual({ items: [app('a'), app('b')] });
  });
});

describe('refusals', () => {
  test('confirmation shows what is affected and how to go on, and --confirm goes on', async () => {
    plane.refuse(
      backends.putBackendDefinition,
      'confirmation.required',
      'It changes 2 published APIs, at once: repeat it with confirm=true',
      {
        affected: [{ api: 'petstore', revision: 3 }],
        hidden: 1,
      },
    );
    const define = ['backends', 'define', 'pets', 'test', '--target', 'http://a:1', '--target', 'http://b:1'];
    const { exit, stdout, stderr } = await gatehouse(...define);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      'gatehouse: It changes 2 published APIs, at once [confirmation.required]',
      '  petstore, revision 3',
      '  and 1 of others, which you may not see',
      'Repeat it with --confirm to do it.',
      '',
    ]);
    await gatehouse(...define, '--confirm');
    expect(plane.calls.map(({ query }) => query)).toEqual([{ confirm: 'false' }, { confirm: 'true' }]);
    expect(plane.calls[1]?.body).toEqual({ targets: [{ url: 'http://a:1' }, { url: 'http://b:1' }] });
  });

  test('every problem is told at its place in the file that was sent', async () => {
    const path = file('definition.yaml', 'url: http://a:1\ntimeouts:\n  connect: 5\n');
    const { exit, stderr } = await gatehouse('backends', 'define', 'pets', 'test', '--file', path);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^gatehouse: .* \[request\.invalid\]\n {2}definition\.yaml:3:12: error: must be a duration with its unit.*\n$/);
  });

  test('the gateway in the place of the control plane is guessed', async () => {
    plane.play(system.getMe, (_request, response) => {
      response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end('{"code":"route.not-found","detail":"No route"}');
    });
    expect((await gatehouse('whoami')).stderr).toContain('another port, 3000 by default');
  });

  test('nobody listens: one plain line, a stack trace only with --debug', async () => {
    const gone = await RecordedControlPlane.open();
    const env = { GATEHOUSE_URL: gone.url, GATEHOUSE_TOKEN: 'token' };
    await gone.close();
    const { exit, stderr } = await runForTest(['whoami'], env);
    expect([exit, stderr.split('\n').length]).toEqual([1, 2]);
    expect((await runForTest(['whoami', '--debug'], env)).stderr).toMatch(/\n\s+at /);
  });

  test('a file of settings that is none, or of another host, is not sent', async () => {
    expect(await gatehouse('domains', 'put', 'a.example', '--file', join(directory, 'missing.yaml'))).toMatchObject({
      exit: 1,
      stderr: 'gatehouse: cannot read missing.yaml: there is no such file\n',
    });
    const other = await gatehouse('domains', 'put', 'a.example', '--file', file('domain.yaml', 'host: b.example\nmappings: []\n'));
    expect(other).toMatchObject({ exit: 1, stderr: 'gatehouse: domain.yaml is for the host b.example, not a.example\n' });
    expect((await gatehouse('domains', 'put', 'a.example', '--file', file('broken.yaml', 'mappings: [\n'))).stderr).toMatch(
      /\nbroken\.yaml:\d+:\d+: error: /,
    );
    expect(plane.calls).toEqual([]);
  });
});

test('the token is read from a file', async () => {
  plane.answer(system.getMe, { name: 'ci', role: 'viewer', teams: [], expiresAt: null, user: null });
  await gatehouse('whoami', '--token-file', file('token', 'from-file\n'));
  expect(plane.calls[0]?.authorization).toBe('Bearer from-file');
});

describe('publishing', () => {
  test('tells who serves it and what changed', async () => {
    plane.answer(apis.publishApi, publication);
    const { exit, stdout } = await gatehouse('apis', 'publish', 'petstore', 'test', '--comment', 'x', '--wait', '5');
    expect([exit, stdout.split('\n')]).toEqual([
      0,
      [
        'petstore is published in test: revision 3 (snapshot 17)',
        '',
        'NODE  STATE    REASON',
        'gw1   applied  -',
        '',
        '1 change against revision 2, 1 of them breaking (!):',
        '!- GET /pets: the operation was removed [operation-removed]',
        '',
      ],
    ]);
    expect(plane.calls[0]).toMatchObject({ query: { wait: '5', dryRun: 'false' }, body: { environment: 'test', comment: 'x' } });
  });

  test('that a node rejected fails, so that a pipeline stops; a dry run changes nothing and says so', async () => {
    plane.answer(apis.rollbackApi, { ...publication, nodes: [{ id: 'n1', name: 'gw1', state: 'rejected', reason: 'no' }] });
    const { exit, stderr } = await gatehouse('apis', 'rollback', 'petstore', 'test', '3', '--json');
    expect([exit, stderr]).toEqual([1, 'gatehouse: 1 of 1 nodes rejected it and serve what they served before\n']);
    plane.answer(apis.publishApi, { ...publication, snapshot: null, nodes: [] }, { status: 200 });
    const dry = await gatehouse('apis', 'publish', 'petstore', 'test', '--dry-run');
    expect(dry.stdout).toContain('would be published in test as revision 3; nothing was changed');
    expect(plane.calls[1]?.query).toEqual({ dryRun: 'true' });
  });

  test('a diff with a breaking change fails where that was asked for', async () => {
    plane.answer(apis.diffRevisions, publication.changes);
    expect((await gatehouse('apis', 'diff', 'petstore', '3', '--against', '1')).exit).toBe(0);
    expect((await gatehouse('apis', 'diff', 'petstore', '3', '--fail-on-breaking')).exit).toBe(1);
    expect(plane.calls.map(({ query }) => query)).toEqual([{ against: '1' }, {}]);
  });
});

const DOCUMENT = `openapi: 3.0.3
info: { title: Petstore, version: '1' }
paths:
  /pets:
    get:
      responses:
        '200':
          description: OK
          content: { application/json: { schema: { $ref: ./pet.yaml } } }
`;

describe('saving an API', () => {
  test('--definition leaves the other settings as they are, and sees when somebody else changes them', async () => {
    plane.answer(apis.getApi, detail, { version: 4 });
    plane.answer(apis.putApi, { ...detail, problems: [] }, { status: 200, version: 5 });
    file('pet.yaml', 'type: object\n');
    const { exit, stdout } = await gatehouse('apis', 'save', 'petstore', '--definition', file('api.yaml', DOCUMENT), '--owner', 'team-x');
    expect([exit, stdout]).toEqual([0, 'Saved the draft of petstore: 1 operation. Next: gatehouse apis publish petstore ENV\n']);
    expect(plane.calls[1]).toMatchObject({ ifMatch: '"4"', body: { ...detail.draft, owner: 'team-x' } });
  });

  test('files that it refers to are put into the one document that is sent', async () => {
    plane.refuse(apis.getApi, 'resource.not-found', 'There is no API "petstore"');
    plane.answer(apis.putApi, { ...detail, problems: [] }, { status: 201 });
    file('pet.yaml', 'type: object\nproperties: { name: { type: string } }\n');
    const { stdout } = await gatehouse('apis', 'save', 'petstore', '--definition', file('api.yaml', DOCUMENT), '--backend', 'pets');
    expect(stdout).toContain('Created the draft');
    const sent = plane.calls[1]?.body as { definition: { components: unknown }; backend: string };
    expect(sent.backend).toBe('pets');
    expect(sent.definition.components).toEqual({ schemas: { pet: { type: 'object', properties: { name: { type: 'string' } } } } });
  });

  test('what is wrong with it is told with its place, and nothing is sent', async () => {
    file('pet.yaml', 'type: object\n');
    const path = file('api.yaml', DOCUMENT.replace('get:', 'gett:').replace('./pet.yaml', './missing.yaml'));
    const { exit, stderr } = await gatehouse('apis', 'save', 'petstore', '--file', file('settings.yaml', `definition: ${path}\n`));
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^gatehouse: api\.yaml has \d+ errors?: nothing was saved\n/);
    expect(stderr).toMatch(/^api\.yaml:5:\d+: error: /m);
    expect(plane.calls).toEqual([]);
  });

  test('what only the control plane finds gets its place in the settings and in the document', async () => {
    const settings = 'name: petstore\nbackend: pets\npolicies:\n  - corss: {}\ndefinition: plain.yaml\n';
    file('plain.yaml', DOCUMENT.replace('{ $ref: ./pet.yaml }', '{ type: object }'));
    const problem = (...path: (string | number)[]) => ({ severity: 'error', code: 'config.invalid', message: 'is wrong', path });
    plane.refuse(apis.putApi, 'definition.invalid', 'It has errors', {
      problems: [
        problem('body', 'policies', 0, 'corss'),
        problem('body', 'definition', 'paths', '/pets', 'get'),
        { ...problem('body', 'definition', 'info'), place: { file: 'definition', line: 2, column: 7 } },
      ],
    });
    const { stderr } = await gatehouse('apis', 'save', 'petstore', '--file', file('settings.yaml', settings));
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      '  settings.yaml:4:12: error: is wrong [config.invalid]',
      '  plain.yaml:6:7: error: is wrong [config.invalid]',
      '  plain.yaml:2:7: error: is wrong [config.invalid]',
    ]);
    // One file goes as it was written.
    expect(plane.calls[0]?.body).toMatchObject({ definition: expect.stringContaining('openapi: 3.0.3\n') });
    expect(plane.calls[0]?.body).not.toHaveProperty('name');
  });
});

test('debugging sends the request as it was written and shows every step, safely', async () => {
  const message = { headers: { 'content-type': ['text/plain'] }, bodyEncoding: 'utf8' as const, truncated: false };
  plane.answer(apis.debugApi, {
    response: { status: 403, ...message, body: 'no\u001b[2J\nway' },
    trace: [{ step: 'authentication', outcome: 'refused', ms: 0.1234, detail: 'the app is not authorized' }],
    backendRequest: null,
  });
  const { exit, stdout } = await gatehouse(
    ...[
      'apis',
      'debug',
      'petstore',
      'test',
      'post',
      '/pets?tag=a&tag=b',
      '--query',
      'q=x y',
      '--header',
      'X-Tag:  a:b ',
      '--app',
      'partner',
    ],
    ...['--body', `@${file('body.json', '{"name":"Rex"}')}`],
  );
  expect(plane.calls[0]?.body).toEqual({
    environment: 'test',
    app: 'partner',
    request: {
      method: 'POST',
      path: '/pets',
      query: { tag: ['a', 'b'], q: ['x y'] },
      headers: { 'X-Tag': ['a:b'] },
      body: '{"name":"Rex"}',
    },
  });
  expect([exit, stdout.split('\n')]).toEqual([
    0,
    [
      'STEP            OUTCOME  MS    DETAIL',
      'authentication  refused  0.12  the app is not authorized',
      '',
      'The backend was not asked',
      '',
      'Answered to the caller:',
      '403',
      'content-type: text/plain',
      '',
      'no\ufffd[2J',
      'way',
      '',
    ],
  ]);
});

test('an authorization is taken back by API and environment, whatever page it is on', async () => {
  plane.answer(apps.listAuthorizations, { items: [{ ...authorization, id: 'id-1', environment: 'pre' }], nextCursor: 'more' });
  plane.answer(apps.listAuthorizations, { items: [authorization] });
  plane.answer(apps.deleteAuthorization, authorization);
  expect((await gatehouse('apps', 'unauthorize', 'partner', 'petstore', 'test')).exit).toBe(0);
  expect(plane.calls.at(-1)?.params).toEqual({ name: 'partner', id: 'id-7' });
});

test('secrets are printed once, where they were asked for', async () => {
  plane.answer(apps.createApp, { name: 'partner', owner: null, appKey: 'key-1', appSecret: 'secret-1', appCode: 'code-1' });
  const created = await gatehouse('apps', 'create', 'partner');
  expect(created.stdout.split('\n').slice(2, 5)).toEqual(['AppKey:     key-1', 'AppSecret:  secret-1', 'AppCode:    code-1']);
  const token = { id: 't1', name: 'ci', role: 'publisher' as const, teams: ['team-pets'], createdAt: AT, createdBy: 'admin' };
  plane.answer(system.createToken, { ...token, expiresAt: null, lastUsedAt: null, token: 'gh_1' });
  const made = await gatehouse('tokens', 'create', 'ci', '--role', 'publisher', '--team', 'team-pets');
  // Nothing else, so that it can go into a file.
  expect(made.stdout).toBe('gh_1\n');
  expect(plane.calls.at(-1)?.body).toEqual({ name: 'ci', role: 'publisher', teams: ['team-pets'] });
});

test('the audit is asked for since a time that was so long ago', async () => {
  plane.answer(system.listAudit, { items: [] });
  const before = Date.now();
  await gatehouse('audit', '--since', '2h', '--until', '2026-05-04T03:02:01+02:00', '--resource', 'apis/petstore');
  const query = plane.calls[0]?.query as { since: string; until: string };
  expect(Math.abs(Date.parse(query.since) - (before - 7_200_000))).toBeLessThan(60_000);
  expect(query.until).toBe('2026-05-04T03:02:01+02:00');
});
