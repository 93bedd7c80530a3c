import { z } from 'zod';
import { createApiFields, resourceName } from '../config.ts';
import { debugRequest, debugResult } from '../debug.ts';
import { confirmation, named, operation, page, paging, problem, resource, teamName, timestamp } from './common.ts';

/** Entries of policy lists are checked by the policies' own schemas, when the draft is saved. */
const policies = z.array(z.unknown()).default([]) as unknown as z.ZodDefault<z.ZodType<{ name: string; config: unknown }[], unknown[]>>;

/** What an API is made of, as gatehouse.yaml has it; files and URLs are not read here: the document itself is sent, as text or object. */
export const apiDraft = z.strictObject({ ...createApiFields(policies), owner: teamName.optional() });

const published = z.strictObject({
  environment: resourceName,
  revision: z.number().int(),
  publishedAt: timestamp,
  publishedBy: z.string(),
});

export const apiSummary = z.strictObject({
  name: resourceName,
  title: z.string().nullable(),
  owner: teamName.nullable(),
  group: z.string().nullable(),
  basePath: z.string(),
  published: z.array(published),
  changed: z.boolean().meta({ description: 'The draft differs from the newest revision.' }),
  ...resource,
});

export const apiDetail = apiSummary.extend({
  description: z.string().nullable(),
  draft: z.record(z.string(), z.unknown()).meta({ description: 'As it was sent, without the definition; see /apis/{name}/definition.' }),
  backends: z.array(resourceName).meta({ description: 'Backend services that the draft uses.' }),
  operations: z.number().int(),
});

export const listApis = operation({
  id: 'apis.list',
  method: 'GET',
  path: '/apis',
  summary: 'Lists APIs.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    search: z.string().max(128).optional(),
    owner: teamName.optional(),
    group: z.string().max(128).optional(),
    environment: resourceName.optional().meta({ description: 'Only those that are published there.' }),
    backend: resourceName.optional().meta({ description: 'Only those whose draft or published revision uses it.' }),
  }),
  result: page(apiSummary),
  statuses: [200],
  errors: [],
});

export const getApi = operation({
  id: 'apis.get',
  method: 'GET',
  path: '/apis/{name}',
  summary: 'Shows an API: its draft and where it is published.',
  access: 'viewer',
  params: named,
  result: apiDetail,
  statuses: [200],
  errors: ['resource.not-found'],
  versioned: true,
});

