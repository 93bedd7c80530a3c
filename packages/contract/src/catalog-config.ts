import { z } from 'zod';

const UNITS_MS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};
const SHORT_UNITS: Readonly<Record<string, string>> = { ms: 'milliseconds', s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' };
const UNIT_TEXT = /^(\d{1,9}(?:\.\d{1,3})?) ?([a-z]{1,12})$/;
const ISO_TEXT = /^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,3})?)S)?)?$/;
const DURATION_MESSAGE = 'must be a duration such as 30m, PT30M or { minutes: 30 }';
/** Longest duration that a timer can hold. */
const DURATION_MS_MAX = 2_147_483_647;

const amount = z.number().min(0).max(DURATION_MS_MAX);
const durationParts = z.strictObject({
  milliseconds: amount.optional(),
  seconds: amount.optional(),
  minutes: amount.optional(),
  hours: amount.optional(),
  days: amount.optional(),
  weeks: amount.optional(),
});

function durationMs(value: string | z.output<typeof durationParts>): number | undefined {
  if (typeof value !== 'string') {
    const parts = Object.entries(value);
    return parts.length === 0 ? undefined : parts.reduce((sum, [unit, count]) => sum + (count ?? 0) * (UNITS_MS[unit] ?? 0), 0);
  }
  const iso = ISO_TEXT.exec(value);
  if (iso !== null && value.length > 2 && !value.endsWith('T')) {
    const [, weeks, days, hours, minutes, seconds] = iso.map((part) => Number(part ?? 0));
    return durationMs({ weeks, days, hours, minutes, seconds });
  }
  const [, count, unit = ''] = UNIT_TEXT.exec(value) ?? [];
  const factor = UNITS_MS[SHORT_UNITS[unit] ?? (unit.endsWith('s') ? unit : `${unit}s`)];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

/** A duration in each of Backstage's forms, `30m`, `30 minutes`, `PT30M`, `{ minutes: 30 }`, read into whole milliseconds. */
export const backstageDuration = z
  .union([z.string(), durationParts], { error: DURATION_MESSAGE })
  .transform((value, context) => {
    const ms = durationMs(value);
    if (ms === undefined || ms > DURATION_MS_MAX) {
      context.addIssue({
        code: 'custom',
        message: ms === undefined ? DURATION_MESSAGE : 'is longer than the 24 days that a timer can hold',
      });
      return z.NEVER;
    }
    return Math.round(ms);
  })
  .meta({ description: 'A duration: 30m, 30 minutes, PT30M, { minutes: 30 }.' });

const positiveDuration = backstageDuration.refine((ms) => ms >= 100, 'must be at least 100 ms');

const schedule = z
  .strictObject({
    frequency: z.union([z.strictObject({ trigger: z.literal('manual') }), positiveDuration], {
      error: `${DURATION_MESSAGE}, or { trigger: manual }; cron expressions are not read`,
    }),
    timeout: positiveDuration.optional().meta({ description: 'After this long a scan is given up; default 15m.' }),
    initialDelay: backstageDuration.optional().meta({ description: 'Before the first scan; default none.' }),
    scope: z.enum(['global', 'local']).optional().meta({ description: "Backstage's; one node always does the work." }),
  })
  .meta({ description: 'How often it is scanned.' });

const allowedKind = z.union([z.string().min(1), z.strictObject({ kind: z.string().min(1), 'spec.type': z.string().min(1).optional() })], {
  error: 'must be a kind, such as Component, or { kind, spec.type }',
});

const rule = z.strictObject({
  allow: z.array(allowedKind).meta({ description: 'Kinds, or { kind, spec.type }; case does not matter.' }),
  locations: z
    .array(
      z
        .strictObject({ type: z.string().min(1), exact: z.string().optional(), pattern: z.string().optional() })
        .refine(({ exact, pattern }) => exact === undefined || pattern === undefined, 'takes either exact or pattern, not both'),
    )
    .optional()
    .meta({ description: 'Where the rule holds; default everywhere.' }),
});

const location = z.strictObject({
  type: z.enum(['file', 'url'], { error: 'must be file or url' }),
  target: z.string().min(1).meta({ description: 'A path (relative to the configuration file; * and ** are patterns) or a URL.' }),
  rules: z
    .array(z.strictObject({ allow: z.array(allowedKind) }))
    .optional()
    .meta({ description: 'What this location may give, beside what `rules` allows.' }),
});

const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket: 3 to 63 small letters, digits, dots or dashes');
const accountId = z
  .union([z.string(), z.number().transform(String)])
  .refine((id) => /^\d{12}$/.test(id), 'must be an AWS account of 12 digits; write it in quotes');

const httpEndpoint = z.string().refine((text) => {
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  );
}, 'must be an http or https URL without user, query or fragment');

