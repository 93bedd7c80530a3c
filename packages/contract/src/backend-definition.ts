import { z } from 'zod';
import { resourceName } from './names.ts';
import { targetUrl } from './target-url.ts';
import { timeouts } from './timeouts-config.ts';
import { backendTls, writtenBackendTls } from './tls-config.ts';
import { duration } from './units.ts';

const target = z.strictObject({
  url: targetUrl,
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

/** DNS names, with the underscores of service labels: `_http._tcp.pets.service.consul`. */
export const DNS_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,126}$/i;
export const targetPort = z.number().int().min(1).max(65535);

const service = z
  .strictObject({
    name: z
      .string()
      .regex(DNS_NAME, 'must be a DNS name in full, such as _http._tcp.pets.example.com')
      .meta({ description: 'Whose records name the targets; in full, search domains are not tried.' }),
    record: z.enum(['srv', 'a']).default('srv').meta({
      description: 'srv: hosts, ports and weights, of the first priority. a: every address (A and AAAA), with the port below.',
    }),
    port: targetPort.optional().meta({ description: 'With record: a.' }),
    refresh: duration
      .default(10_000)
      .refine((ms) => ms >= 1_000 && ms <= 3_600_000, 'must be from 1s to 1h')
      .meta({
        description:
          'How often the records are asked for again, at the latest: addresses that are valid for a shorter time are asked for sooner.',
      }),
  })
  .superRefine((written, context) => {
    if (written.record === 'a' && written.port === undefined)
      context.addIssue({ code: 'custom', path: [], message: 'needs port: addresses have none' });
    if (written.record === 'srv' && written.port !== undefined)
      context.addIssue({ code: 'custom', path: ['port'], message: 'goes with record: a only; SRV records say the port' });
  });

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;
/** Of one connection, or of how the body is sent. */
const FRAMING = /^(?:connection|content-length|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;
const MOCK_BODY_MAX = 256 * 1024;

const mock = z
  .strictObject({
    status: z.number().int().min(200).max(599).optional().meta({ description: 'Default 200.' }),
    headers: z
      .record(
        z
          .string()
          .regex(HEADER_NAME, 'must be a header name')
          .refine((name) => !FRAMING.test(name), 'belongs to one connection: it cannot be set'),
        z.string().regex(HEADER_VALUE, 'must have at most 8192 characters, no control characters and none beyond U+00FF'),
      )
      .default({}),
    body: z
      .unknown()
      .optional()
      .meta({ description: 'A text, or a value that is sent as JSON.' })
      .refine((body) => bodyText(body).length <= MOCK_BODY_MAX, `is longer than ${MOCK_BODY_MAX} characters`),
    contentType: z
      .string()
      .regex(/^[\x20-\x7e]{1,256}$/, 'must be a media type')
      .optional()
      .meta({ description: 'Default application/json, for a text text/plain.' }),
    examples: z.boolean().default(false).meta({
      description: 'Each operation is answered with the example of its successful response, as its definition describes it.',
    }),
  })
  .superRefine(({ examples, ...fixed }, context) => {
    for (const key of ['status', 'body', 'contentType'] as const)
      if (examples && fixed[key] !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'is that of the example: leave it out, or leave out examples' });
  });

/** The text that a mock sends. */
export function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
}

const shape = {
  url: targetUrl.optional().meta({
    description:
      'The one target: http://host:port/base, https://…, or unix:/run/app.sock:/base. Its path is put before the path of the request.',
  }),
  targets: z.array(target).min(1).max(1000).optional(),
  network: resourceName.optional().meta({ description: 'Type vpc: the entry of `networks` that is called.' }),
  service: service.optional().meta({ description: 'Type service-discovery: DNS records that name the targets.' }),
  https: z.boolean().default(false).meta({ description: 'With network or service: the targets are called with HTTPS.' }),
  mock: mock.optional().meta({ description: 'Type mock: the gateway answers itself.' }),
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
};

/** A definition before it is known what type its backend service has. */
export const backendDefinition = z.strictObject(shape);

/** As it is sent to the management interface, which may have the private key already. */
export const writtenBackendDefinition = z.strictObject({ ...shape, tls: writtenBackendTls.optional() });

/** A definition, every default filled in. */
export type WrittenDefinition = z.output<typeof backendDefinition>;
