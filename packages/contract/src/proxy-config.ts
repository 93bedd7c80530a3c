import { z } from 'zod';
import type { backendDefinition } from './backend-definition.ts';
import type { ConfigSchemaParts } from './config.ts';
import { duration, size } from './units.ts';

type BackendShape = Pick<
  (typeof backendDefinition)['shape'],
  'url' | 'targets' | 'loadBalancing' | 'timeouts' | 'retry' | 'ejection' | 'healthCheck' | 'connections' | 'protocol' | 'tls'
>;

export interface ProxySettingsParts extends ConfigSchemaParts {
  /** The shape of a backend definition, whose keys an endpoint has too. */
  backend: BackendShape;
}

const ROUTE = /^\/?[A-Za-z0-9_~.-]{1,100}(?:\/[A-Za-z0-9_~.-]{1,100}){0,15}\/?$/;

const route = z
  .string()
  .regex(ROUTE, 'must be a path of plain segments, such as /frobs or /larger-example/v1')
  .refine((text) => !text.split('/').some((segment) => segment === '.' || segment === '..'), 'must not contain . or .. segments');

const fieldName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/, 'must be a header name');

/** Of one connection, of framing, or written by the gateway itself. */
const OWN_FIELDS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-ca-stage',
  'x-request-id',
]);

const allowedField = fieldName.refine(
  (name) => name.toLowerCase() === 'host' || !isOwnField(name.toLowerCase(), false),
  'belongs to one connection, or is written by the gateway itself: it cannot be passed on',
);

/** The values are secrets, mostly: what is wrong is said without showing them. */
const headers = z.record(fieldName, z.string()).superRefine((record, context) => {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(record)) {
    const lowerName = name.toLowerCase();
    const refuse = (message: string) =>
      context.addIssue({ code: 'custom', path: [name], message: `the header ${name} ${message}`, params: { problemCode: INVALID } });
    if (lowerName === 'host') refuse('is that of the target; changeOrigin: false passes on the one of the client');
    else if (isOwnField(lowerName, true)) refuse('belongs to one connection, or is written by the gateway itself');
    if (!/^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(value) || value.trim() !== value)
      refuse('must have a value of at most 8192 characters without line ends, control characters and spaces at its ends');
    if (seen.has(lowerName)) refuse('is there twice: case does not matter in header names');
    seen.add(lowerName);
  }
});

const INVALID = 'config.invalid-value';
const ALWAYS_SET = new Set(['x-ca-stage']);

function isOwnField(lowerName: string, sets: boolean): boolean {
  if (sets && ALWAYS_SET.has(lowerName)) return false;
  return OWN_FIELDS.has(lowerName) || lowerName.startsWith('proxy-') || lowerName.startsWith('x-gatehouse-');
}

const expression = z.string().min(1).max(512).refine(isRegExp, 'is not a regular expression of JavaScript');

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const withoutEffect = z.unknown().optional().meta({ description: "Backstage's; accepted, has no effect here." });
const milliseconds = z.number().int().min(0).max(2_147_483_647).optional();

const MIB = 1024 * 1024;

const cache = z
  .strictObject({
    maxAge: duration
      .default(0)
      .refine((ms) => ms === 0 || ms >= 1_000, 'must be 0, or 1s at least')
      .meta({ description: 'How long an answer counts as fresh that says nothing about it itself; default 0: such answers are not kept.' }),
    staleIfError: duration
      .default(0)
      .meta({ description: 'For so long after it was fresh an answer is used when the target fails, unless it forbids that.' }),
    maxBytes: size.default(16 * MIB).meta({ description: 'What the answers of this endpoint take of memory.' }),
    maxEntryBytes: size.default(MIB).meta({ description: 'Larger answers are passed on and not kept.' }),
    vary: z
      .array(fieldName)
      .max(16)
      .default([])
      .meta({ description: 'Request headers by which answers differ although they do not say so with Vary.' }),
  })
  .meta({ description: 'Answers to GET are kept and given again, as far as HTTP allows it (RFC 9111); {} for the defaults.' });