const awsS3Provider = z.strictObject({
  bucketName,
  prefix: z.string().max(1024).optional().meta({ description: 'Only objects whose key begins with it.' }),
  region: z.string().min(1).optional(),
  accountId: accountId.optional().meta({ description: 'Whose bucket it is: credentials are those of that entry of `aws.accounts`.' }),
  schedule: schedule.optional().meta({ description: 'Default: every minute.' }),
  suffixes: z
    .array(z.string().min(1))
    .min(1)
    .default(['.yaml', '.yml', '.json'])
    .meta({ description: 'Ends of the keys that are read; others are passed over.' }),
  endpoint: httpEndpoint.optional().meta({ description: 'Of a storage that is not AWS; default that of the integration.' }),
  forcePathStyle: z.boolean().optional().meta({ description: 'The bucket in the path instead of in the host; default with an endpoint.' }),
});

const providerId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, dashes or underscores');

const awsS3Providers = z
  .union([awsS3Provider, z.record(providerId, awsS3Provider)], {
    error:
      'must be one provider (bucketName, prefix, region, accountId, schedule, suffixes, endpoint, forcePathStyle), or a map of them by id',
  })
  .transform((value): Record<string, z.output<typeof awsS3Provider>> => (isOneProvider(value) ? { default: value } : value));

function isOneProvider(value: object): value is z.output<typeof awsS3Provider> {
  return 'bucketName' in value && typeof value.bucketName === 'string';
}

const strategy = z.enum(['delete', 'keep']);

/** Backstage reads it; the catalog has nothing that it would switch. */
const withoutEffect = z.unknown().optional().meta({ description: "Backstage's; read, and without effect here." });

/** The block `catalog`. Out: durations in ms, S3 providers as a map. */
export const catalogSettings = z
  .strictObject({
    rules: z
      .array(rule)
      .optional()
      .meta({ description: 'Which kinds may come from where; default Component, API and Location from everywhere.' }),
    readonly: z.boolean().default(false).meta({ description: 'Locations cannot be registered through the interface.' }),
    locations: z.array(location).default([]).meta({ description: 'Files and URLs that are read.' }),
    providers: z.strictObject({ awsS3: awsS3Providers.optional() }).prefault({}),
    processingInterval: z
      .union([z.literal(false), positiveDuration], { error: `${DURATION_MESSAGE}, or false` })
      .default(120_000)
      .meta({ description: 'How often files and URLs are looked at again; default 2m. false: only when asked to.' }),
    orphanStrategy: strategy.default('delete').meta({ description: 'What becomes of entities whose source no longer has them.' }),
    orphanProviderStrategy: strategy.default('delete').meta({ description: 'The same when the provider is no longer configured.' }),
    orphanGracePeriod: backstageDuration
      .default(300_000)
      .meta({ description: 'How long such entities stay, annotated as orphans, before they are deleted; default 5m.' }),
    defaultLocationConflictStrategy: z.enum(['reject', 'refresh']).default('reject').meta({
      description: 'Registering a location that exists: reject answers 409, refresh reads it again.',
    }),
    disableDefaultProcessors: withoutEffect,
    stitchingStrategy: withoutEffect,
    providerOptions: withoutEffect,
    processorOptions: withoutEffect,
    scmEvents: withoutEffect,
    useUrlReadersSearch: withoutEffect,
    import: withoutEffect,
  })
  .prefault({})
  .meta({ description: "What the catalog reads, with Backstage's keys." });

