import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Browser } from './testing/browser.ts';
import { OIDC_CLIENT, OidcServer } from './testing/oidc-server.ts';
import { openControlDatabase, startPeopleServer, toAuthSettings, Users } from './testing/people-fixture.ts';

let server: Awaited<ReturnType<typeof startPeopleServer>>;
let provider: OidcServer;
const users = new Users();

beforeEach(async () => {
  // What the provider says of itself when it is started with little.
  vi.spyOn(console, 'warn').mockReturnValue();
  users.list.length = 0;
  server = await startPeopleServer(await openControlDatabase(), { auth: {}, users });
  provider = await OidcServer.start(`${server.url}/api/auth/oidc/handler/frame`);
  onTestFinished(() => provider.stop());
});

/** Configures the provider; it can be known only once the port of the server is. */
function configure(resolvers: object[], more: object = {}): void {
  const oidc = { metadataUrl: `${provider.url}/.well-known/openid-configuration`, ...OIDC_CLIENT, signIn: { resolvers }, ...more };
  server.people.use(toAuthSettings({ environment: 'development', providers: { oidc: { development: oidc } } }));
}

async function signIn() {
  const browser = new Browser();
  const { url } = await server.signIn(browser, 'oidc');
  return { browser, error: url.searchParams.get('error'), me: (await server.api(browser, 'GET', '/api/v1/me')).body };
}

test('a user is found by the preferred username, which the userinfo endpoint tells', async () => {
  users.add('jane', { displayName: 'Jane' });
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName' }]);
  const { me } = await signIn();
  expect(me).toMatchObject({ name: 'user:default/jane', user: { entity: 'user:default/jane', displayName: 'Jane' } });
});

test('every way of the client to prove who it is works, and the issuer will do for its metadata', async () => {
  users.add('jane');
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName' }], { metadataUrl: provider.url, title: 'Keycloak', prompt: 'login' });
  expect((await signIn()).error).toBeNull();
  expect((await server.api(new Browser(), 'GET', '/api/auth/providers')).body).toEqual({
    providers: [{ id: 'oidc', title: 'Keycloak', kind: 'redirect', start: '/api/auth/oidc/start' }],
    token: true,
    development: true,
  });
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName' }], { clientSecret: 'wrong' });
  expect((await signIn()).error).toBe('provider-refused');
});

test('an address counts when the provider says that it verified it, and is of an allowed domain', async () => {
  users.add('jane', { email: 'jane@acme.com' });
  const byAddress = [{ resolver: 'emailMatchingUserEntityProfileEmail' }];
  configure(byAddress);
  provider.account = { sub: 'u1', email: 'jane@acme.com', email_verified: true };
  expect((await signIn()).me.name).toBe('user:default/jane');
  provider.account = { sub: 'u2', email: 'jane@acme.com' };
  expect((await signIn()).error).toBe('email-missing');
  configure(byAddress, { assumeEmailVerified: true });
  expect((await signIn()).error).toBeNull();
  provider.account = { sub: 'u3', email: 'jane@acme.com', email_verified: false };
  expect((await signIn()).error).toBe('email-missing');
  configure([{ resolver: 'emailLocalPartMatchingUserEntityName', allowedDomains: ['acme.com'] }]);
  provider.account = { sub: 'u4', email: 'jane@evil.example', email_verified: true };
  expect((await signIn()).error).toBe('user-unknown');
  provider.account = { sub: 'u4', email: 'Jane@ACME.com', email_verified: true };
  expect((await signIn()).me.name).toBe('user:default/jane');
});

test('a session of a provider lasts no longer than the provider allows', async () => {
  users.add('jane');
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName' }], { sessionDuration: { minutes: 30 } });
  const { me } = await signIn();
  expect(me.expiresAt).toBe(new Date(server.clock.nowMs + 30 * 60_000).toISOString());
});

test('a name cannot be one that looks like another, or break out of where it stands', async () => {
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName', dangerouslyAllowSignInWithoutUserInCatalog: true }]);
  for (const name of [
    'user:default/root',
    'ja ck',
    'jack ',
    'ja\u200bck',
    'jac\u212a',
    'boss@acme.com',
    'user:default/root\u202e\u0000 ',
  ]) {
    provider.account = { sub: 'u1', preferred_username: name };
    expect((await signIn()).error, name).toBe('user-unknown');
  }
  provider.account = { sub: 'u1', preferred_username: 'jack', name: 'x\u0007' };
  const { me } = await signIn();
  expect(me).toMatchObject({ name: 'oidc:jack', user: { displayName: 'x', entity: null } });
  expect(me.teams).toEqual([expect.stringMatching(/^user\.jack\.[0-9a-f]{8}$/)]);
  configure([{ resolver: 'emailMatchingUserEntityProfileEmail', dangerouslyAllowSignInWithoutUserInCatalog: true }]);
  provider.account = { sub: 'u2', email: 'boss@acme.com', email_verified: true };
  expect((await signIn()).me.name).toBe('oidc:boss@acme.com');
  // Whoever is called so at the provider is not.
  provider.account = { sub: 'u3', preferred_username: 'boss@acme.com', email: 'boss@acme.com', email_verified: false };
  expect((await signIn()).error).toBe('email-missing');
});

test('an ID token for another sign-in is refused, and so is a code that was used', async () => {
  users.add('jane');
  configure([{ resolver: 'preferredUsernameMatchingUserEntityName' }]);
  const browser = new Browser();
  const frame = (url: URL) => url.pathname === '/api/auth/oidc/handler/frame';
  const { url } = await browser.open(`${server.url}/api/auth/oidc/start`, frame);
  const cookie = browser.jar('127.0.0.1').get('gatehouse_sign_in') ?? '';
  expect((await browser.open(url, () => true)).url.pathname).toBe('/');
  // Whoever has the address and the cookie of a sign-in that is over gets nothing for them.
  const thief = new Browser();
  thief.jar('127.0.0.1').set('gatehouse_sign_in', cookie);
  const replayed = await thief.open(url, () => true);
  expect(replayed.url.searchParams.get('error')).toBe('code-refused');
  expect(thief.jar('127.0.0.1').has('gatehouse_session')).toBe(false);
});