/** One use of a policy, `cors: { … }`, written without the list. */
function shortFor(name: string, policy: ConfigSchemaParts['policy']) {
  return z.unknown().transform((value, context) => {
    const result = policy._zod.run({ value: { [name]: value }, issues: [] }, {});
    if (result instanceof Promise) throw new TypeError('The schema of a policy is not asynchronous');
    for (const issue of result.issues) context.issues.push({ ...issue, path: (issue.path ?? []).slice(1) });
    return result.value as { name: string; config: unknown };
  });
}

function createEndpoint({ policy, backend }: ProxySettingsParts) {
  return z
    .strictObject({
      target: backend.url.meta({ description: 'The one target. Its path is put before what is left of the request path.' }),
      targets: backend.targets.meta({ description: 'Several targets, instead of target.' }),
      pathRewrite: z.record(expression, z.string().max(1024)).optional().meta({
        description:
          'Regular expressions and what their match is replaced by; the first that matches the path (with /api/proxy and query) is used. Default: the prefix and the route are taken out.',
      }),
      changeOrigin: z.boolean().default(true).meta({ description: "Host is the target's; false: the one of the client." }),
      headers: headers.default({}).meta({ description: 'Headers that are set on requests to the target. Never shown to clients.' }),
      allowedMethods: z
        .array(
          z
            .string()
            .regex(/^[A-Za-z]{1,32}$/, 'must be a method')
            .toUpperCase(),
        )
        .min(1)
        .optional()
        .meta({ description: 'Other methods are answered with 405; default: all are passed on.' }),
      allowedHeaders: z
        .array(allowedField)
        .default([])
        .meta({ description: 'Passed on in both directions, beside those that always are.' }),
      credentials: z.enum(['require', 'forward', 'dangerously-allow-unauthenticated']).default('require').meta({
        description: 'Whether callers need credentials of Gatehouse, and whether the target gets these.',
      }),
      secure: z.boolean().default(true).meta({ description: "false: the target's certificate is not checked." }),
      xfwd: z.boolean().default(false).meta({ description: 'Tells the target who calls (X-Forwarded-For, -Proto, -Host).' }),
      ws: z.boolean().default(false).meta({ description: 'Whether WebSocket connections are passed on.' }),
      proxyTimeout: milliseconds.meta({ description: 'Milliseconds; the same as timeouts.response.' }),
      timeout: withoutEffect,
      logLevel: withoutEffect,
      reviveRequestBody: withoutEffect,
      loadBalancing: backend.loadBalancing,
      timeouts: backend.timeouts,
      retry: backend.retry,
      ejection: backend.ejection,
      healthCheck: backend.healthCheck,
      connections: backend.connections,
      protocol: backend.protocol,
      tls: backend.tls,
      cache: cache.optional(),
      cors: shortFor('cors', policy).optional().meta({ description: 'Short for the policy cors.' }),
      policies: z.array(policy).default([]).meta({ description: 'Policies of this endpoint, outermost first.' }),
    })
    .refine((endpoint) => (endpoint.target === undefined) !== (endpoint.targets === undefined), {
      message: 'needs either target (one) or targets (several), not both',
    });
}

/** An endpoint of the proxy, every default filled in. */
export type ProxyEndpoint = z.output<ReturnType<typeof createEndpoint>>;

export interface ProxySettings {
  /** By route, which begins with a slash and ends without one. */
  endpoints: Record<string, ProxyEndpoint>;
  /** Endpoints that are not valid and were left out, because `skipInvalidProxies` says so. */
  skipped: { route: string; reason: string }[];
  /** The endpoints stand directly below `proxy`, as in old configurations. */
  deprecatedRoot: boolean;
}

interface ProxyBlockDef extends z.core.$ZodTypeDef {
  /** What the block is, for JSON Schema and for its keys. */
  documented: z.ZodType;
  settings: z.ZodType;
  endpoint: z.ZodType;
}

interface ProxyBlockType extends z.ZodType<ProxySettings, unknown> {
  _zod: z.ZodType<ProxySettings, unknown>['_zod'] & { def: ProxyBlockDef };
}

/**
 * A schema type of its own: whether an endpoint that is not valid is an error depends on `skipInvalidProxies` beside it, and whether a key
 * that begins with a slash is an endpoint depends on whether there is `endpoints`.
 */
