import type { GatewayErrorCode, RouteAuthentication } from '@gatehouse/contract';
import type { CredentialTable, FoundApp, GrantKey } from '../credentials/credential-table.ts';
import { stringToSignFields } from '../errors/alibaba-profile.ts';
import { BodyTimeoutError, BodyTooLargeError, BufferedBody, readBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply, type NamedApp } from '../exchange/reply.ts';
import { withoutParameters } from '../mapping/query.ts';
import { PASS, type Services, type Verdict } from '../pipeline/policy-kind.ts';
import { NONCE_MS } from './nonces.ts';
import { CODE_PARAMETERS, readCredentials, removeCredentials, VALUE_LENGTH_MAX } from './presented-credentials.ts';
import {
  fitsContentMd5,
  isSignedWith,
  needsBody,
  readSignedRequest,
  type SignedRequest,
  stringsOf,
  TIMESTAMP_WINDOW_MS,
} from './signed-request.ts';

/** The name under which refusals are counted and logged, beside those of policies. */
export const AUTHENTICATION = 'authentication';

/** Largest body that is read for its signature, when the gateway sets no limit. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Where a route is that is authenticated. */
export interface AuthenticatedPlace {
  api: string;
  environment: string;
  /** The route answers CORS preflights, which carry no credentials (Fetch standard, section 3.3.2), without asking a backend. */
  answersPreflights: boolean;
}

/** Finds out which app calls and whether it may: the first step of an authenticated route. */
export class AppAuthentication {
  readonly #settings: RouteAuthentication;
  readonly #place: AuthenticatedPlace;
  readonly #table: CredentialTable;
  readonly #services: Services;
  readonly #grant: GrantKey;
  /** RFC 9110 section 11.6.1: whoever answers 401 says how one can authenticate. */
  readonly #challenge: readonly string[];

  constructor(settings: RouteAuthentication, place: AuthenticatedPlace, services: Services) {
    this.#settings = settings;
    this.#place = place;
    this.#table = services.credentials;
    this.#services = services;
    this.#grant = services.credentials.grantOf(place.api, place.environment);
    const schemes = [settings.appCode === 'disabled' ? '' : 'APPCODE', settings.signature ? 'X-Ca-Signature' : ''];
    this.#challenge = ['WWW-Authenticate', schemes.filter((scheme) => scheme !== '').join(', ')];
  }