const awsS3Integration = z.strictObject({
  host: z.string().optional().meta({ description: 'Derived from the endpoint; read for compatibility.' }),
  endpoint: httpEndpoint.optional(),
  s3ForcePathStyle: z.boolean().optional(),
  accessKeyId: z.string().min(1).optional(),
  secretAccessKey: z.string().min(1).optional(),
  roleArn: z
    .string()
    .regex(/^arn:[a-z0-9-]{1,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role')
    .optional(),
  externalId: z.string().min(2).max(1224).optional(),
});

/** The block `integrations`. Those of source hosts are read so that a block can be pasted in; only `awsS3` is acted on. */
export const integrationSettings = z
  .strictObject({
    awsS3: z
      .array(
        awsS3Integration.refine(
          ({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined),
          'needs accessKeyId and secretAccessKey together',
        ),
      )
      .default([]),
    azure: withoutEffect,
    azureBlobStorage: withoutEffect,
    bitbucket: withoutEffect,
    bitbucketCloud: withoutEffect,
    bitbucketServer: withoutEffect,
    gerrit: withoutEffect,
    gitea: withoutEffect,
    github: withoutEffect,
    gitlab: withoutEffect,
    googleGcs: withoutEffect,
    harness: withoutEffect,
    awsCodeCommit: withoutEffect,
  })
  .prefault({})
  .meta({ description: 'Credentials of the places that are read.' });

const readingAllow = z.strictObject({
  host: z
    .string()
    .regex(
      /^(?:\*\.)?(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5}(?:-\d{1,5})?)?$/,
      'must be a host such as example.com, *.example.com or localhost:9000',
    )
    .meta({ description: 'Host, with its port unless that is the default one; a leading *. stands for any subdomain.' }),
  paths: z.array(z.string().startsWith('/')).optional().meta({ description: 'Beginnings of paths; default all.' }),
  private: z.boolean().optional().meta({
    description:
      'Whether the host may lead into the private network; default: only when it is an address or a name that exists only there.',
  }),
});

/** The block `backend`: of Backstage's keys only what the catalog may read. */
export const backendSettings = z
  .strictObject({
    reading: z
      .strictObject({ allow: z.array(readingAllow).default([]).meta({ description: 'Hosts that URLs may be read from; default none.' }) })
      .prefault({}),
  })
  .prefault({});

const accountFields = {
  accessKeyId: z.string().min(1).optional(),
  secretAccessKey: z.string().min(1).optional(),
  roleName: z
    .string()
    .regex(/^[\w+=,.@/-]{1,576}$/, 'must be the name of a role, without its ARN')
    .optional(),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']).optional(),
  region: z.string().min(1).optional(),
  externalId: z.string().min(2).max(1224).optional(),
};

const keysBelongTogether = (keys: { accessKeyId?: string | undefined; secretAccessKey?: string | undefined }) =>
  (keys.accessKeyId === undefined) === (keys.secretAccessKey === undefined);
const KEYS_MESSAGE = 'needs accessKeyId and secretAccessKey together';

/** The block `aws`: credentials by account. */
export const awsSettings = z
  .strictObject({
    accounts: z.array(z.strictObject({ accountId, ...accountFields }).refine(keysBelongTogether, KEYS_MESSAGE)).default([]),
    accountDefaults: z
      .strictObject({
        roleName: accountFields.roleName,
        partition: accountFields.partition,
        region: accountFields.region,
        externalId: accountFields.externalId,
      })
      .optional()
      .meta({ description: 'For accounts that have no entry.' }),
    mainAccount: z
      .strictObject({
        accessKeyId: accountFields.accessKeyId,
        secretAccessKey: accountFields.secretAccessKey,
        region: accountFields.region,
      })
      .refine(keysBelongTogether, KEYS_MESSAGE)
      .optional()
      .meta({ description: 'Who assumes roles; default: the environment, the configuration files of AWS, or the role of the machine.' }),
    stsEndpoint: httpEndpoint.optional().meta({ description: 'Where roles are assumed; default that of AWS.' }),
  })
  .prefault({})
  .meta({ description: "Credentials for AWS accounts, with Backstage's keys." });

export type CatalogSettings = z.output<typeof catalogSettings>;
export type IntegrationSettings = z.output<typeof integrationSettings>;
export type BackendSettings = z.output<typeof backendSettings>;
export type AwsSettings = z.output<typeof awsSettings>;
export type AwsS3ProviderSettings = z.output<typeof awsS3Provider>;
export type CatalogRuleSettings = z.output<typeof rule>;
export type ScheduleSettings = z.output<typeof schedule>;
