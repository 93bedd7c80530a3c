import { z } from 'zod';
import { resourceName } from '../config.ts';
import { named, operation, page, paging, teamName, timestamp } from './common.ts';

const one = z.strictObject({ id: z.string().min(1).max(64) });

export const accessRequest = z.strictObject({
  id: z.string(),
  app: resourceName,
  appOwner: teamName.nullable(),
  api: resourceName,
  apiOwner: teamName.nullable(),
  environment: resourceName,
  state: z.enum(['pending', 'approved', 'rejected', 'withdrawn']),
  reason: z.string().nullable().meta({ description: 'Why it is asked for.' }),
  requestedBy: z.string(),
  requestedAt: timestamp,
  decidedBy: z.string().nullable(),
  decidedAt: timestamp.nullable(),
  answer: z.string().nullable().meta({ description: 'What the owner said to it.' }),
  mayDecide: z.boolean().meta({ description: 'The caller may approve or reject it.' }),
});

export const requestAccess = operation({
  id: 'access-requests.create',
  method: 'POST',
  path: '/apps/{name}/access-requests',
  summary: "Asks the API's owner to let an app call it in an environment; approved at once where the API says so.",
  access: 'developer',
  params: named,
  body: z.strictObject({ api: resourceName, environment: resourceName, reason: z.string().max(2000).optional() }),
  result: accessRequest,
  statuses: [201],
  errors: ['resource.not-found', 'reference.unknown', 'api.not-published', 'resource.exists'],
});

export const listAccessRequests = operation({
  id: 'access-requests.list',
  method: 'GET',
  path: '/access-requests',
  summary: 'Requests of apps and for APIs that the caller may see, newest first.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    state: accessRequest.shape.state.optional(),
    api: resourceName.optional(),
    app: resourceName.optional(),
    environment: resourceName.optional(),
    decidable: z.stringbool().default(false).meta({ description: 'true: only pending ones that the caller may decide.' }),
  }),
  result: page(accessRequest),
  statuses: [200],
  errors: [],
});

export const approveAccess = operation({
  id: 'access-requests.approve',
  method: 'POST',
  path: '/access-requests/{id}/approval',
  summary: 'Approves a request: the app is authorized, live on every node within a second.',
  access: 'developer',
  params: one,
  body: z.strictObject({ expiresAt: z.iso.datetime({ offset: true }).optional(), answer: z.string().max(2000).optional() }),
  result: accessRequest,
  statuses: [200],
  errors: ['resource.not-found', 'request.decided', 'access.denied', 'api.not-published'],
});

export const rejectAccess = operation({
  id: 'access-requests.reject',
  method: 'POST',
  path: '/access-requests/{id}/rejection',
  summary: 'Rejects a request.',
  access: 'developer',
  params: one,
  body: z.strictObject({ answer: z.string().max(2000).optional() }),
  result: accessRequest,
  statuses: [200],
  errors: ['resource.not-found', 'request.decided', 'access.denied'],
});

export const withdrawAccess = operation({
  id: 'access-requests.withdraw',
  method: 'DELETE',
  path: '/access-requests/{id}',
  summary: "Takes one's own request back.",
  access: 'developer',
  params: one,
  result: accessRequest,
  statuses: [200],
  errors: ['resource.not-found', 'request.decided'],
});
