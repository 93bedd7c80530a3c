import type { AuthSettings } from '@gatehouse/contract';
import { SIGN_IN_PREFIX, type SignInErrorCode, type signInProviders } from '@gatehouse/contract/management';
import { isForeignKeyViolation } from '@gatehouse/database';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { RequestFields } from '../http/authenticator.ts';
import { Cookies } from '../http/cookies.ts';
import { namesThisHost } from '../http/forged-request.ts';
import { Refusal } from '../operation/refusal.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import type { SessionHolder } from '../sessions/session-profile.ts';
import type { SessionOrigin, Sessions } from '../sessions/sessions.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { checkAllowed } from './check-allowed.ts';
import { FLOW_MS, openFlow, type PendingFlow, sealFlow } from './pending-flow.ts';
import { fromAnswer } from './provider-failure.ts';
import { ConfiguredProviders } from './providers.ts';
import { redirectPath } from './redirect-path.ts';
import { resolveUser } from './resolve-user.ts';
import { toHostOf } from './right-host.ts';
import { SignInError } from './sign-in-error.ts';
import { failurePage, toFailure, toLogged } from './sign-in-failure.ts';
import type { SignInProvider } from './sign-in-provider.ts';
import type { UserDirectory } from './user-directory.ts';
import { guestHolder, rightsOf, toHolder } from './user-rights.ts';

export const SESSION_COOKIE = 'gatehouse_session';
const FLOW_COOKIE = 'gatehouse_sign_in';
const ANSWER_CHARS_MAX = 8192;
/**
 * What only who guesses or repeats runs into again and again. Not `flow-lost`: any page can make a browser ask for that, and would lock
 * its user out.
 */
const SUSPICIOUS: ReadonlySet<SignInErrorCode> = new Set(['code-refused']);

export interface SignInOptions {
  settings: () => AuthSettings;
  publicUrl: () => URL;
  key: InstallationKey;
  sessions: Sessions;
  directory: UserDirectory;
  /** The holder of an access token. */
  holderOfToken: (token: string) => Promise<Caller | undefined>;
  log: { warn(fields: object, message: string): void };
  nowMs: () => number;
}

/** A request that signs in or out. */
export interface SignInRequest {
  fields: RequestFields;
  address: string;
  requestId: string;
}

/** Where a browser is sent, and the `Set-Cookie` fields that it gets. */
export interface Redirection {
  location: string;
  cookies: string[];
}

export interface Started {
  id: string;
  expiresAtMs: number;
  cookies: string[];
}

