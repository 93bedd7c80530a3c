import { z } from 'zod';
import { createAuthSettings } from './auth-config.ts';
import { backendResource, backendType, networkAccess } from './backend-config.ts';
import { backendDefinition } from './backend-definition.ts';
import { awsSettings, backendSettings, catalogSettings, integrationSettings } from './catalog-config.ts';
import { resourceName } from './names.ts';
import { pluginSettings } from './plugin-config.ts';
import { createProxySettings } from './proxy-config.ts';
import { timeouts } from './timeouts-config.ts';
import { createTlsSettings } from './tls-config.ts';
import { duration, retention, size } from './units.ts';

export { backendType } from './backend-config.ts';
export { backendDefinition } from './backend-definition.ts';
export { resourceName } from './names.ts';

const httpUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '' &&
    url.search === ''
  );
}, 'must be an absolute http or https URL without user, query or fragment, such as http://10.0.0.1:8080/base');

const port = z.number().int().min(0).max(65535);

const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be an IP address or a CIDR block, such as 10.0.0.0/8 or ::1',
});

const dnsServer = z.string().refine((text) => {
  const [, bracketed, host, port] = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15}))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const address = bracketed ?? host ?? text;
  return (z.ipv4().safeParse(address).success || z.ipv6().safeParse(address).success) && Number(port ?? 53) <= 65535;
}, 'must be an IP address, with or without a port, such as 10.0.0.2:8600 or [::1]:53');

const listen = (host: string, defaultPort: number) =>
  z
    .strictObject({
      host: z.string().default(host).meta({ description: 'Address to listen on; 0.0.0.0 or :: for all.' }),
      port: port.default(defaultPort),
    })
    .prefault({});

const errorProfileName = z.enum(['problem', 'aws-rest', 'aws-http', 'alibaba']);

