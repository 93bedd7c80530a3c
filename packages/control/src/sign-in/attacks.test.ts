import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from './testing/browser.ts';
import { CLIENT, FakeGithub } from './testing/fake-github.ts';
import { openControlDatabase, startPeopleServer } from './testing/people-fixture.ts';

let github: FakeGithub;

beforeAll(async () => {
  github = await FakeGithub.start();
});
afterAll(() => github.stop());

const FRAME = '/api/auth/github/handler/frame';
const resolvers = [{ resolver: 'usernameMatchingUserEntityName', dangerouslyAllowSignInWithoutUserInCatalog: true }];
const auth = () => ({
  environment: 'development',
  providers: { github: { development: { ...CLIENT, enterpriseInstanceUrl: github.url, signIn: { resolvers } } }, guest: {} },
});
/** The same, with another character in the middle. */
const changed = (text = '') => text.slice(0, 80) + (text[80] === 'A' ? 'B' : 'A') + text.slice(81);
const isFrame = (url: URL) => url.pathname === FRAME;

const start = async (more: { publicUrl?: string } = {}) => startPeopleServer(await openControlDatabase(), { auth: auth(), ...more });

test.each([
  '//evil.example/',
  '/\\evil.example/',
  '\\/evil.example',
  'https://evil.example/',
  'https:/evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/%2e//evil.example',
  'javascript:alert(1)',
  '@evil.example',
  '/api/auth/github/start',
  '/API/v1/me',
])('nobody is led away from here: %j', async (redirect) => {
  const server = await start();
  const page = await server.signIn(new Browser(), 'github', redirect);
  expect(page.url.href).toBe(`${server.url}/`);
});

test('a link with the code of somebody else signs nobody in (login CSRF)', async () => {
  const server = await start();
  const attacker = new Browser();
  const { url } = await attacker.open(`${server.url}/api/auth/github/start`, isFrame);
  const victim = new Browser();
  await victim.open(`${server.url}/api/auth/github/start`, isFrame);
  for (const browser of [new Browser(), victim]) {
    const page = await browser.open(url, () => true);
    expect(page.url.searchParams.get('error')).toBe('flow-lost');
    expect(browser.jar('127.0.0.1').has('gatehouse_session')).toBe(false);
  }
});

test('a wrong state, a code of no one, a cookie that was changed or is of another provider are refused', async () => {
  const server = await start();
  const browser = new Browser();
  const attempt = async (change: (url: URL, jar: Map<string, string>) => void) => {
    const { url } = await browser.open(`${server.url}/api/auth/github/start`, isFrame);
    change(url, browser.jar('127.0.0.1'));
    return (await browser.open(url, () => true)).url.searchParams.get('error');
  };
  expect(await attempt((url) => url.searchParams.set('state', 'x'))).toBe('flow-lost');
  expect(await attempt((url) => url.searchParams.delete('state'))).toBe('flow-lost');
  expect(await attempt((url) => url.searchParams.set('code', 'x'))).toBe('code-refused');
  expect(await attempt((_, jar) => jar.set('gatehouse_sign_in', changed(jar.get('gatehouse_sign_in'))))).toBe('flow-lost');
  expect(await attempt((_, jar) => jar.set('gatehouse_sign_in', server.key.seal('{}', 'sign-in/oidc')))).toBe('flow-lost');
  expect(await attempt((url) => url.searchParams.set('error', '<script>'))).toBe('provider-refused');
  expect(await attempt(() => undefined)).toBeNull();
});

test('a sign-in that takes more than ten minutes is over', async () => {
  const server = await start();
  const browser = new Browser();
  const { url } = await browser.open(`${server.url}/api/auth/github/start`, isFrame);
  server.clock.nowMs += 10 * 60_000;
  expect((await browser.open(url, () => true)).url.searchParams.get('error')).toBe('flow-lost');
});

test('a session that was planted before signing in is not the one that comes of it, and ends', async () => {
  const server = await start();
  const attacker = new Browser();
  await server.signIn(attacker);
  const planted = attacker.jar('127.0.0.1').get('gatehouse_session') ?? '';
  const victim = new Browser();
  victim.jar('127.0.0.1').set('gatehouse_session', planted);
  github.account = { id: 77, login: 'victim' };
  await server.signIn(victim);
  expect(victim.jar('127.0.0.1').get('gatehouse_session')).not.toBe(planted);
  expect((await server.api(victim, 'GET', '/api/v1/me')).body.name).toBe('github:victim');
  expect((await server.api(attacker, 'GET', '/api/v1/me')).status).toBe(401);
});