export const getDefinition = operation({
  id: 'apis.definition',
  method: 'GET',
  path: '/apis/{name}/definition',
  summary: "The OpenAPI document of the draft, as one document with internal references only; with `revision`, that revision's.",
  access: 'viewer',
  params: named,
  query: z.strictObject({ revision: z.coerce.number().int().min(1).optional() }),
  result: z.record(z.string(), z.unknown()),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const getDefinitionSource = operation({
  id: 'apis.definitionSource',
  method: 'GET',
  path: '/apis/{name}/definition/source',
  summary: 'The definition of the draft as it was written, with its comments and placeholders.',
  access: 'viewer',
  params: named,
  result: z.strictObject({ text: z.string().meta({ description: 'YAML or JSON; what was sent as an object is laid out.' }) }),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const putApi = operation({
  id: 'apis.put',
  method: 'PUT',
  path: '/apis/{name}',
  summary: 'Saves the draft of an API. What is published stays as it is. Refused with every problem when it would not compile.',
  access: 'developer',
  params: named,
  body: apiDraft.extend({
    definition: apiDraft.shape.definition.optional().meta({
      description: 'OpenAPI 2.0, 3.0 or 3.1, as text or object. Absent: it stays as it is; an API that is new needs one.',
    }),
  }),
  result: apiDetail.extend({ problems: z.array(problem).meta({ description: 'Warnings and hints.' }) }),
  statuses: [200, 201],
  errors: ['definition.invalid', 'reference.unknown', 'environment.unknown', 'resource.exists', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const deleteApi = operation({
  id: 'apis.delete',
  method: 'DELETE',
  path: '/apis/{name}',
  summary: 'Deletes an API with its revisions and authorizations; a published one only with confirm=true, and then it is unpublished.',
  access: 'publisher',
  params: named,
  query: confirmation,
  result: z.strictObject({
    deleted: resourceName,
    unpublished: z.array(z.strictObject({ environment: resourceName, revision: z.number().int() })),
  }),
  statuses: [200],
  errors: ['resource.not-found', 'confirmation.required', 'managed.by-file', 'version.stale'],
  versioned: true,
});

const change = z.looseObject({ rule: z.string(), breaking: z.boolean(), location: z.string(), message: z.string() });
export const diff = z.strictObject({
  against: z.number().int().nullable().meta({ description: 'The revision that it is compared with; null: there is none.' }),
  breaking: z.boolean(),
  changes: z.array(change),
});

export const nodeAnswer = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(['applied', 'rejected', 'unreachable', 'pending']).meta({
    description: 'pending: connected, and no answer within the time that was waited.',
  }),
  reason: z.string().optional(),
});

export const publication = z.strictObject({
  api: resourceName,
  environment: resourceName,
  revision: z.number().int(),
  snapshot: z.number().int().nullable().meta({ description: 'Number of the snapshot that carries it; null for a dry run.' }),
  nodes: z.array(nodeAnswer),
  changes: diff,
});

const publishQuery = z.strictObject({
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(60)
    .optional()
    .meta({ description: 'Seconds to wait for the nodes; 0: do not. Default: control.publishTimeout.' }),
  dryRun: z.stringbool().default(false).meta({ description: 'true: says what would change, and changes nothing.' }),
});

export const publishApi = operation({
  id: 'apis.publish',
  method: 'POST',
  path: '/apis/{name}/publications',
  summary: 'Publishes the draft in an environment, as a new revision unless it is the same as the newest; tells which nodes serve it.',
  access: 'publisher',
  params: named,
  query: publishQuery,
  body: z.strictObject({
    environment: resourceName,
    comment: z.string().max(2000).optional(),
    revision: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Publish this revision, for example to promote it, instead of the draft.' }),
  }),
  result: publication,
  statuses: [201, 200],
  errors: [
    'resource.not-found',
    'environment.unknown',
    'backend.undefined-in-environment',
    'publication.invalid',
    'managed.by-file',
    'version.stale',
  ],
  versioned: true,
});

export const unpublishApi = operation({
  id: 'apis.unpublish',
  method: 'DELETE',
  path: '/apis/{name}/publications/{environment}',
  summary: 'Takes an API out of an environment. Draft, revisions, authorizations and other environments stay.',
  access: 'publisher',
  params: z.strictObject({ name: resourceName, environment: resourceName }),
  query: publishQuery.pick({ wait: true }),
  result: z.strictObject({
    api: resourceName,
    environment: resourceName,
    revision: z.number().int(),
    snapshot: z.number().int(),
    nodes: z.array(nodeAnswer),
  }),
  statuses: [200],
  errors: ['resource.not-found', 'api.not-published', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const rollbackApi = operation({
  id: 'apis.rollback',
  method: 'POST',
  path: '/apis/{name}/rollbacks',
  summary: 'Publishes an earlier revision in an environment again.',
  access: 'publisher',
  params: named,
  query: publishQuery,
  body: z.strictObject({ environment: resourceName, revision: z.number().int().min(1), comment: z.string().max(2000).optional() }),
  result: publication,
  statuses: [201, 200],
  errors: [
    'resource.not-found',
    'environment.unknown',
    'backend.undefined-in-environment',
    'publication.invalid',
    'managed.by-file',
    'version.stale',
  ],
  versioned: true,
});

export const revisionSummary = z.strictObject({
  number: z.number().int(),
  hash: z.string(),
  comment: z.string().nullable(),
  createdAt: timestamp,
  createdBy: z.string(),
  operations: z.number().int(),
  environments: z.array(resourceName).meta({ description: 'Where it is live.' }),
});

const oneRevision = z.strictObject({ name: resourceName, revision: z.coerce.number().int().min(1) });

export const listRevisions = operation({
  id: 'apis.revisions',
  method: 'GET',
  path: '/apis/{name}/revisions',
  summary: 'The revisions of an API, newest first.',
  access: 'viewer',
  params: named,
  query: z.strictObject(paging),
  result: page(revisionSummary),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const getRevision = operation({
  id: 'apis.revision',
  method: 'GET',
  path: '/apis/{name}/revisions/{revision}',
  summary: 'One revision: its settings and routes; see /apis/{name}/definition for its document.',
  access: 'viewer',
  params: oneRevision,
  result: revisionSummary.extend({ content: z.record(z.string(), z.unknown()) }),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const diffRevisions = operation({
  id: 'apis.diff',
  method: 'GET',
  path: '/apis/{name}/revisions/{revision}/diff',
  summary: 'What a revision changed, operation by operation, each change marked breaking or not.',
  access: 'viewer',
  params: oneRevision,
  query: z.strictObject({ against: z.coerce.number().int().min(1).optional().meta({ description: 'Default: the revision before.' }) }),
  result: diff,
  statuses: [200],
  errors: ['resource.not-found'],
});

export const debugApi = operation({
  id: 'apis.debug',
  method: 'POST',
  path: '/apis/{name}/debug',
  summary: 'Sends a request through the gateway, as an app or as nobody, and tells what each step did with it.',
  access: 'developer',
  params: named,
  body: z.strictObject({ environment: resourceName, app: resourceName.optional(), request: debugRequest }),
  result: debugResult,
  statuses: [200],
  errors: ['resource.not-found', 'environment.unknown', 'debug.unavailable'],
});