const gateway = z
  .strictObject({
    listen: listen('0.0.0.0', 8000),
    publicUrl: httpUrl.optional().meta({
      description: 'Where callers reach the gateway, such as https://api.example.com; default: as its nodes say where they listen.',
    }),
    tls: createTlsSettings(listen('0.0.0.0', 8443)).optional(),
    admin: z
      .strictObject({ listen: listen('127.0.0.1', 8001) })
      .prefault({})
      .meta({ description: '/healthz, /readyz and /metrics of a process that runs only the gateway.' }),
    threads: z
      .union([z.literal('auto'), z.number().int().min(1).max(256)], {
        error: 'must be auto (one per core) or a whole number from 1 to 256',
      })
      .default('auto')
      .meta({ description: 'Worker threads that carry traffic; auto: one per core.' }),
    wire: z
      .enum(['own', 'node'])
      .default('own')
      .meta({ description: "How clients are listened to: own, HTTP/1.1 of the gateway's own; node, Node's." }),
    http2: z
      .strictObject({
        cleartext: z.boolean().default(false).meta({
          description: 'Whether clients of `listen` may speak HTTP/2 at once, without TLS (prior knowledge, h2c). Needs wire: own.',
        }),
      })
      .prefault({}),
    trustedProxies: z
      .array(cidr)
      .default([])
      .meta({ description: 'Whose X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Forwarded and X-Request-Id are believed.' }),
    defaultEnvironment: resourceName.default('production').meta({ description: 'The environment of a request that names none.' }),
    errorProfile: errorProfileName.default('problem').meta({ description: 'Form of errors that belong to no API.' }),
    control: z
      .strictObject({
        url: httpUrl.meta({ description: 'The control plane, such as https://control.example.com:3000.' }),
        token: z.string().min(1).meta({ description: 'An access token with the role node; read it from the environment: ${NODE_TOKEN}.' }),
        name: resourceName.optional().meta({ description: 'What the node is called; default: the name of the host.' }),
        ca: z.string().optional().meta({ description: 'PEM certificates to trust instead of the public ones.' }),
      })
      .optional()
      .meta({ description: 'With --role gateway: take everything from this control plane instead of from the file.' }),
    dns: z
      .strictObject({
        servers: z
          .array(dnsServer)
          .max(16)
          .default([])
          .meta({ description: 'Who is asked for services (service-discovery) and for hosts; default: the servers of the system.' }),
        minTtl: duration.default(1_000).meta({ description: 'How long the addresses of a host are used at least, whatever DNS says.' }),
        maxTtl: duration.default(300_000).meta({ description: 'And at most.' }),
        stale: duration
          .default(3_600_000)
          .meta({ description: 'How long addresses are used on behind their time when nobody answers for the host.' }),
      })
      .prefault({}),
    shared: z
      .strictObject({
        redis: z
          .string()
          .refine((text) => /^rediss?:\/\//.test(text) && URL.canParse(text), 'must be a redis:// or rediss:// URL')
          .optional()
          .meta({ description: 'Redis or Valkey, for what several nodes must agree on: nonces of signed requests.' }),
        timeout: duration.default(50).meta({ description: 'Longest wait for it in a request.' }),
        whenUnavailable: z
          .enum(['local', 'refuse'])
          .default('local')
          .meta({ description: 'local: each node decides by what it knows itself; refuse: such requests get 503.' }),
      })
      .prefault({}),
    limits: z
      .strictObject({
        headerBytes: size.default(16 * 1024).meta({ description: 'Request line and header fields together; more is answered with 431.' }),
        uriBytes: size.default(8 * 1024).meta({ description: 'The request target; more is answered with 414.' }),
        bodyBytes: size.default(10 * 1024 * 1024).meta({ description: 'The request body; more is answered with 413. 0 means no limit.' }),
        headersTimeout: duration.default(10_000).meta({ description: 'For the whole head of a request to arrive.' }),
        bodyTimeout: duration.default(30_000).meta({ description: 'Longest pause between two pieces of a request body.' }),
        requestTimeout: duration.default(300_000).meta({ description: 'For a whole request to arrive; 0 means no limit.' }),
        idleTimeout: duration.default(75_000).meta({ description: 'How long an idle connection is kept.' }),
        connections: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(20_000)
          .meta({ description: 'Open client connections of one thread; more wait in the accept queue or are closed.' }),
      })
      .prefault({}),
    timeouts: timeouts.prefault({}),
    drainTimeout: duration.default(30_000).meta({ description: 'How long SIGTERM waits for requests in flight.' }),
    accessLog: z
      .strictObject({
        format: z
          .string()
          .default('json')
          .meta({ description: 'json, clf, none, or a line with $context variables, which must contain $context.requestId.' }),
        output: z.enum(['stdout', 'file']).default('stdout'),
        file: z.string().optional().meta({ description: 'With output: file; default access.log in the data directory.' }),
      })
      .prefault({}),
  })
  .refine(({ wire, http2 }) => wire === 'own' || !http2.cleartext, {
    path: ['http2', 'cleartext'],
    message: 'needs wire: own; the listener of node:http speaks HTTP/1.1 only',
  })
  .prefault({});

const appAuthentication = z
  .strictObject({
    kind: z.literal('app'),
    appCode: z.enum(['disabled', 'header', 'header-and-query']).default('header-and-query').meta({
      description: 'Whether an AppCode may be sent instead of a signature, and where; X-Api-Key counts as a header.',
    }),
    signature: z.boolean().default(true).meta({ description: 'Whether AppKey signatures (X-Ca-Signature) are accepted.' }),
    requireNonce: z
      .boolean()
      .default(false)
      .meta({ description: 'Signed requests must carry X-Ca-Nonce, so that none can be sent twice.' }),
    forwardCredentials: z
      .boolean()
      .default(false)
      .meta({ description: 'Credentials are passed on to the backend instead of being removed.' }),
  })
  .meta({ description: 'Callers are apps: AppKey signature or AppCode. They must be authorized for the API in the environment.' });

/** How callers are authenticated: `none`, `app`, or `app` with its settings. */
export const authSetting = z
  .union([z.enum(['none', 'app']), appAuthentication], { error: 'must be none, app, or { kind: app, … }' })
  .meta({ description: 'none: callers need no credentials, whatever the definition says. app: AppKey signature or AppCode.' });

/** Output of `authSetting` with every default filled in; null: nobody is asked. */
export function toAuthentication(setting: z.output<typeof authSetting>): z.output<typeof appAuthentication> | null {
  if (setting === 'none') return null;
  return setting === 'app' ? appAuthentication.parse({ kind: 'app' }) : setting;
}

const stageVariables = z.record(
  z.string().regex(/^[A-Za-z0-9_]{1,64}$/, 'must be 1 to 64 letters, digits or underscores'),
  z.string().regex(/^[A-Za-z0-9._~:/?#&=,-]{0,512}$/, 'may hold letters, digits and -._~:/?#&=, and at most 512 of them'),
);

const basePath = z
  .string()
  .regex(
    /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/,
    'must be / or begin with a slash, end without one, and hold plain segments such as /petstore or /v1/pets',
  )
  .refine((path) => !path.split('/').some((segment) => segment === '.' || segment === '..'), 'must not contain . or .. segments');

/** A host and what its paths lead to. */
export const domain = z.strictObject({
  host: z
    .string()
    .regex(
      /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
      'must be a host name, or *. and a host name',
    )
    .transform((host) => host.toLowerCase()),
  mappings: z
    .array(
      z.strictObject({
        path: z
          .string()
          .regex(
            /^(?:[A-Za-z0-9$\-_.+!*'()]+(?:\/[A-Za-z0-9$\-_.+!*'()]+)*)?$/,
            'must be empty or segments without slashes at the ends, such as v1/pets',
          )
          .refine((path) => path.length <= 300, 'must have at most 300 characters')
          .default(''),
        api: resourceName,
        environment: resourceName,
      }),
    )
    .min(1),
});

const secretText = z.string().regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 printable characters without spaces');

const app = z.strictObject({
  name: resourceName,
  owner: z.string().optional().meta({ description: 'The team that owns the app.' }),
  description: z.string().optional(),
  appKey: secretText.optional().meta({ description: 'Default: made up, and shown by the management interface.' }),
  appSecret: secretText.optional().meta({ description: 'Signs requests; read it from the environment: ${PARTNER_SECRET}.' }),
  appCode: secretText.optional().meta({ description: 'Sent as it is; read it from the environment: ${PARTNER_CODE}.' }),
  authorizations: z
    .array(z.strictObject({ api: resourceName, environments: z.array(resourceName).min(1) }))
    .default([])
    .meta({ description: 'What the app may call, and where.' }),
});

/** Who lets an app call an API. */
export const approvalSetting = z.enum(['owner', 'automatic']);

/** What an API is described by, beside its name and where it is live; the same in gatehouse.yaml and in the management interface. */
export function createApiFields<Policies extends z.ZodType<{ name: string; config: unknown }[], unknown>>(policies: Policies) {
  return {
    title: z.string().optional(),
    description: z.string().optional(),
    owner: z.string().optional().meta({ description: 'The team that owns the API.' }),
    group: z.string().optional(),
    definition: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())], {
        error: 'must be the path or URL of an OpenAPI document, or the document itself',
      })
      .meta({ description: 'OpenAPI 2.0, 3.0 or 3.1: a file, a URL, or the document inline.' }),
    basePath: basePath.optional().meta({ description: 'Default: / when it is the only API, else /<name>.' }),
    backend: resourceName.optional().meta({ description: 'The backend of operations that name no integration of their own.' }),
    variables: z.record(resourceName, stageVariables).default({}).meta({ description: 'Stage variables per environment.' }),
    parameters: z.record(z.string(), z.string()).default({}).meta({ description: 'Values for ${name} placeholders in the definition.' }),
    policies,
    timeouts: timeouts.prefault({}),
    errorProfile: errorProfileName.optional().meta({
      description:
        'Form of the errors that the gateway answers with; default aws-rest or aws-http for documents with x-amazon-apigateway extensions, else problem.',
    }),
    auth: authSetting.optional(),
    approval: approvalSetting.optional().meta({
      description:
        "How a team's request to call the API is decided; owner, the default: by the API's owner; automatic: it is approved at once.",
    }),
    ignoreExtensions: z
      .array(z.string())
      .default([])
      .meta({ description: 'x-amazon-apigateway extensions that this version does not act on and that are skipped knowingly.' }),
  };
}

