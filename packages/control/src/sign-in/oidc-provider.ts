import type { OidcSettings } from '@gatehouse/contract';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
} from 'openid-client';
import { z } from 'zod';
import { boundedFetch } from './bounded-fetch.ts';
import type { ExternalUser } from './external-user.ts';
import { toSignInError } from './provider-failure.ts';
import type { SignInProvider, StartedFlow } from './sign-in-provider.ts';

const TIMEOUT_SECONDS = 10;
/** How long what a provider says of itself is believed; its keys are read again whenever an unknown one turns up. */
const METADATA_MS = 3_600_000;
/** How long one is not asked again that did not answer: whoever clicks must not make us knock without end. */
const RETRY_MS = 5_000;

const text = (charsMax: number) => z.string().max(charsMax).optional().catch(undefined);
const claimsSchema = z.object({
  email: text(320),
  // Some send it as text.
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  preferred_username: text(255),
  name: text(500),
  picture: text(2048),
});

type Claims = z.output<typeof claimsSchema>;

/** Any OpenID Connect provider that describes itself (OpenID Connect Discovery 1.0). */
export class OidcProvider implements SignInProvider {
  readonly id = 'oidc';
  readonly title: string;
  readonly #settings: OidcSettings;
  readonly #nowMs: () => number;
  #client: { found: Promise<Configuration>; untilMs: number } | undefined;

  constructor(settings: OidcSettings, nowMs: () => number) {
    this.title = settings.title ?? 'Single sign-on';
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  async start({ redirectUri, state, nonce, verifier }: StartedFlow): Promise<URL> {
    try {
      const client = await this.#discover();
      const { prompt, additionalScopes } = this.#settings;
      return buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', 'profile', 'email', ...additionalScopes])].join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(prompt === 'auto' ? {} : { prompt }),
      });
    } catch (error) {
      throw toSignInError(error);
    }
  }

  async finish({ redirectUri, state, nonce, verifier }: StartedFlow, answer: URLSearchParams): Promise<ExternalUser> {
    try {
      const client = await this.#discover();
      const url = new URL(redirectUri);
      url.search = answer.toString();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(client, url, checks);
      const idToken = tokens.claims();
      if (idToken === undefined) throw new Error('The provider sent no ID token');
      const claims = await this.#withUserInfo(client, tokens.access_token, idToken.sub, claimsSchema.parse(idToken));
      const isVerified = claims.email_verified ?? this.#settings.assumeEmailVerified;
      return {
        issuer: idToken.iss,
        id: idToken.sub,
        username: claims.preferred_username ?? null,
        displayName: claims.name ?? null,
        picture: claims.picture ?? null,
        emails: claims.email !== undefined && isVerified ? [claims.email.toLowerCase()] : [],
        organizations: [],
        teams: [],
      };
    } catch (error) {
      throw toSignInError(error);
    }
  }

  /** Most providers tell who somebody is at the userinfo endpoint only, and not in the ID token. */
  async #withUserInfo(client: Configuration, accessToken: string, subject: string, claims: Claims): Promise<Claims> {
    const isComplete = claims.email !== undefined && claims.preferred_username !== undefined && claims.name !== undefined;
    if (isComplete || client.serverMetadata().userinfo_endpoint === undefined) return claims;
    const told = claimsSchema.parse(await fetchUserInfo(client, accessToken, subject));
    // An address and whether it is verified are told together, by one of the two.
    const mail = claims.email === undefined ? told : claims;
    return {
      preferred_username: claims.preferred_username ?? told.preferred_username,
      name: claims.name ?? told.name,
      picture: claims.picture ?? told.picture,
      email: mail.email,
      email_verified: mail.email_verified,
    };
  }

  #discover(): Promise<Configuration> {
    const nowMs = this.#nowMs();
    if (this.#client !== undefined && nowMs < this.#client.untilMs) return this.#client.found;
    const { metadataUrl, clientId, clientSecret, tokenSignedResponseAlg } = this.#settings;
    const url = new URL(metadataUrl);
    const client = {
      untilMs: nowMs + METADATA_MS,
      found: discovery(
        url,
        clientId,
        {
          client_secret: clientSecret,
          ...(tokenSignedResponseAlg === undefined ? {} : { id_token_signed_response_alg: tokenSignedResponseAlg }),
        },
        clientAuthentication(this.#settings),
        {
          timeout: TIMEOUT_SECONDS,
          [customFetch]: (target, options) => boundedFetch(target, options as RequestInit),
          // The signature of an ID token that came over TLS need not be checked; it costs nothing to do it.
          execute: [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])],
        },
      ),
    };
    client.found.catch(() => {
      client.untilMs = this.#nowMs() + RETRY_MS;
    });
    this.#client = client;
    return client.found;
  }
}

function clientAuthentication({ tokenEndpointAuthMethod, clientSecret }: OidcSettings): ClientAuth {
  if (tokenEndpointAuthMethod === 'none') return None();
  return tokenEndpointAuthMethod === 'client_secret_post' ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
}
