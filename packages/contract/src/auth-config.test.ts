import { expect, test } from 'vitest';
import { createAuthSettings, DEFAULT_AUTH_SETTINGS } from './auth-config.ts';
import { resourceName } from './config.ts';

const schema = createAuthSettings({ teamName: resourceName });
const resolvers = [{ resolver: 'usernameMatchingUserEntityName' }];
const github = { clientId: 'a', clientSecret: 'b', signIn: { resolvers } };

/** Where the block is refused, and why. */
function problems(written: unknown): string[] {
  const result = schema.safeParse(written);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

test('nothing written means that nobody signs in but with a token', () => {
  expect(DEFAULT_AUTH_SETTINGS).toMatchObject({ environment: 'production', isDevelopment: false, allow: { organizations: [] } });
  expect(Object.values(DEFAULT_AUTH_SETTINGS.providers)).toEqual([undefined, undefined, undefined]);
});

test('the block of Backstage can be pasted in; what belongs to another environment is left aside', () => {
  const written = {
    environment: 'development',
    session: { secret: 'x' },
    keyStore: { provider: 'memory' },
    providers: {
      guest: {},
      github: {
        development: { ...github, callbackUrl: 'http://localhost:3000/api/auth/github/handler/frame', sessionDuration: { hours: 24 } },
        production: { clientId: 'c', clientSecret: 'd', enterpriseInstanceUrl: 'https://ghe.example.com' },
      },
      oidc: {
        development: {
          ...github,
          metadataUrl: 'https://id.example.com/.well-known/openid-configuration',
          additionalScopes: 'groups, offline_access',
          prompt: 'auto',
          signIn: { resolvers: [{ resolver: 'emailLocalPartMatchingUserEntityName', allowedDomains: ['Acme.com'] }] },
        },
      },
    },
  };
  const { providers } = schema.parse(written);
  expect(providers.github).toMatchObject({ clientId: 'a', sessionDuration: 86_400_000, additionalScopes: [] });
  expect(providers.oidc).toMatchObject({ additionalScopes: ['groups', 'offline_access'], tokenEndpointAuthMethod: 'client_secret_basic' });
  expect(providers.oidc?.signIn?.resolvers[0]?.allowedDomains).toEqual(['acme.com']);
  expect(providers.guest).toMatchObject({ userEntityRef: 'user:development/guest' });
});

test('guests are let in in development only, and the configuration says so itself', () => {
  const refused = expect.stringMatching(/^providers\.guest is for development only, and auth\.environment is production/);
  expect(problems({ providers: { guest: {} } })).toEqual([refused]);
  expect(problems({ environment: 'production', providers: { guest: {} } })).toEqual([refused]);
  const outside = { environment: 'development', providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } };
  expect(problems(outside)).toEqual([expect.stringMatching(/dangerouslyAllowOutsideDevelopment must be false/)]);
});

test.each([
  [
    'settings for another environment only',
    { providers: { github: { development: github } } },
    'providers.github has no settings for production',
  ],
  [
    'no way to find the user',
    { providers: { github: { production: { ...github, signIn: undefined } } } },
    'providers.github.production needs signIn.resolvers',
  ],
  [
    'a provider without TLS',
    { providers: { oidc: { production: { ...github, signIn: undefined, metadataUrl: 'http://id.example.com' } } } },
    'providers.oidc.production.metadataUrl must be an https URL',
  ],
  [
    'a local part of any domain',
    { providers: { github: { production: { ...github, signIn: { resolvers: [{ resolver: 'emailLocalPartMatchingUserEntityName' }] } } } } },
    'providers.github.production.signIn.resolvers.0 needs allowedDomains',
  ],
  [
    'a restriction that nobody would look at',
    {
      providers: {
        github: {
          production: { ...github, signIn: { resolvers: [{ resolver: 'usernameMatchingUserEntityName', allowedDomains: ['acme.com'] }] } },
        },
      },
    },
    'providers.github.production.signIn.resolvers.0.allowedDomains has no effect',
  ],
  [
    'a resolver that there is not',
    { providers: { github: { production: { ...github, signIn: { resolvers: [{ resolver: 'x' }] } } } } },
    'providers.github',
  ],
  ['a provider that there is not', { providers: { google: {} } }, 'providers Unrecognized key'],
  ['a rule for nobody', { access: { rules: [{ role: 'admin' }] } }, 'access.rules.0 needs user, group or both'],
  ['a team that cannot own anything', { access: { rules: [{ group: 'a', role: 'viewer', teams: ['a/b'] }] } }, 'access.rules.0.teams'],
  ['a team of no organization', { allow: { teams: ['platform'] } }, 'allow.teams.0 must be organization/team'],
  ['an idle time that uses are not noted by', { session: { idle: '1m' } }, 'session.idle must be 5m at least'],
])('refused: %s', (_what, written, expected) => {
  expect(problems(written).join('\n')).toContain(expected);
});