const ProxyBlock = z.core.$constructor<ProxyBlockType, ProxyBlockDef>('GatehouseProxyBlock', (inst, def) => {
  z.ZodType.init(inst, def);
  inst._zod.parse = (payload, context) => {
    const input = payload.value;
    if (!isMap(input)) {
      payload.issues.push({ code: 'invalid_type', expected: 'object', input, inst, path: [] });
      return payload;
    }
    const run = (schema: z.ZodType, value: unknown, ...path: string[]): unknown => {
      const result = schema._zod.run({ value, issues: [] }, context);
      if (result instanceof Promise) throw new TypeError('The schema of the proxy is not asynchronous');
      const prefixed = path.reduceRight((issues, part) => z.core.util.prefixIssues(part, issues), result.issues);
      payload.issues.push(...prefixed);
      return result.value;
    };
    const refuse = (message: string, ...path: string[]) =>
      payload.issues.push({ code: 'custom', input, inst, path, message, params: { problemCode: INVALID, atKey: true } });

    const written = isMap(input.endpoints) ? input.endpoints : {};
    const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !key.startsWith('/')));
    const rootRoutes = Object.keys(input).filter((key) => key.startsWith('/'));
    run(def.settings, rest);
    const hasEndpoints = input.endpoints !== undefined;
    const settings: ProxySettings = { endpoints: {}, skipped: [], deprecatedRoot: !hasEndpoints && rootRoutes.length > 0 };
    if (hasEndpoints)
      for (const key of rootRoutes) refuse(`the proxy endpoint "${key}" is not read beside proxy.endpoints: move it there`, key);
    const found = hasEndpoints ? Object.entries(written) : rootRoutes.map((key): [string, unknown] => [key, input[key]]);
    for (const [key, value] of found) {
      const path = hasEndpoints ? ['endpoints', key] : [key];
      const normal = `/${key.replace(/^\/|\/$/g, '')}`;
      const endpoint = typeof value === 'string' ? { target: value } : value;
      const reason = input.skipInvalidProxies === true ? (faultOf(route, key) ?? faultOf(def.endpoint, endpoint)) : undefined;
      if (reason !== undefined) settings.skipped.push({ route: key, reason });
      else if (faultOf(route, key) !== undefined) refuse(`the proxy endpoint "${key}" ${faultOf(route, key)}`, ...path);
      else if (Object.hasOwn(settings.endpoints, normal)) refuse(`the proxy endpoint "${key}" is there twice`, ...path);
      else if (typeof value !== 'string' && !isMap(value))
        payload.issues.push({ code: 'custom', input: value, inst, path, message: 'must be the URL of the target, or a map with target' });
      else {
        const before = payload.issues.length;
        const output = run(def.endpoint, endpoint, ...path);
        // Of the short form, what is wrong with the target is wrong with the whole.
        if (typeof value === 'string') payload.issues.push(...payload.issues.splice(before).map((issue) => ({ ...issue, path })));
        settings.endpoints[normal] = output as ProxyEndpoint;
      }
    }
    payload.value = settings;
    return payload;
  };
  inst._zod.processJSONSchema = (context, json, params) => {
    Object.assign(json, z.core.process(def.documented, context, params));
  };
});

function faultOf(schema: z.ZodType, value: unknown): string | undefined {
  const result = schema.safeParse(value);
  if (result.success) return undefined;
  return result.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')} ${message}`)).join('; ');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The block `proxy`, with Backstage's keys and Gatehouse's own. Out: every default filled in, durations in ms. */
export function createProxySettings(parts: ProxySettingsParts): z.ZodType<ProxySettings, unknown> {
  const endpoint = createEndpoint(parts);
  const settings = {
    skipInvalidProxies: z
      .boolean()
      .default(false)
      .meta({ description: 'Endpoints that are not valid are left out, with a warning, instead of being errors.' }),
    reviveConsumedRequestBodies: withoutEffect,
  };
  const description = 'What is passed on below /api/proxy, by route.';
  return new ProxyBlock({
    type: 'custom',
    endpoint,
    settings: z.strictObject({ endpoints: z.record(z.string(), z.unknown()).optional(), ...settings }),
    documented: z
      .object({ endpoints: z.record(z.string(), z.union([z.string(), endpoint])).optional(), ...settings })
      .catchall(z.union([z.string(), endpoint]))
      .meta({ description }),
  });
}
