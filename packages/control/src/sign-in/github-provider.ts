import type { AuthSettings, GithubSettings } from '@gatehouse/contract';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  customFetch,
} from 'openid-client';
import { boundedFetch } from './bounded-fetch.ts';
import type { ExternalUser } from './external-user.ts';
import { GithubApi } from './github-api.ts';
import { toSignInError } from './provider-failure.ts';
import type { SignInProvider, StartedFlow } from './sign-in-provider.ts';

const TIMEOUT_SECONDS = 10;

/** GitHub, which speaks OAuth 2 and tells who somebody is through its own API. */
export class GithubProvider implements SignInProvider {
  readonly id = 'github';
  readonly title: string;
  readonly #settings: GithubSettings;
  readonly #allow: AuthSettings['allow'];
  readonly #client: Configuration;
  readonly #base: URL;

  constructor(settings: GithubSettings, allow: AuthSettings['allow']) {
    this.title = settings.title ?? 'GitHub';
    this.#settings = settings;
    this.#allow = allow;
    this.#base = new URL(settings.enterpriseInstanceUrl ?? 'https://github.com');
    const base = this.#base.href.replace(/\/$/, '');
    this.#client = new Configuration(
      {
        issuer: `${base}/login/oauth`,
        authorization_endpoint: `${base}/login/oauth/authorize`,
        token_endpoint: `${base}/login/oauth/access_token`,
      },
      settings.clientId,
      { client_secret: settings.clientSecret },
      ClientSecretPost(settings.clientSecret),
    );
    this.#client.timeout = TIMEOUT_SECONDS;
    this.#client[customFetch] = (url, options) => fetchToken(url, options as RequestInit);
    if (this.#base.protocol === 'http:') allowInsecureRequests(this.#client);
  }

  async start({ redirectUri, state, verifier }: StartedFlow): Promise<URL> {
    return buildAuthorizationUrl(this.#client, {
      redirect_uri: redirectUri,
      scope: this.#scopes().join(' '),
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
  }

  async finish({ redirectUri, state, verifier }: StartedFlow, answer: URLSearchParams): Promise<ExternalUser> {
    try {
      const url = new URL(redirectUri);
      url.search = answer.toString();
      const tokens = await authorizationCodeGrant(this.#client, url, { expectedState: state, pkceCodeVerifier: verifier });
      return await new GithubApi(this.#base, tokens.access_token).readUser(this.#allow);
    } catch (error) {
      throw toSignInError(error);
    }
  }

  #scopes(): string[] {
    const scopes = ['read:user', 'user:email', ...this.#settings.additionalScopes];
    if (asksForMembership(this.#allow)) scopes.push('read:org');
    return [...new Set(scopes)];
  }
}

export function asksForMembership({ organizations, teams }: AuthSettings['allow']): boolean {
  return organizations.length > 0 || teams.length > 0;
}

/** GitHub answers what it refuses with 200 and an `error`, which is 400 by RFC 6749 section 5.2. */
async function fetchToken(url: string, init: RequestInit): Promise<Response> {
  const response = await boundedFetch(url, init);
  if (response.status !== 200) return response;
  const text = await response.text();
  return new Response(text, { status: hasError(text) ? 400 : 200, headers: response.headers });
}

function hasError(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'error' in body;
  } catch {
    return false;
  }
}
