import { z } from 'zod';
import { approvalSetting, resourceName } from '../config.ts';
import { debugRequest, debugResult } from '../debug.ts';
import { diff } from './apis.ts';
import { operation, page, paging, teamName, timestamp } from './common.ts';

/*
 * What is published, as anybody who is signed in may see it, whoever owns it: an API that is live is there to be found. Drafts,
 * revisions that are not live and settings stay with the API's owner.
 */

const ofApi = z.strictObject({ api: resourceName });
const ofPublication = z.strictObject({ api: resourceName, environment: resourceName });

export const approval = approvalSetting.meta({
  description: 'Who lets an app call the API: its owner, by approving a request, or nobody: a request is approved at once.',
});

const live = z.strictObject({
  environment: resourceName,
  revision: z.number().int(),
  publishedAt: timestamp,
  publishedBy: z.string(),
});

export const publishedSummary = z.strictObject({
  api: resourceName,
  title: z.string().nullable(),
  description: z.string().nullable(),
  owner: teamName.nullable(),
  group: z.string().nullable(),
  environments: z.array(live),
});

export const listPublications = operation({
  id: 'publications.list',
  method: 'GET',
  path: '/publications',
  summary: 'Lists the APIs that are published anywhere, whoever owns them.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    search: z.string().max(128).optional(),
    owner: teamName.optional(),
    environment: resourceName.optional(),
  }),
  result: page(publishedSummary),
  statuses: [200],
  errors: [],
});

export const getPublication = operation({
  id: 'publications.get',
  method: 'GET',
  path: '/publications/{api}',
  summary: 'Shows a published API: where it is live, at which addresses, and what a caller needs.',
  access: 'viewer',
  params: ofApi,
  result: publishedSummary.extend({
    environments: z.array(
      live.extend({
        title: z.string(),
        version: z.string().nullable().meta({ description: 'As the definition says.' }),
        operations: z.number().int(),
        urls: z.array(z.string()).meta({ description: 'Where the gateway serves it, the best one first; absolute.' }),
        auth: z.enum(['none', 'app']).meta({ description: 'app: some or all operations want an authorized app.' }),
      }),
    ),
    approval,
    mayChange: z.boolean().meta({ description: 'The caller owns it, or is an admin.' }),
  }),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const getPublishedDefinition = operation({
  id: 'publications.definition',
  method: 'GET',
  path: '/publications/{api}/{environment}/definition',
  summary: 'The OpenAPI document that is live in an environment, with the addresses of the gateway as its servers.',
  access: 'viewer',
  params: ofPublication,
  result: z.record(z.string(), z.unknown()),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const listPublishedChanges = operation({
  id: 'publications.changes',
  method: 'GET',
  path: '/publications/{api}/{environment}/changes',
  summary: 'The changelog: each time something else became live in an environment, newest first, and what it changed for callers.',
  access: 'viewer',
  params: ofPublication,
  query: z.strictObject(paging),
  result: page(
    z.strictObject({
      at: timestamp,
      by: z.string(),
      revision: z.number().int(),
      previous: z.number().int().nullable().meta({ description: 'What was live before; null: nothing.' }),
      comment: z.string().nullable(),
      changes: diff,
    }),
  ),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const tryPublication = operation({
  id: 'publications.try',
  method: 'POST',
  path: '/publications/{api}/{environment}/calls',
  summary:
    "Sends a request through the gateway as one of the caller's apps, or as nobody. Who does not own the API does not see what its backend was sent.",
  access: 'developer',
  params: ofPublication,
  body: z.strictObject({ app: resourceName.optional(), request: debugRequest }),
  result: debugResult.extend({ ms: z.number().meta({ description: 'From the request to the last byte of the answer.' }) }),
  statuses: [200],
  errors: ['resource.not-found', 'reference.unknown', 'debug.unavailable'],
});