  run(exchange: Exchange): Verdict | Promise<Verdict> {
    const table = this.#table;
    // Nobody is a stranger as long as nobody is known.
    if (!table.loaded) return new ErrorReply('auth.unavailable', { cause: 'no credentials have been loaded yet' });
    const assumed = exchange.trace?.app ?? null;
    // Somebody inside wants to see what would happen to a request of this app: it needs no credentials, and may do what it may do.
    if (assumed !== null) {
      const found = table.byId(assumed, this.#grant, this.#services.now());
      if (found === null) return this.#unauthorized('auth.invalid', { cause: `there is no app ${assumed}` });
      return found.grant === 'granted' ? this.#accept(exchange, found, false) : this.#notAuthorized(found);
    }
    const { code, signature, inQuery, fault } = readCredentials(exchange, this.#settings);
    if (fault !== undefined) return new ErrorReply('auth.malformed', { detail: fault });
    if (code !== undefined) return this.#withCode(exchange, code, inQuery);
    if (signature?.signature !== undefined) {
      const signed = readSignedRequest(signature, exchange);
      return signed instanceof ErrorReply ? signed : this.#withSignature(exchange, signed);
    }
    if (this.#place.answersPreflights && isPreflight(exchange)) return PASS;
    return this.#unauthorized('auth.missing', {
      detail: signature === undefined ? 'The request carries no credentials that this API takes.' : '`X-Ca-Signature` is missing.',
    });
  }

  #withCode(exchange: Exchange, code: string, inQuery: boolean): Verdict {
    const found = code === '' || code.length > VALUE_LENGTH_MAX ? null : this.#table.byAppCode(code, this.#grant, this.#services.now());
    if (found === null) return this.#unauthorized('auth.invalid-code');
    if (found.keyExpired)
      return this.#unauthorized('auth.invalid-code', {
        cause: `an AppCode of ${found.principal.name} has expired`,
        app: toNamed(found, true),
      });
    return found.grant === 'granted' ? this.#accept(exchange, found, inQuery) : this.#notAuthorized(found);
  }

  #withSignature(exchange: Exchange, signed: SignedRequest): Verdict | Promise<Verdict> {
    const { timestampMs, nonce } = signed;
    const nowMs = this.#services.now();
    if (timestampMs !== undefined && Math.abs(nowMs - timestampMs) > TIMESTAMP_WINDOW_MS) {
      const detail = 'X-Ca-Timestamp is more than 15 minutes from now.';
      return this.#unauthorized('auth.timestamp-expired', { detail, ...this.#named(signed) });
    }
    // What is not signed could be changed on the way, and without a time stamp a nonce that was forgotten could be used again.
    if (this.#settings.requireNonce && (nonce === undefined || timestampMs === undefined || !coversNonce(signed))) {
      return this.#unauthorized('auth.nonce-required', this.#named(signed));
    }
    const { requestBody } = exchange;
    if (requestBody === null || requestBody instanceof BufferedBody || !needsBody(signed, exchange)) return this.#verify(exchange, signed);
    // Nobody's body is kept in memory. That this answer comes sooner tells nothing: its code says the same.
    const known = this.#knownKey(signed);
    if (known instanceof ErrorReply) return known;
    const bytesMax = Math.min(exchange.requestBytesMax, BODY_BYTES_MAX);
    return readBody(requestBody, bytesMax).then(
      (buffered) => {
        exchange.requestBody = buffered;
        return this.#verify(exchange, signed);
      },
      (error: unknown) => new ErrorReply(bodyErrorCode(error)),
    );
  }

  #verify(exchange: Exchange, signed: SignedRequest): Verdict | Promise<Verdict> {
    const nowMs = this.#services.now();
    // Anew after the body has come: the key may have been taken away meanwhile.
    const found = this.#knownKey(signed);
    if (found instanceof ErrorReply) return found;
    const built = stringsOf(signed, exchange);
    if (built instanceof ErrorReply) return built;
    if (found.secret === null || !isSignedWith(found.secret, signed, built.strings)) {
      return this.#unauthorized('auth.signature-mismatch', {
        fields: stringToSignFields(withoutSecret(built.strings[0] ?? '', found)),
        cause: `signed with the AppKey of ${found.principal.name}`,
        app: toNamed(found, false),
      });
    }
    if (!fitsContentMd5(signed, exchange)) return new ErrorReply('auth.body-mismatch', { app: toNamed(found, true) });
    if (found.grant !== 'granted') return this.#notAuthorized(found);
    return signed.nonce === undefined ? this.#accept(exchange, found, false) : this.#useNonce(exchange, signed, signed.nonce, found, nowMs);
  }

  /** The app of an AppKey that counts. */
  #knownKey({ appKey }: SignedRequest): FoundApp | ErrorReply {
    const found = this.#table.byAppKey(appKey, this.#grant, this.#services.now());
    if (found === null) return this.#unauthorized('auth.invalid', { cause: 'there is no app with this AppKey' });
    if (found.keyExpired)
      return this.#unauthorized('auth.invalid', { cause: `an AppKey of ${found.principal.name} has expired`, app: toNamed(found, false) });
    return found;
  }

  /** Whom a request names that is refused before its signature is looked at. */
  #named({ appKey }: SignedRequest): { app?: NamedApp } {
    const found = this.#table.byAppKey(appKey, this.#grant, this.#services.now());
    return found === null ? {} : { app: toNamed(found, false) };
  }

  /** Last of all: a nonce is used up only by a request that is otherwise right, so that nobody can use up another's. */
  #useNonce(exchange: Exchange, signed: SignedRequest, nonce: string, found: FoundApp, nowMs: number): Verdict | Promise<Verdict> {
    const key = `${signed.appKey}\n${this.#place.api}\n${nonce}`;
    // A time stamp from the future can be sent for as much longer.
    const verdict = this.#services.nonces.claim(key, Math.max(nowMs, signed.timestampMs ?? 0) + NONCE_MS, nowMs);
    const decide = (outcome: Awaited<typeof verdict>): Verdict => {
      if (outcome === 'first') return this.#accept(exchange, found, false);
      if (outcome === 'used') return this.#unauthorized('auth.nonce-used', { app: toNamed(found, true) });
      return new ErrorReply('auth.unavailable', {
        cause: 'whether the nonce was used before cannot be told now',
        app: toNamed(found, true),
      });
    };
    return verdict instanceof Promise ? verdict.then(decide) : decide(verdict);
  }

  #accept(exchange: Exchange, { principal }: FoundApp, codeInQuery: boolean): Verdict {
    exchange.principal = principal;
    if (this.#settings.forwardCredentials) return PASS;
    removeCredentials(exchange, this.#settings);
    if (codeInQuery) exchange.query = withoutParameters(exchange.query, CODE_PARAMETERS);
    return PASS;
  }

  /** The same for whoever was never authorized and whose time is over; the operator's log knows which. */
  #notAuthorized(found: FoundApp): ErrorReply {
    const { principal, grant } = found;
    const { api, environment } = this.#place;
    const why = grant === 'expired' ? 'its authorization has expired' : 'it was never authorized';
    return new ErrorReply('auth.not-authorized', {
      cause: `${principal.name} for ${api} in ${environment}: ${why}`,
      app: toNamed(found, true),
    });
  }

  #unauthorized(
    code: GatewayErrorCode,
    { detail, cause, app, fields = [] }: { detail?: string; cause?: string; app?: NamedApp; fields?: readonly string[] } = {},
  ): ErrorReply {
    return new ErrorReply(code, {
      fields: [...this.#challenge, ...fields],
      ...(detail === undefined ? {} : { detail }),
      ...(cause === undefined ? {} : { cause }),
      ...(app === undefined ? {} : { app }),
    });
  }
}

function toNamed({ principal }: FoundApp, proven: boolean): NamedApp {
  return { id: principal.id, proven };
}

function isPreflight({ method, request }: Exchange): boolean {
  return method === 'OPTIONS' && request.has('origin') && request.has('access-control-request-method');
}

function coversNonce({ signedNames }: SignedRequest): boolean {
  const names = signedNames.map((name) => name.toLowerCase());
  return names.includes('x-ca-nonce') && names.includes('x-ca-timestamp');
}

/** A caller who signs his own secret, by mistake, does not get it back into logs on the way. */
function withoutSecret(text: string, { secret }: FoundApp): string {
  const plain = secret?.export().toString('utf8') ?? '';
  return plain === '' ? text : text.replaceAll(plain, '***');
}

function bodyErrorCode(error: unknown): GatewayErrorCode {
  if (error instanceof BodyTooLargeError) return 'request.body-too-large';
  if (error instanceof BodyTimeoutError) return 'request.timeout';
  return 'request.malformed';
}
