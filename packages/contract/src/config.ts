import { z } from 'zod';
import { awsSettings, backendSettings, catalogSettings, integrationSettings } from './catalog-config.ts';
import { createProxySettings } from './proxy-config.ts';
import { backendTls, createTlsSettings } from './tls-config.ts';
import { duration, size } from './units.ts';

/** Names of backends, APIs and environments: they become path segments, metric labels and file names. */
export const resourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
    'must be 1 to 128 letters, digits, dots, dashes or underscores, and begin and end with a letter or digit',
  );

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

const timeouts = z
  .strictObject({
    connect: duration.optional().meta({ description: 'Until a connection to the target stands; default 5s.' }),
    response: duration
      .optional()
      .meta({ description: "From sending the request until the head of the target's response has arrived; default 30s." }),
    idle: duration.optional().meta({ description: "Longest pause between two pieces of the response's body; default 60s." }),
    total: duration.optional().meta({ description: "Until the last byte of the target's response; default 0, no limit." }),
  })
  .meta({ description: 'Timeouts towards the backend. What is absent is taken from the next level: route, API, backend, gateway.' });

const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be an IP address or a CIDR block, such as 10.0.0.0/8 or ::1',
});

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
  .prefault({});

const target = z.strictObject({
  url: httpUrl,
  weight: z.number().int().min(1).max(1000).default(1),
});

const retry = z
  .strictObject({
    attempts: z
      .number()
      .int()
      .min(0)
      .max(10)
      .default(1)
      .meta({ description: 'Further tries after the first, for idempotent requests, on another target where there is one.' }),
    budget: z.number().min(0).max(1).default(0.2).meta({ description: 'Share of requests that may be retries before retrying stops.' }),
  })
  .prefault({});

export const backendDefinition = z
  .strictObject({
    url: httpUrl.optional().meta({ description: 'The one target. Its path is put before the path of the request.' }),
    targets: z.array(target).min(1).max(1000).optional(),
    loadBalancing: z.enum(['round-robin', 'least-requests']).default('round-robin'),
    timeouts: timeouts.prefault({}),
    retry,
    ejection: z
      .strictObject({
        failures: z
          .number()
          .int()
          .min(0)
          .max(1000)
          .default(5)
          .meta({ description: 'Failures in a row after which a target gets no traffic for a while; 0 never ejects.' }),
        duration: duration.default(10_000),
        shareMax: z.number().min(0).max(1).default(0.5).meta({ description: 'Largest share of targets that may be ejected at a time.' }),
      })
      .prefault({}),
    healthCheck: z
      .strictObject({
        path: z.string().regex(/^\/[\x21-\x7e]*$/, 'must begin with a slash'),
        interval: duration.default(5_000),
        timeout: duration.default(2_000),
        healthyAfter: z.number().int().min(1).max(100).default(2),
        unhealthyAfter: z.number().int().min(1).max(100).default(3),
      })
      .optional(),
    connections: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(256)
      .meta({ description: 'Connections that one thread opens to one target at most.' }),
    hostHeader: z.enum(['target', 'client']).default('target'),
    protocol: z.enum(['http1', 'http2']).default('http1').meta({
      description: 'http2: to https targets by ALPN, to http targets at once (prior knowledge). What gRPC needs.',
    }),
    tls: backendTls.optional(),
  })
  .refine((definition) => (definition.url === undefined) !== (definition.targets === undefined), {
    message: 'needs either url (one target) or targets (several), not both',
  });

/** Kinds of backend service. */
export const backendType = z.enum(['http']);

const backend = z.strictObject({
  name: resourceName,
  type: backendType.meta({ description: 'Never changes once the backend exists.' }),
  owner: z.string().optional().meta({ description: 'The team that may change it.' }),
  description: z.string().optional(),
  environments: z.record(resourceName, backendDefinition).meta({ description: 'One definition per environment.' }),
});

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
      })
      .prefault({}),
    environments: z.array(resourceName).min(1).default(['test', 'pre', 'production']),
    policies: policies.meta({ description: 'Policies of every API, run before its own.' }),
    backends: z.array(backend).default([]),
    apis: z.array(api).default([]),
    apps: z.array(app).default([]),
    domains: z.array(domain).default([]),
    catalog: catalogSettings,
    integrations: integrationSettings,
    backend: backendSettings,
    aws: awsSettings,
    proxy: createProxySettings({ policy, backend: backendDefinition.shape }).prefault({}),
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
