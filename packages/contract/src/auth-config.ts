import { z } from 'zod';
import { backstageDuration } from './catalog-config.ts';
import { duration } from './units.ts';

const MINUTE_MS = 60_000;
const DEVELOPMENT = 'development';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const EMAIL_RESOLVERS = ['emailMatchingUserEntityProfileEmail', 'emailLocalPartMatchingUserEntityName'] as const;

const webUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}, 'must be an http or https URL without user and fragment');

const secret = z.string().min(1);

const mailDomain = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){0,8}[A-Za-z0-9-]{1,63}$/, 'must be the domain of e-mail addresses, such as example.com')
  .toLowerCase();

const scopeList = z
  .union([z.string().max(1024), z.array(z.string().max(256)).max(50)], { error: 'must be a list of scopes' })
  .transform((value) => (typeof value === 'string' ? value.split(/[ ,]/) : value).filter((scope) => scope !== ''))
  .refine((scopes) => scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(scope)), 'must be a list of scopes')
  .default([]);

/** Backstage reads it; here nothing depends on it. */
const withoutEffect = z.unknown().optional().meta({ description: "Backstage's; accepted, has no effect here." });

function resolverList<const Names extends readonly [string, ...string[]]>(names: Names) {
  const resolver = z
    .strictObject({
      resolver: z.enum(names).meta({ description: 'How the User entity of the catalog is found.' }),
      allowedDomains: z.array(mailDomain).min(1).optional().meta({ description: 'Only e-mail addresses of these domains.' }),
      dangerouslyAllowSignInWithoutUserInCatalog: z
        .boolean()
        .default(false)
        .meta({ description: 'Who is not in the catalog may sign in too, if `allow` lets them.' }),
    })
    .superRefine((value, context) => {
      // A restriction that nobody looks at would let everybody in.
      if (value.allowedDomains === undefined || (EMAIL_RESOLVERS as readonly string[]).includes(value.resolver)) return;
      const message = 'has no effect on a resolver that does not look at e-mail addresses: use auth.allow.emailDomains';
      context.addIssue({ code: 'custom', path: ['allowedDomains'], message });
    });
  return z
    .strictObject({
      resolvers: z.array(resolver).min(1).max(10).meta({ description: 'Tried in this order; the first that finds a user counts.' }),
    })
    .optional();
}

const common = {
  title: z.string().min(1).max(64).optional().meta({ description: 'What the button says.' }),
  clientId: z.string().min(1).max(512),
  clientSecret: secret.meta({ description: 'Read it from the environment: ${AUTH_CLIENT_SECRET}.' }),
  callbackUrl: webUrl.optional().meta({ description: 'Where the provider sends people back to; default below control.publicUrl.' }),
  additionalScopes: scopeList,
  sessionDuration: backstageDuration
    .optional()
    .meta({ description: 'Longest session of this provider; never longer than auth.session.lifetime.' }),
};

const github = z.strictObject({
  ...common,
  enterpriseInstanceUrl: webUrl.optional().meta({ description: 'GitHub Enterprise, such as https://github.example.com.' }),
  signIn: resolverList(['usernameMatchingUserEntityName', 'userIdMatchingUserEntityAnnotation', ...EMAIL_RESOLVERS]),
});

const oidc = z.strictObject({
  ...common,
  metadataUrl: webUrl.meta({ description: 'The issuer, or its /.well-known/openid-configuration.' }),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'none']).default('client_secret_basic'),
  tokenSignedResponseAlg: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']).optional(),
  prompt: z
    .enum(['auto', 'none', 'login', 'consent', 'select_account'])
    .default('auto')
    .meta({ description: 'What the provider asks; auto: what it finds necessary.' }),
  assumeEmailVerified: z
    .boolean()
    .default(false)
    .meta({ description: 'E-mail addresses count although the provider does not say that it verified them (email_verified).' }),
  startUrlSearchParams: withoutEffect,
  timeout: withoutEffect,
  signIn: resolverList(['preferredUsernameMatchingUserEntityName', ...EMAIL_RESOLVERS]),
});

const userRef = z
  .string()
  .regex(/^user:(?:[a-z0-9-]{1,63}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/i, 'must be the reference of a user, such as user:default/jane');

const guest = z.strictObject({
  userEntityRef: userRef.default('user:development/guest'),
  ownershipEntityRefs: z
    .array(z.string().max(200))
    .max(100)
    .default([])
    .meta({ description: 'Groups of the guest, when the catalog does not have the user.' }),
  dangerouslyAllowOutsideDevelopment: z
    .literal(false, { error: 'must be false: guests are let in with auth.environment: development only' })
    .optional(),
});

const environmentName = z.string().regex(/^[A-Za-z0-9_-]{1,63}$/, 'must be the name of an environment, such as production');

const createRule = (teamName: z.ZodType<string, string>) =>
  z
    .strictObject({
      user: z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/, 'must be a user: jane, user:default/jane, or github:login of somebody who is not in the catalog')
        .optional(),
      group: z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/, 'must be a group: platform, or group:default/platform')
        .optional()
        .meta({ description: 'Also those who belong to it through a group inside of it.' }),
      role: z.enum(['viewer', 'developer', 'publisher', 'admin']),
      teams: z
        .union([z.literal('all'), z.array(teamName).max(100)], { error: 'must be a list of teams, or all (sees what every team owns)' })
        .default([])
        .meta({ description: 'Teams beside their groups. all: sees everything, and changes what their own teams own.' }),
    })
    .refine(({ user, group }) => user !== undefined || group !== undefined, 'needs user, group or both');

