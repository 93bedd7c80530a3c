import { z } from 'zod';
import { backendType, resourceName } from '../config.ts';
import { operation, page, paging, problem, timestamp } from './common.ts';

/* What a user interface needs beyond the resources themselves. */

export const found = z.strictObject({
  kind: z.enum(['entity', 'operation', 'api', 'app', 'backend']).meta({
    description: 'entity and operation: of the catalog; api, app and backend: of the console, as far as the caller may see them.',
  }),
  title: z.string(),
  detail: z.string().nullable().meta({ description: 'One line that tells it from others of its title.' }),
  ref: z.string().meta({ description: 'kind:namespace/name of an entity or of the entity whose operation it is; else the name.' }),
  operation: z.strictObject({ method: z.string(), path: z.string() }).nullable(),
});

export const search = operation({
  id: 'search',
  method: 'GET',
  path: '/search',
  summary: 'Finds APIs, operations, owners, apps and backend services by words or by `GET /path`, best first.',
  access: 'viewer',
  query: z.strictObject({ q: z.string().min(1).max(200), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  result: z.strictObject({ items: z.array(found) }),
  statuses: [200],
  errors: [],
});

export const listActivity = operation({
  id: 'activity.list',
  method: 'GET',
  path: '/activity',
  summary: 'What changed lately: what became live or ceased to be for everybody, and other changes of what the caller may see.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    mine: z.stringbool().default(false).meta({ description: 'true: only what the caller’s teams own.' }),
  }),
  result: page(
    z.strictObject({
      at: timestamp,
      actor: z.string(),
      action: z.string().meta({ description: 'Id of the operation, such as apis.publish.' }),
      resource: z.string().meta({ description: 'Such as apis/petstore.' }),
      environment: resourceName.nullable(),
      revision: z.number().int().nullable(),
      breaking: z.boolean().nullable().meta({ description: 'Of a publication: whether it broke callers; null: not known, or not one.' }),
    }),
  ),
  statuses: [200],
  errors: [],
});

export const checkDefinition = operation({
  id: 'definitions.check',
  method: 'POST',
  path: '/definitions',
  summary:
    'Reads an OpenAPI document from text or from a URL that may be read, and says what is in it and what is wrong with it, at which line.',
  access: 'developer',
  body: z.strictObject({
    text: z.string().max(10_000_000).optional().meta({ description: 'YAML or JSON.' }),
    url: z.url().max(2048).optional().meta({ description: 'Instead of text; only hosts of backend.reading.allow.' }),
    api: resourceName
      .optional()
      .meta({ description: 'The API that it is for: its draft says parameters, authentication and what is ignored.' }),
  }),
  result: z.strictObject({
    definition: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'As `definition` of PUT /apis/{name}; null when it cannot be read.' }),
    text: z.string().nullable().meta({ description: 'What was read from the URL; null when text was given.' }),
    title: z.string().nullable(),
    version: z.string().nullable(),
    operations: z.array(
      z.strictObject({ method: z.string(), path: z.string(), operationId: z.string().nullable(), summary: z.string().nullable() }),
    ),
    problems: z.array(problem),
  }),
  statuses: [200],
  errors: ['reference.unknown', 'resource.not-found'],
});

const jsonSchema = z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema, draft 2020-12.' });

export const listPolicies = operation({
  id: 'policies.list',
  method: 'GET',
  path: '/policies',
  summary: 'The policies that an API may have, with the schema of each.',
  access: 'viewer',
  result: z.strictObject({
    items: z.array(z.strictObject({ name: z.string(), title: z.string(), description: z.string(), config: jsonSchema })),
  }),
  statuses: [200],
  errors: [],
});

export const getInstallation = operation({
  id: 'installation',
  method: 'GET',
  path: '/installation',
  summary: 'What this installation is: its version, its gateway, and what may be made in it.',
  access: 'viewer',
  result: z.strictObject({
    version: z.string(),
    gatewayUrls: z.array(z.string()).meta({ description: 'Where the gateway is reached, the best one first.' }),
    region: z.string().nullable(),
    backendTypes: z.array(
      z.strictObject({
        type: backendType,
        title: z.string(),
        description: z.string(),
        forbidden: z.boolean().meta({ description: 'By the rule of the region.' }),
        definition: jsonSchema,
      }),
    ),
  }),
  statuses: [200],
  errors: [],
});
