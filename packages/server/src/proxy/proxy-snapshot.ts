import { createHash } from 'node:crypto';
import type {
  BackendSnapshot,
  CacheDefinition,
  ParameterMapping,
  PolicyUse,
  ProxyEndpoint,
  ProxySettings,
  RouteSnapshot,
  Snapshot,
  Timeouts,
} from '@gatehouse/contract';
import { toDefinition } from '@gatehouse/control/file';
import type { ProxyEndpointConfig } from '@gatehouse/gateway/embedded';

/** Where the proxy is, as in Backstage. */
export const PROXY_PREFIX = '/api/proxy';

/** The one environment of the proxy, and the label of its metrics. */
const ENVIRONMENT = 'proxy';

/** What Backstage's proxy passes on in both directions. */
const ALWAYS_ALLOWED = [
  'accept',
  'accept-language',
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'host',
  'last-modified',
  'pragma',
  'user-agent',
];

/**
 * Beside them: without the coding nobody can read the body, without Vary a cache gives the answer for one to another, without Age it takes
 * what is old for new.
 */
const RESPONSE_ALLOWED = ['age', 'content-encoding', 'vary'];

/** Names in `allowedHeaders` that say what a client has already, and not what it wants. */
const CONDITIONS = new Set(['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range']);

const FORWARDED = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host'];

/** The snapshot of the proxy: an API for each endpoint, `proxy/<route>`, with one route that takes every path. */
export function buildProxySnapshot({ endpoints }: ProxySettings, timeouts: Timeouts, number: number): Snapshot {
  const entries = Object.entries(endpoints).map(([route, endpoint]) => ({ route, endpoint, api: proxyApi(route) }));
  const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return {
    format: 1,
    number,
    hash: hashOf([endpoints, timeouts]),
    environments: [ENVIRONMENT],
    defaultEnvironment: ENVIRONMENT,
    backends: entries.map(({ api, endpoint }) => toBackend(api, endpoint)),
    revisions: entries.map(({ route, api, endpoint }) => ({
      id: api,
      api,
      basePath: PROXY_PREFIX + route,
      errorProfile: 'problem',
      timeouts: {},
      // The last one is next to the target: what the others do is held against its lists too.
      policies: [...(endpoint.cors === undefined ? [] : [endpoint.cors]), ...endpoint.policies, toPolicy(route, endpoint)],
      routes: toRoutes(api, endpoint),
    })),
    publications: entries.map(({ route, api, endpoint }) => ({
      fingerprint: hashOf([route, endpoint, timeouts]),
      revision: api,
      environment: ENVIRONMENT,
      variables: {},
    })),
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts,
  };
}

/** What an endpoint is called in metrics and logs. */
export function proxyApi(route: string): string {
  return `proxy${route}`;
}

function toBackend(api: string, endpoint: ProxyEndpoint): BackendSnapshot {
  const {
    target,
    targets,
    changeOrigin,
    secure,
    proxyTimeout,
    timeouts,
    tls,
    loadBalancing,
    retry,
    ejection,
    healthCheck,
    connections,
    protocol,
  } = endpoint;
  const definition = toDefinition({
    url: target,
    targets,
    https: false,
    loadBalancing,
    timeouts: timeouts.response === undefined && proxyTimeout !== undefined ? { ...timeouts, response: proxyTimeout } : timeouts,
    retry,
    ejection,
    healthCheck,
    connections,
    hostHeader: changeOrigin ? 'target' : 'client',
    protocol,
    tls: secure ? tls : { ...tls, insecureSkipVerify: true },
  });
  return { id: api, name: api, type: 'http', environments: { [ENVIRONMENT]: { ...definition, protocol, ...toCache(endpoint) } } };
}

function toCache({ cache, allowedHeaders, xfwd }: ProxyEndpoint): { cache?: CacheDefinition } {
  if (cache === undefined) return {};
  const { maxAge, staleIfError, maxBytes, maxEntryBytes, vary } = cache;
  // A header that is passed on because somebody asked for it is there to be looked at: what it was answered is not for others.
  const passedOn = allowedHeaders.map((name) => name.toLowerCase()).filter((name) => !CONDITIONS.has(name));
  return {
    cache: {
      maxAgeMs: maxAge,
      staleIfErrorMs: staleIfError,
      bytesMax: maxBytes,
      entryBytesMax: Math.min(maxEntryBytes, maxBytes),
      // What a client can make the target believe of its own name and address must not come back to another.
      vary: [...vary, ...passedOn, ...(xfwd ? FORWARDED.map((name) => name.toLowerCase()) : [])],
    },
  };
}

function toRoutes(api: string, { allowedMethods, headers, xfwd }: ProxyEndpoint): RouteSnapshot[] {
  const set = Object.entries(headers).map(([name, value]): ParameterMapping => ({ in: 'header', name, from: `'${value}'` }));
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  // Who calls is the target's business only when it is said so: targets are other people's, mostly.
  const withheld = xfwd ? [] : FORWARDED.filter((name) => !named.has(name.toLowerCase()));
  const parameters = [
    ...set,
    ...withheld.map((name): ParameterMapping => ({ in: 'header', name, from: `method.request.multivalueheader.${name}` })),
  ];
  return [...new Set(allowedMethods ?? ['ANY'])].map((method) => ({
    method,
    path: '$default',
    policies: [],
    integration: { kind: 'http', backend: api, passThrough: true, parameters },
  }));
}

function toPolicy(route: string, endpoint: ProxyEndpoint): PolicyUse {
  const { credentials, headers, allowedHeaders, pathRewrite, ws, cache } = endpoint;
  const config: ProxyEndpointConfig = {
    endpoint: route,
    authenticate: credentials !== 'dangerously-allow-unauthenticated',
    requestHeaders: [
      ...ALWAYS_ALLOWED,
      ...Object.keys(headers),
      ...allowedHeaders,
      ...(credentials === 'forward' ? ['authorization'] : []),
    ],
    responseHeaders: [...ALWAYS_ALLOWED, ...RESPONSE_ALLOWED, ...(cache === undefined ? [] : ['cache-status']), ...allowedHeaders],
    upgrades: ws,
    ...(pathRewrite === undefined
      ? {}
      : { rewrite: Object.entries(pathRewrite).map(([pattern, replacement]) => ({ pattern, replacement })) }),
  };
  return { name: 'proxy-endpoint', config };
}