function createSettings(teamName: z.ZodType<string, string>) {
  return z
    .strictObject({
      environment: environmentName
        .default('production')
        .meta({ description: 'Whose settings of each provider count; guests are let in with development only.' }),
      session: z
        .strictObject({
          secret: withoutEffect,
          lifetime: duration
            .default(24 * 60 * MINUTE_MS)
            .refine((ms) => ms >= MINUTE_MS, 'must be 1m at least')
            .meta({ description: 'A session ends after this long; default 1d.' }),
          idle: duration
            .default(8 * 60 * MINUTE_MS)
            .refine((ms) => ms >= 5 * MINUTE_MS, 'must be 5m at least: uses are noted by the minute')
            .meta({ description: 'A session that was not used for so long ends; default 8h.' }),
        })
        .prefault({}),
      providers: z
        .strictObject({
          github: z.record(environmentName, github).optional().meta({ description: 'GitHub, by environment.' }),
          oidc: z.record(environmentName, oidc).optional().meta({ description: 'Any OpenID Connect provider, by environment.' }),
          guest: guest.optional().meta({ description: 'Anybody, without asking; with environment: development only.' }),
        })
        .prefault({}),
      allow: z
        .strictObject({
          organizations: z
            .array(z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be the name of an organization of GitHub'))
            .max(100)
            .default([])
            .meta({ description: 'Only members of one of these organizations of GitHub, or of one of `teams`.' }),
          teams: z
            .array(z.string().regex(/^[A-Za-z0-9_-]{1,100}\/[A-Za-z0-9._-]{1,200}$/, 'must be organization/team, such as acme/platform'))
            .max(100)
            .default([])
            .meta({ description: 'Only members of one of these teams of GitHub, or of one of `organizations`.' }),
          emailDomains: z
            .array(mailDomain)
            .max(100)
            .default([])
            .meta({ description: 'Only people with a verified e-mail address of one of these domains.' }),
        })
        .prefault({})
        .meta({ description: 'Who may sign in at all; what is empty restricts nothing.' }),
      access: z
        .strictObject({
          default: z
            .enum(['none', 'viewer', 'developer'])
            .default('developer')
            .meta({ description: 'Role of those for whom no rule is; none: they may not sign in.' }),
          rules: z
            .array(createRule(teamName))
            .max(1000)
            .default([])
            .meta({ description: 'Of all that fit somebody, the highest role counts, and all teams.' }),
        })
        .prefault({})
        .meta({ description: 'What somebody who has signed in may do. Their teams are their groups in the catalog.' }),
      keyStore: withoutEffect,
      identityTokenAlgorithm: withoutEffect,
      omitIdentityTokenOwnershipClaim: withoutEffect,
      backstageTokenExpiration: withoutEffect,
      refreshToken: withoutEffect,
      autologout: withoutEffect,
    })
    .superRefine((value, context) => {
      const { environment, providers } = value;
      const isDevelopment = environment === DEVELOPMENT;
      const refuse = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path: ['providers', ...path], message });
      if (providers.guest !== undefined && !isDevelopment) {
        refuse(
          ['guest'],
          `is for development only, and auth.environment is ${environment}: remove it, or set auth.environment: development`,
        );
      }
      for (const id of ['github', 'oidc'] as const) {
        const written = providers[id];
        if (written === undefined) continue;
        const used = written[environment];
        if (used === undefined) {
          refuse(
            [id],
            `has no settings for ${environment}, which is what auth.environment says; it has ${Object.keys(written).join(', ')}`,
          );
          continue;
        }
        if (used.signIn === undefined) {
          refuse([id, environment], 'needs signIn.resolvers: how the user is found in the catalog, such as usernameMatchingUserEntityName');
        }
        for (const [index, { resolver, allowedDomains }] of (used.signIn?.resolvers ?? []).entries()) {
          if (resolver !== 'emailLocalPartMatchingUserEntityName' || (allowedDomains ?? value.allow.emailDomains).length > 0) continue;
          const where = [id, environment, 'signIn', 'resolvers', index];
          refuse(where, 'needs allowedDomains: without them jane@ of any domain is the user jane');
        }
        const url = 'metadataUrl' in used ? used.metadataUrl : used.enterpriseInstanceUrl;
        if (url !== undefined && !isDevelopment && isPlain(url)) {
          const key = 'metadataUrl' in used ? 'metadataUrl' : 'enterpriseInstanceUrl';
          refuse([id, environment, key], 'must be an https URL: client secrets and codes go there');
        }
      }
    })
    .transform(({ environment, session, providers, allow, access }) => ({
      environment,
      isDevelopment: environment === DEVELOPMENT,
      session: { lifetime: session.lifetime, idle: session.idle },
      providers: { github: providers.github?.[environment], oidc: providers.oidc?.[environment], guest: providers.guest },
      allow,
      access,
    }));
}

function isPlain(text: string): boolean {
  const url = new URL(text);
  return url.protocol === 'http:' && !LOOPBACK.test(url.hostname);
}

/**
 * The block `auth`: how people sign in, with Backstage's keys and Gatehouse's own. Out: the settings of the chosen environment,
 * durations in ms.
 */
export function createAuthSettings({ teamName }: { teamName: z.ZodType<string, string> }) {
  return createSettings(teamName).prefault({});
}

/** What counts where nothing is written: nobody signs in but with an access token. */
export const DEFAULT_AUTH_SETTINGS = createAuthSettings({ teamName: z.string() }).parse(undefined);

export type AuthSettings = z.output<ReturnType<typeof createAuthSettings>>;
export type GithubSettings = z.output<typeof github>;
export type OidcSettings = z.output<typeof oidc>;
export type GuestSettings = z.output<typeof guest>;
export type AccessRule = AuthSettings['access']['rules'][number];
