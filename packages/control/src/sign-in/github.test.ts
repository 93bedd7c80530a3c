import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Browser } from './testing/browser.ts';
import { CLIENT, FakeGithub } from './testing/fake-github.ts';
import { openControlDatabase, startPeopleServer, toAuthSettings, Users } from './testing/people-fixture.ts';

let github: FakeGithub;

beforeAll(async () => {
  github = await FakeGithub.start();
});
afterAll(() => github.stop());
beforeEach(() => {
  github.account = { id: 42, login: 'Jane', name: 'Jane Doe', emails: [{ email: 'Jane@Acme.com', primary: true, verified: true }] };
  github.failure = undefined;
  github.tokenType = 'bearer';
  github.asked.length = 0;
});

const authOf = (more: object = {}, resolvers: object[] = [{ resolver: 'usernameMatchingUserEntityName' }]) => ({
  environment: 'development',
  providers: { github: { development: { ...CLIENT, enterpriseInstanceUrl: github.url, signIn: { resolvers } } } },
  ...more,
});

const open = [{ resolver: 'usernameMatchingUserEntityName', dangerouslyAllowSignInWithoutUserInCatalog: true }];

function janeOnly(): Users {
  const users = new Users();
  const groups = [
    { namespace: 'default', name: 'Pets' },
    { namespace: 'payments', name: 'platform' },
  ];
  users.add('jane', { displayName: 'Jane of the catalog', groups });
  return users;
}

test('who is in the catalog comes back to the page that was asked for, with the teams of the groups', async () => {
  const server = await startPeopleServer(await openControlDatabase(), { auth: authOf(), users: janeOnly() });
  const browser = new Browser();
  const page = await server.signIn(browser);
  expect(page.url.href).toBe(`${server.url}/apis?owner=me#top`);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const { status, body } = await server.api(browser, 'GET', '/api/v1/me');
  expect([status, body]).toEqual([
    200,
    {
      name: 'user:default/jane',
      role: 'developer',
      teams: ['Pets', 'payments.platform', 'user.jane'],
      expiresAt: new Date(server.clock.nowMs + 24 * 3_600_000).toISOString(),
      user: {
        displayName: 'Jane of the catalog',
        email: 'jane@acme.com',
        picture: 'https://example.com/a.png',
        entity: 'user:default/jane',
      },
    },
  ]);
  expect(github.asked).toEqual(['/api/v3/user', '/api/v3/user/emails']);
  const everything = JSON.stringify([
    await server.database.read.selectFrom('sessions').selectAll().execute(),
    await server.database.read.selectFrom('audit').selectAll().execute(),
    server.logged,
  ]);
  const secret = browser.jar('127.0.0.1').get('gatehouse_session') ?? '';
  expect(secret).toMatch(/^gh_se_\w{38}$/);
  for (const hidden of [secret, CLIENT.clientSecret, 'gho_']) expect(everything).not.toContain(hidden);
  const signedIn = await server.database.read.selectFrom('audit').select(['actor', 'action']).execute();
  expect(signedIn).toEqual([{ actor: 'user:default/jane', action: 'sessions.start' }]);
});

test('leaving a group, a role or the catalog takes effect within a second', async () => {
  const users = janeOnly();
  const server = await startPeopleServer(await openControlDatabase(), { auth: authOf(), users });
  const browser = new Browser();
  await server.signIn(browser);
  expect((await server.api(browser, 'GET', '/api/v1/me')).body.teams).toContain('Pets');
  const [jane] = users.list;
  if (jane !== undefined) users.list[0] = { ...jane, groups: [] };
  server.clock.nowMs += 1_000;
  expect((await server.api(browser, 'GET', '/api/v1/me')).body.teams).toEqual(['user.jane']);
  server.people.use(toAuthSettings(authOf({ access: { default: 'viewer' } })));
  expect((await server.api(browser, 'GET', '/api/v1/me')).body.role).toBe('viewer');
  users.remove('user:default/jane');
  server.clock.nowMs += 1_000;
  expect((await server.api(browser, 'GET', '/api/v1/me')).status).toBe(401);
});