/** What the schema of a whole configuration needs from the gateway's registry of policies. */
export interface ConfigSchemaParts {
  /** One entry of a `policies` list. */
  policy: z.ZodType<{ name: string; config: unknown }>;
}

/**
 * The schema of gatehouse.yaml. The policies are a parameter because their schemas live with the policies.
 * In: the parsed YAML, after environment substitution. Out: every default filled in, durations in ms, sizes in bytes.
 */
export function createConfigSchema({ policy }: ConfigSchemaParts) {
  const policies = z.array(policy).default([]);
  const api = z.strictObject({
    name: resourceName,
    ...createApiFields(policies),
    publish: z.array(resourceName).default([]).meta({ description: 'Environments where the API is live.' }),
  });

  return z.strictObject({
    $schema: z.string().optional().meta({ description: 'For editors.' }),
    gateway,
    control: z
      .strictObject({
        listen: listen('127.0.0.1', 3000),
        publicUrl: httpUrl
          .refine((text) => URL.parse(text)?.pathname === '/', 'must have no path')
          .optional()
          .meta({
            description: 'Where people reach the portal, such as https://apis.example.com; default: the address that is listened on.',
          }),
        database: z.string().default('sqlite').meta({ description: 'sqlite (under the data directory) or a postgresql:// URL.' }),
        region: resourceName.optional().meta({ description: 'Where this installation runs; picks the rule of `regions`.' }),
        regions: z
          .record(resourceName, z.strictObject({ forbiddenBackendTypes: z.array(backendType).default([]) }))
          .default({})
          .meta({ description: 'What is not allowed in a region: backend services of these types cannot be created there.' }),
        publishTimeout: duration.default(10_000).meta({ description: 'How long publishing waits for the answers of the nodes.' }),
        nodes: z
          .strictObject({
            heartbeat: duration
              .default(5_000)
              .refine((ms) => ms >= 100 && ms <= 600_000, 'must be from 100ms to 10m')
              .meta({
                description: 'How often nodes and control plane hear of each other; who is silent for three to four of it counts as gone.',
              }),
          })
          .prefault({}),
        traffic: z
          .strictObject({
            minutes: retention
              .default(86_400_000)
              .refine((ms) => ms >= 3_600_000 && ms <= 604_800_000, 'must be from 1h to 7d')
              .meta({ description: 'How long figures of the traffic are kept by minute; then they are kept by hour. Default 24h.' }),
            hours: retention
              .default(30 * 86_400_000)
              .refine((ms) => ms >= 86_400_000, 'must be at least 1d')
              .meta({ description: 'How long figures are kept by hour. Default 30d.' }),
            calls: retention
              .default(7 * 86_400_000)
              .refine((ms) => ms >= 3_600_000, 'must be at least 1h')
              .meta({ description: 'How long calls of apps are kept, of each app the newest thousand. Default 7d.' }),
          })
          .prefault({})
          .meta({ description: 'How long is kept what the nodes tell of their traffic.' }),
      })
      .prefault({}),
    environments: z.array(resourceName).min(1).default(['test', 'pre', 'production']),
    policies: policies.meta({ description: 'Policies of every API, run before its own.' }),
    networks: z.array(networkAccess).default([]).meta({
      description: 'Places in networks that backend services of type vpc may lead to; only here they are named.',
    }),
    backends: z.array(backendResource).default([]),
    apis: z.array(api).default([]),
    apps: z.array(app).default([]),
    domains: z.array(domain).default([]),
    catalog: catalogSettings,
    integrations: integrationSettings,
    backend: backendSettings,
    aws: awsSettings,
    auth: createAuthSettings({ teamName: resourceName }),
    proxy: createProxySettings({ policy, backend: backendDefinition.shape }).prefault({}),
    plugins: pluginSettings,
    prune: z.boolean().default(false).meta({
      description: 'Also what is published is removed when the file no longer has it; without it such things stay and are reported.',
    }),
  });
}

export type GatehouseConfig = z.output<ReturnType<typeof createConfigSchema>>;
export type GatewaySettings = GatehouseConfig['gateway'];
export type ApiConfig = GatehouseConfig['apis'][number];
export type BackendConfig = GatehouseConfig['backends'][number];
export type DomainConfig = GatehouseConfig['domains'][number];
export type AppConfig = GatehouseConfig['apps'][number];
