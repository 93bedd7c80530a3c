import { z } from 'zod';
import type { Exchange } from '../../exchange/exchange.ts';
import type { Fields } from '../../exchange/fields.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { definePolicy, PASS, PolicyConfigError, type Services, type Verdict } from '../../pipeline/policy-kind.ts';
import { compileAllowList, WEBSOCKET_PREFIX } from './allow-list.ts';
import { withoutOwnCookies } from './own-cookies.ts';
import { compileRewrite } from './rewrite.ts';

/** What an embedded gateway lends to this policy beside what every policy gets. */
export interface ProxyPort {
  /**
   * Whether a request has credentials that count; `forged`: it has, but another site may have made a browser send it. `fields`: names in
   * lower case. `isUpgrade`: it asks to leave HTTP. A rejection is answered with 503.
   */
  authenticate(method: string, fields: Readonly<Record<string, string>>, isUpgrade: boolean): Promise<boolean | 'forged'>;
  /** Headers that were not passed on. Called for each message that had some; must be quick. */
  dropped(endpoint: string, direction: 'request' | 'response', lowerNames: readonly string[]): void;
}

export interface ProxyServices extends Services {
  readonly proxy: ProxyPort;
}

const names = z.array(z.string());

const config = z.strictObject({
  /** For messages: the route. */
  endpoint: z.string(),
  authenticate: z.boolean(),
  requestHeaders: names,
  responseHeaders: names,
  /** Absent: the path below the route. */
  rewrite: z.array(z.strictObject({ pattern: z.string(), replacement: z.string() })).optional(),
  upgrades: z.boolean(),
});

export type ProxyEndpointConfig = z.output<typeof config>;

/** The request fields as the client sent them, for the steps after this one and for the log. */
class SentFields {
  readonly list: string[];

  constructor(list: string[]) {
    this.list = list;
  }
}

/**
 * What Backstage's proxy does with a request: asks for credentials, rewrites the path, and lets only named headers through, both ways.
 * Not for the configuration of APIs: it needs an embedded gateway.
 */
export const proxyEndpointPolicy = definePolicy({
  name: 'proxy-endpoint',
  summary: "Backstage's proxy: credentials, path rewriting, and headers by name only.",
  config,
  attachedTwice: 'replace',
  compile({ endpoint, authenticate, requestHeaders, responseHeaders, rewrite, upgrades }, _place, services) {
    const port = portOf(services);
    const request = compileAllowList(requestHeaders, 'request');
    const response = compileAllowList(responseHeaders, 'response');
    const takesCookies = hasName(requestHeaders, 'cookie');
    const givesCookies = hasName(responseHeaders, 'set-cookie');
    const rewritePath = rewrite === undefined ? undefined : compileRewrite(rewrite);

    const prepare = (exchange: Exchange): Verdict => {
      const fault = rewritePath?.(exchange);
      if (fault !== undefined) return fault;
      exchange.notes ??= [];
      exchange.notes.push(new SentFields(exchange.request.list));
      const { kept, dropped } = request(exchange.request.list, exchange.upgrade === '' ? '' : WEBSOCKET_PREFIX);
      exchange.request.list = takesCookies ? withoutOwnCookies(kept) : kept;
      if (dropped !== null) port.dropped(endpoint, 'request', dropped);
      return PASS;
    };

    return {
      onRequest(exchange) {
        if (exchange.upgrade !== '' && !upgrades) return NO_UPGRADES;
        if (!authenticate) return prepare(exchange);
        return port.authenticate(exchange.method, toRecord(exchange.request), exchange.upgrade !== '').then(
          (known) => (known === 'forged' ? FORGED : known ? prepare(exchange) : UNAUTHENTICATED),
          (error: unknown) => new ErrorReply('auth.unavailable', { cause: error instanceof Error ? error.message : String(error) }),
        );
      },
      onResponse(exchange) {
        const sent = exchange.notes?.find((note) => note instanceof SentFields);
        if (sent instanceof SentFields) exchange.request.list = sent.list;
        // Answers of our own hold what they should.
        if (exchange.error !== null || (exchange.backendStatus === 0 && !exchange.fromCache)) return;
        const { kept, dropped } = response(exchange.response.list, exchange.tunnel === null ? '' : WEBSOCKET_PREFIX);
        if (dropped !== null) port.dropped(endpoint, 'response', dropped);
        const list = givesCookies ? withoutOwnCookies(kept) : kept;
        list.push(...FOREIGN_CONTENT);
        exchange.response.list = list;
      },
    };
  },
});

/** What a target sends is served on the origin of the portal: a page among it must not run there as the person who is signed in. */
const FOREIGN_CONTENT = ['X-Content-Type-Options', 'nosniff', 'Content-Security-Policy', 'sandbox'];

const NO_UPGRADES = new ErrorReply('access.forbidden', { detail: 'This endpoint takes no WebSocket connections' });

const FORGED = new ErrorReply('access.forbidden', {
  detail: 'With a session, requests are taken from pages of this portal only, with X-Gatehouse-Csrf: 1',
});

const UNAUTHENTICATED = new ErrorReply('auth.missing', {
  detail: 'An access token of the management interface is required: Authorization: Bearer <token>',
  fields: ['WWW-Authenticate', 'Bearer'],
});

function hasName(names: readonly string[], lowerName: string): boolean {
  return names.some((name) => name.toLowerCase() === lowerName);
}

function portOf(services: Services): ProxyPort {
  const { proxy } = services as Partial<ProxyServices>;
  if (proxy === undefined) throw new PolicyConfigError('it is for endpoints of the proxy only');
  return proxy;
}

function toRecord(fields: Fields): Record<string, string> {
  const record: Record<string, string> = Object.create(null) as Record<string, string>;
  fields.forEach((name, value) => {
    const lowerName = name.toLowerCase();
    const known = record[lowerName];
    // Of a name that is there twice, the values stand as in one field (RFC 9110 section 5.3); two Authorization fields are then no token.
    record[lowerName] = known === undefined ? value : `${known}, ${value}`;
  });
  return record;
}