describe('nobody is let in', () => {
  const refused = async (written: object, users = new Users()) => {
    const server = await startPeopleServer(await openControlDatabase(), { auth: written, users });
    const browser = new Browser();
    const page = await server.signIn(browser);
    expect(browser.jar('127.0.0.1').has('gatehouse_session')).toBe(false);
    expect([...browser.jar('127.0.0.1').keys()]).toEqual([]);
    expect(page.url.pathname).toBe('/sign-in');
    expect(page.url.searchParams.get('redirect')).toBe('/apis?owner=me#top');
    return page.url.searchParams.get('error');
  };

  test('who is not in the catalog, or is there twice', async () => {
    expect(await refused(authOf())).toBe('user-unknown');
    const twice = new Users();
    for (const name of ['jane', 'janet']) twice.add(name, { email: 'jane@acme.com' });
    expect(await refused(authOf({}, [{ resolver: 'emailMatchingUserEntityProfileEmail' }]), twice)).toBe('user-ambiguous');
  });

  test('who is in no organization or team that may', async () => {
    github.account = { id: 42, login: 'jane', organizations: ['other'], teams: ['acme/sales', 'other/platform'] };
    expect(await refused(authOf({ allow: { organizations: ['acme'], teams: ['acme/platform'] } }, open))).toBe('not-a-member');
  });

  test('whose address is of another domain, or not verified', async () => {
    const emails = [
      { email: 'jane@acme.com', primary: true, verified: false },
      { email: 'jane@acme.com.evil.example', primary: false, verified: true },
    ];
    github.account = { id: 42, login: 'jane', emails };
    expect(await refused(authOf({ allow: { emailDomains: ['acme.com'] } }, open))).toBe('email-not-allowed');
  });

  test('for whom no rule has a role', async () => {
    const rules = [
      { user: 'user:default/john', role: 'admin' },
      { group: 'birds', role: 'admin' },
    ];
    expect(await refused(authOf({ access: { default: 'none', rules } }), janeOnly())).toBe('no-access');
  });

  test('who declines, and nothing of what the provider says is passed on', async () => {
    github.account = null;
    const server = await startPeopleServer(await openControlDatabase(), { auth: authOf({}, open) });
    const page = await server.signIn(new Browser());
    expect(page.url.searchParams.get('error')).toBe('declined');
    expect(page.url.href).not.toContain('denied');
  });

  test('when GitHub fails, does not answer, or does not know this installation', async () => {
    github.failure = 502;
    expect(await refused(authOf({}, open))).toBe('provider-unreachable');
    const server = await startPeopleServer(await openControlDatabase(), { auth: authOf({}, open) });
    const at = (more: object) => {
      const settings = { ...CLIENT, enterpriseInstanceUrl: github.url, signIn: { resolvers: open }, ...more };
      server.people.use(toAuthSettings({ environment: 'development', providers: { github: { development: settings } } }));
    };
    at({ clientSecret: 'of another installation' });
    expect((await server.signIn(new Browser())).url.searchParams.get('error')).toBe('provider-refused');
    expect(JSON.stringify(server.logged)).toContain('incorrect_client_credentials');
    expect(JSON.stringify(server.logged)).not.toContain('of another installation');
    at({});
    github.tokenType = 7;
    expect((await server.signIn(new Browser())).url.searchParams.get('error')).toBe('provider-refused');
    expect(inspect(server.logged, { depth: 9, showHidden: true })).not.toContain('gho_');
    at({ enterpriseInstanceUrl: 'http://127.0.0.1:9' });
    const browser = new Browser();
    const sent = await browser.open(`${server.url}/api/auth/github/start`, (next) => next.port === '9');
    const answer = new URLSearchParams({ code: 'x', state: sent.url.searchParams.get('state') ?? '' });
    const back = await browser.open(`${server.url}/api/auth/github/handler/frame?${answer}`, () => true);
    expect(back.url.searchParams.get('error')).toBe('provider-unreachable');
  });
});

test('who takes a login that is free could be a user of the catalog: a start that lets the whole of github.com try is warned of', async () => {
  const warnings = async (resolver: string, allow: object) => {
    const providers = { github: { development: { ...CLIENT, signIn: { resolvers: [{ resolver }] } } } };
    const server = await startPeopleServer(await openControlDatabase(), { auth: { environment: 'development', providers, allow } });
    return server.logged.length;
  };
  expect(await warnings('usernameMatchingUserEntityName', {})).toBe(1);
  expect(await warnings('usernameMatchingUserEntityName', { organizations: ['acme'] })).toBe(0);
  expect(await warnings('userIdMatchingUserEntityAnnotation', {})).toBe(0);
});