test('a request of another site is refused, with and without a session', async () => {
  const server = await start();
  const browser = new Browser();
  await server.signIn(browser);
  const send = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    browser.send(method, `${server.url}${path}`, { headers, body });
  const { host, origin } = new URL(server.url);
  const marked = { 'x-gatehouse-csrf': '1' };
  const forged: Record<string, string>[] = [
    {},
    { 'x-gatehouse-csrf': '0' },
    { ...marked, origin: 'https://evil.example' },
    { ...marked, origin: 'null' },
    // Another program of the same machine: its pages are of the same site, and cookies know no ports.
    { ...marked, origin: 'http://127.0.0.1:1' },
    { ...marked, 'sec-fetch-site': 'same-site' },
    { ...marked, origin, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of forged) {
    const answers = [
      await send('POST', '/api/v1/apps', headers, { name: 'shop' }),
      await send('DELETE', '/api/v1/sessions', headers),
      await send('DELETE', '/api/auth/session', headers),
      await send('POST', '/api/auth/session', headers, { provider: 'guest' }),
    ];
    for (const answer of answers) {
      expect([headers, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([headers, 403, 'request.forged']);
    }
  }
  expect((await send('GET', '/api/v1/me', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  const own = { ...marked, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  expect((await send('POST', '/api/v1/apps', own, { name: 'shop', owner: 'x' })).status).toBe(403);
  expect((await send('DELETE', '/api/v1/sessions', own)).status).toBe(200);
});

test('a token in a request needs no proof of where it comes from, and counts before a session', async () => {
  const server = await start();
  const browser = new Browser();
  await server.signIn(browser);
  const token = await server.token('admin');
  const call = (authorization: string, method: string, path: string, body?: unknown) =>
    browser.send(method, `${server.url}${path}`, { headers: { authorization }, body });
  expect((await call(`Bearer ${token}`, 'POST', '/api/v1/apps', { name: 'shop' })).status).toBe(201);
  expect((await call('Bearer gh_at_wrong', 'GET', '/api/v1/me')).status).toBe(401);
  // What a proxy before us asks for is no credential of ours.
  expect((await call('Basic eDp5', 'GET', '/api/v1/me')).status).toBe(200);
});

test('a cookie that somebody has put beside the session makes it count no more', async () => {
  const server = await start();
  const browser = new Browser();
  await server.signIn(browser);
  const secret = browser.jar('127.0.0.1').get('gatehouse_session') ?? '';
  const me = (cookie: string) => fetch(`${server.url}/api/v1/me`, { headers: { cookie } });
  expect((await me(`gatehouse_session=${secret}`)).status).toBe(200);
  expect((await me(`gatehouse_session=x; gatehouse_session=${secret}`)).status).toBe(401);
  expect((await me(`gatehouse_session=${'x'.repeat(8_000)}`)).status).toBe(401);
});

test('over HTTPS the cookies are of this host only, and no others count', async () => {
  const server = await start({ publicUrl: 'https://apis.example.com' });
  const browser = new Browser();
  const response = await browser.send('POST', `${server.url}/api/auth/session`, {
    headers: { 'x-gatehouse-csrf': '1', origin: 'https://apis.example.com' },
    body: { token: await server.token('viewer') },
  });
  expect(response.status).toBe(201);
  const [cookie = ''] = browser.setCookies;
  expect(cookie).toMatch(/^__Host-gatehouse_session=gh_se_\w+; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure$/);
  const secret = browser.jar('127.0.0.1').get('__Host-gatehouse_session') ?? '';
  const me = (name: string) => fetch(`${server.url}/api/v1/me`, { headers: { cookie: `${name}=${secret}` } });
  expect((await me('__Host-gatehouse_session')).status).toBe(200);
  expect((await me('gatehouse_session')).status).toBe(401);
  const started = await browser.open(`${server.url}/api/auth/github/start?moved=1`, (next) => next.origin === github.url);
  expect(started.url.searchParams.get('redirect_uri')).toBe('https://apis.example.com/api/auth/github/handler/frame');
});

test('a guest is let in by a name of this host only, since any other may lead here', async () => {
  const server = await start();
  const asGuest = async (host: string) => {
    const headers = { host, origin: `http://${host}`, 'x-gatehouse-csrf': '1', 'content-type': 'application/json' };
    const asked = request(`${server.url}/api/auth/session`, { method: 'POST', headers });
    asked.end('{"provider":"guest"}');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  for (const host of ['localhost:3000', '10.0.0.1:3000', '[::1]:3000', new URL(server.url).host]) expect(await asGuest(host)).toBe(201);
  for (const host of ['rebound.example:3000', 'localhost.rebound.example', '127.0.0.1.rebound.example'])
    expect(await asGuest(host)).toBe(403);
});

test('after twenty failures an address has to wait, and others have not', async () => {
  const server = await start();
  const browser = new Browser();
  const attempt = (token: string) => server.api(browser, 'POST', '/api/auth/session', { token });
  for (let count = 0; count < 20; count++) expect((await attempt('gh_at_guessed')).status).toBe(401);
  const limited = await attempt('gh_at_guessed');
  expect([limited.status, limited.body.code]).toEqual([429, 'sign-in.limited']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  const page = await server.signIn(new Browser());
  expect(page.url.searchParams.get('error')).toBe('too-many-attempts');
  server.clock.nowMs += 5 * 60_000;
  expect((await attempt('gh_at_guessed')).status).toBe(401);
});

test('a right token is let in whatever others at its address try, and a page that sends its browser here locks nobody out', async () => {
  const server = await start();
  const token = await server.token('viewer');
  const attempt = (given: string) => server.api(new Browser(), 'POST', '/api/auth/session', { token: given });
  for (let count = 0; count < 25; count++) await attempt('gh_at_guessed');
  expect((await attempt(token)).status).toBe(201);
  server.clock.nowMs += 5 * 60_000;
  for (let count = 0; count < 25; count++) {
    const lost = await new Browser().open(`${server.url}/api/auth/github/handler/frame?code=x&state=y`, () => true);
    expect(lost.url.searchParams.get('error')).toBe('flow-lost');
  }
  expect((await server.signIn(new Browser())).url.searchParams.get('error')).toBeNull();
});