/** Signing in through providers, with access tokens and as a guest, and signing out. Knows no HTTP framework. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #providers: ConfiguredProviders;
  readonly #limiter: AttemptLimiter;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#providers = new ConfiguredProviders(options.settings, options.nowMs);
    this.#limiter = new AttemptLimiter(options.nowMs);
  }

  /** The secret of the session in a request's cookie. */
  readonly secretOf = (fields: RequestFields): string | undefined => this.#cookies.read(fields, SESSION_COOKIE);

  /** What the sign-in page offers. */
  offers(): z.output<typeof signInProviders> {
    const { providers, isDevelopment } = this.#options.settings();
    const list = this.#providers.all.map(({ id, title }) => ({
      id,
      title,
      kind: 'redirect' as const,
      start: `${SIGN_IN_PREFIX}/${id}/start`,
    }));
    const guest = providers.guest === undefined ? [] : [{ id: 'guest', title: 'Guest', kind: 'guest' as const, start: null }];
    return { providers: [...list, ...guest], token: true, development: isDevelopment };
  }

  /** Sends the browser to a provider. `query`: of the request. Undefined: there is no such provider. */
  async start(id: string, query: URLSearchParams, request: SignInRequest): Promise<Redirection | undefined> {
    const provider = this.#providers.get(id);
    if (provider === undefined) return undefined;
    const redirect = redirectPath(query.get('redirect'));
    const redirectUri = this.#redirectUri(provider);
    const moved = toHostOf(redirectUri, id, redirect, query, request.fields);
    if (moved !== undefined) return { location: moved, cookies: [] };
    const flow: PendingFlow = {
      redirectUri,
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      redirect,
      startedAtMs: this.#options.nowMs(),
    };
    return this.#guarded(id, redirect, request, async () => {
      const url = await provider.start(flow);
      return { location: url.href, cookies: [this.#cookies.write(FLOW_COOKIE, sealFlow(flow, id, this.#options.key), FLOW_MS)] };
    });
  }

  /** Takes what the provider sent the browser back with: begins a session, or tells why not. Undefined: there is no such provider. */
  async finish(id: string, answer: URLSearchParams, request: SignInRequest): Promise<Redirection | undefined> {
    const provider = this.#providers.get(id);
    if (provider === undefined) return undefined;
    const { key, nowMs } = this.#options;
    const flow = openFlow(this.#cookies.read(request.fields, FLOW_COOKIE), id, key, nowMs());
    const forget = this.#cookies.remove(FLOW_COOKIE);
    const answered = await this.#guarded(id, flow?.redirect ?? '/', request, async () => {
      if (this.#limiter.waitSeconds(request.address) > 0) throw new SignInError('too-many-attempts', 'Too many attempts failed');
      // Who began this sign-in is who gets the session: a link with somebody else's code signs nobody in (login CSRF).
      if (flow === undefined || answer.get('state') !== flow.state || answer.toString().length > ANSWER_CHARS_MAX) {
        throw new SignInError('flow-lost', 'The browser did not begin this sign-in, or too long ago');
      }
      const error = answer.get('error');
      if (error !== null) throw fromAnswer(error, answer.get('error_description') ?? undefined);
      const holder = await this.#identify(provider, flow, answer);
      const { cookies } = await this.#begin(holder, request, this.#lifetimeLimit(id));
      return { location: flow.redirect, cookies };
    });
    return { ...answered, cookies: [forget, ...answered.cookies] };
  }

  /** A session with the rights of an access token, which ends with it. Throws `Refusal`. */
  async withToken(token: string, request: SignInRequest): Promise<Started> {
    const caller = await this.#options.holderOfToken(token);
    if (caller === undefined || caller.tokenId === null) {
      // A right token is never held up: others may share the address, and 256 bits are not guessed.
      this.#refuseLimited(request);
      this.#limiter.failed(request.address);
      throw new Refusal('authentication.required', 'This is no valid access token');
    }
    if (caller.role === 'node') throw new Refusal('access.denied', 'A token of the role node is for gateway nodes only');
    const profile = { displayName: caller.name, email: null, picture: null };
    const holder = { subject: caller.subject, name: caller.name, provider: 'token', tokenId: caller.tokenId, entity: null, profile };
    try {
      return await this.#begin(holder, request, caller.expiresAtMs);
    } catch (error) {
      // It was revoked a moment ago.
      if (isForeignKeyViolation(error)) throw new Refusal('authentication.required', 'This is no valid access token');
      throw error;
    }
  }

  /** A session as guest, in development. Throws `Refusal`. */
  async asGuest(request: SignInRequest): Promise<Started> {
    const settings = this.#options.settings();
    const { guest } = settings.providers;
    if (guest === undefined || !settings.isDevelopment) throw new Refusal('access.denied', 'Guests are not let in here');
    if (!namesThisHost(request.fields, this.#options.publicUrl())) {
      throw new Refusal(
        'request.forged',
        'Guests are let in under localhost, an address or control.publicUrl only: set that to the name you use',
      );
    }
    const holder = guestHolder(guest);
    if ((await rightsOf(holder, settings, this.#options.directory)) === undefined) {
      throw new Refusal('access.denied', 'No rule of auth.access gives guests a role');
    }
    return this.#begin(holder, request, null);
  }

  /** Ends the session of a request's cookie, if there is one. Returns the `Set-Cookie` fields. */
  async signOut(request: SignInRequest): Promise<string[]> {
    const secret = this.secretOf(request.fields);
    if (secret !== undefined) await this.#options.sessions.end(secret, originOf(request));
    return [this.#cookies.remove(SESSION_COOKIE)];
  }

  get #cookies(): Cookies {
    return new Cookies(this.#options.publicUrl());
  }

  async #identify(provider: SignInProvider, flow: PendingFlow, answer: URLSearchParams): Promise<SessionHolder> {
    const user = await provider.finish(flow, answer);
    const settings = this.#options.settings();
    const emails = checkAllowed(user, provider.id, settings.allow);
    const resolvers = settings.providers[provider.id]?.signIn?.resolvers ?? [];
    const holder = toHolder(provider.id, user, await resolveUser(user, emails, resolvers, this.#options.directory));
    if ((await rightsOf(holder, settings, this.#options.directory)) === undefined) {
      throw new SignInError('no-access', `No rule of auth.access gives ${holder.name} a role`);
    }
    return holder;
  }

  async #begin(holder: SessionHolder, request: SignInRequest, expiresAtMs: number | null): Promise<Started> {
    const previous = this.secretOf(request.fields);
    const { id, secret, ...session } = await this.#options.sessions.start(holder, originOf(request), { previous, expiresAtMs });
    const cookie = this.#cookies.write(SESSION_COOKIE, secret, session.expiresAtMs - this.#options.nowMs());
    return { id, expiresAtMs: session.expiresAtMs, cookies: [cookie] };
  }

  /** What goes wrong on the way of a browser is told on the sign-in page. */
  async #guarded(provider: string, redirect: string, request: SignInRequest, work: () => Promise<Redirection>): Promise<Redirection> {
    try {
      return await work();
    } catch (error) {
      const failure = toFailure(error);
      const { requestId, address } = request;
      if (SUSPICIOUS.has(failure.code)) this.#limiter.failed(address);
      const fields = { provider, reason: failure.code, requestId, address, ...toLogged(failure) };
      this.#options.log.warn(fields, `Somebody could not sign in: ${failure.message}`);
      return { location: failurePage(failure, provider, requestId, redirect), cookies: [] };
    }
  }

  #refuseLimited({ address }: SignInRequest): void {
    const seconds = this.#limiter.waitSeconds(address);
    if (seconds > 0) throw new Refusal('sign-in.limited', `Try again in ${seconds} seconds`, { retryAfterSeconds: seconds });
  }

  #redirectUri({ id }: SignInProvider): string {
    const own = this.#options.settings().providers[id]?.callbackUrl;
    return own ?? new URL(`${SIGN_IN_PREFIX}/${id}/handler/frame`, this.#options.publicUrl()).href;
  }

  #lifetimeLimit(id: string): number | null {
    const { providers } = this.#options.settings();
    const duration = (id === 'github' ? providers.github : providers.oidc)?.sessionDuration;
    return duration === undefined ? null : this.#options.nowMs() + duration;
  }
}

function originOf({ fields, address, requestId }: SignInRequest): SessionOrigin {
  const agent = fields['user-agent'];
  return { address, requestId, userAgent: typeof agent === 'string' ? agent : null };
}