test('a member of one organization or team that may is let in, wherever in the list it stands', async () => {
  const many = Array.from({ length: 130 }, (_, at) => `org-${at}`);
  const auth = authOf({ allow: { organizations: ['ACME'], teams: ['acme/platform'] } }, open);
  for (const account of [
    { id: 42, login: 'jane', organizations: [...many, 'Acme'] },
    { id: 42, login: 'jane', organizations: many, teams: ['acme/platform'] },
  ]) {
    github.account = account;
    const server = await startPeopleServer(await openControlDatabase(), { auth });
    const browser = new Browser();
    expect((await server.signIn(browser)).url.pathname).toBe('/apis');
    expect((await server.api(browser, 'GET', '/api/v1/me')).body).toMatchObject({
      name: 'github:jane',
      teams: [expect.stringMatching(/^user\.jane\.[0-9a-f]{8}$/)],
      user: { displayName: 'jane', entity: null },
    });
  }
});

test('an account that takes over the name of another is somebody else', async () => {
  const server = await startPeopleServer(await openControlDatabase(), { auth: authOf({}, open) });
  const teams = [];
  for (const id of [1, 2]) {
    github.account = { id, login: 'jane' };
    const browser = new Browser();
    await server.signIn(browser);
    teams.push((await server.api(browser, 'GET', '/api/v1/me')).body.teams[0]);
    expect((await server.api(browser, 'GET', '/api/v1/sessions')).body.items).toHaveLength(1);
  }
  expect(teams[0]).not.toBe(teams[1]);
});

test('users are found by the id of their account and by their address, also with a plus in it', async () => {
  const users = new Users();
  users.add('by-id', { annotations: { 'github.com/user-id': '42' } });
  users.add('by-mail', { email: 'john@acme.com' });
  const auth = authOf({}, [{ resolver: 'userIdMatchingUserEntityAnnotation' }, { resolver: 'emailMatchingUserEntityProfileEmail' }]);
  const server = await startPeopleServer(await openControlDatabase(), { auth, users });
  const names = [];
  for (const account of [
    { id: 42, login: 'x' },
    { id: 43, login: 'y', emails: [{ email: 'john+work@acme.com', primary: false, verified: true }] },
  ]) {
    github.account = account;
    const browser = new Browser();
    await server.signIn(browser);
    names.push((await server.api(browser, 'GET', '/api/v1/me')).body.name);
  }
  expect(names).toEqual(['user:default/by-id', 'user:default/by-mail']);
});

test('rules give the highest role and all teams that fit', async () => {
  const rules = [
    { group: 'payments/platform', role: 'publisher', teams: ['birds'] },
    { user: 'jane', role: 'viewer', teams: 'all' },
    { group: 'others', role: 'admin' },
  ];
  const server = await startPeopleServer(await openControlDatabase(), {
    auth: authOf({ access: { default: 'none', rules } }),
    users: janeOnly(),
  });
  const browser = new Browser();
  await server.signIn(browser);
  expect((await server.api(browser, 'GET', '/api/v1/me')).body).toMatchObject({
    role: 'publisher',
    teams: ['Pets', 'birds', 'payments.platform', 'user.jane'],
  });
  // As an auditor she sees what is nobody's of her teams.
  expect((await server.api(browser, 'GET', '/api/v1/audit')).body.items).not.toEqual([]);
});

test('who comes by another name of the host is sent to the right one first, and only once', async () => {
  const server = await startPeopleServer(await openControlDatabase(), { auth: authOf({}, open) });
  const elsewhere = server.url.replace('127.0.0.1', 'localhost');
  const browser = new Browser();
  const page = await browser.open(`${elsewhere}/api/auth/github/start?redirect=/apps`, (next) => next.pathname === '/apps');
  expect(page.url.href).toBe(`${server.url}/apps`);
  const rewritten = await browser.open(`${elsewhere}/api/auth/github/start?moved=1`, (next) => next.origin === github.url);
  expect(rewritten.way).toHaveLength(1);
});
