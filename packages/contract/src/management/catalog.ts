import { z } from 'zod';
import { operation, page, paging, timestamp } from './common.ts';

export const pushEntities = operation({
  id: 'catalog.push',
  method: 'PUT',
  path: '/catalog/entities/{source}',
  summary:
    'Makes these entities all that a source has in the catalog; what it had before and has no more is removed. All of it or nothing.',
  access: 'developer',
  params: z.strictObject({ source: z.string().min(1).max(200) }),
  body: z.strictObject({
    entities: z
      .array(z.record(z.string(), z.unknown()))
      .max(1_000)
      .meta({ description: "In Backstage's format; definitions stand in them." }),
  }),
  result: z.strictObject({
    changed: z.boolean(),
    entities: z.array(z.string()).meta({ description: 'References, kind:namespace/name.' }),
    removed: z.array(z.string()),
    conflicts: z.array(z.string()).meta({ description: 'References that belong to another source, which keeps them.' }),
  }),
  statuses: [200],
  errors: ['definition.invalid'],
});

export const provider = z.strictObject({
  name: z.string().meta({ description: 'Such as `awsS3-provider:production` or `url:https://…`.' }),
  type: z.enum(['file', 'url', 'awsS3', 'gateway', 'push']),
  target: z.string().meta({ description: 'What it reads, for people: without credentials.' }),
  state: z.enum(['waiting', 'scanning', 'ok', 'failed']).meta({ description: 'waiting: it has not run yet.' }),
  entities: z.number().int(),
  lastScan: z.strictObject({ startedAt: timestamp, ms: z.number(), changed: z.number().int(), removed: z.number().int() }).nullable(),
  error: z.string().nullable().meta({ description: 'Why the last scan failed; what was there before is kept.' }),
  errorSince: timestamp.nullable(),
  nextScanAt: timestamp.nullable(),
});

export const listProviders = operation({
  id: 'catalog.providers',
  method: 'GET',
  path: '/catalog/providers',
  summary: 'What feeds the catalog: when each source was last scanned, what came of it, and what is wrong with it.',
  access: 'viewer',
  result: z.strictObject({ items: z.array(provider) }),
  statuses: [200],
  errors: [],
});

export const scanProvider = operation({
  id: 'catalog.scan',
  method: 'POST',
  path: '/catalog/providers/{name}/scans',
  summary: 'Scans a source now instead of at its next time.',
  access: 'admin',
  params: z.strictObject({ name: z.string().min(1).max(200) }),
  result: z.strictObject({ requested: z.string() }),
  statuses: [202],
  errors: ['resource.not-found'],
});

export const listProblems = operation({
  id: 'catalog.problems',
  method: 'GET',
  path: '/catalog/problems',
  summary: 'What is wrong in the catalog: documents with errors, entities that two sources claim, entities whose source is gone.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    kind: z.enum(['error', 'conflict', 'orphan']).optional(),
    entity: z.string().max(400).optional().meta({ description: 'Only of this entity: kind:namespace/name.' }),
  }),
  result: page(
    z.strictObject({
      kind: z.enum(['error', 'conflict', 'orphan']),
      entity: z.string().nullable().meta({ description: 'kind:namespace/name; null: the document is no entity.' }),
      location: z.string().nullable().meta({ description: 'Where it was read, such as url:https://…' }),
      keptBy: z.string().nullable().meta({ description: 'Of a conflict: the location whose entity stays.' }),
      message: z.string(),
      since: timestamp.nullable(),
    }),
  ),
  statuses: [200],
  errors: [],
});
