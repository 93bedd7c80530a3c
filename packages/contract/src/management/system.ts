import { z } from 'zod';
import { domain, resourceName } from '../config.ts';
import { operation, page, paging, resource, teamName, timestamp } from './common.ts';

export const role = z.enum(['viewer', 'developer', 'publisher', 'admin', 'node']);

export const token = z.strictObject({
  id: z.string(),
  name: z.string(),
  role,
  teams: z.array(teamName).meta({ description: 'Whose resources it reaches; empty for admin and node, and for a viewer of everything.' }),
  createdAt: timestamp,
  createdBy: z.string(),
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
});

export const getMe = operation({
  id: 'me',
  method: 'GET',
  path: '/me',
  summary: 'Who the caller is and may be.',
  access: 'viewer',
  result: z.strictObject({
    name: z.string(),
    role,
    teams: z.array(teamName),
    expiresAt: timestamp.nullable(),
    user: z
      .strictObject({
        displayName: z.string(),
        email: z.string().nullable(),
        picture: z.string().nullable(),
        entity: z.string().nullable().meta({ description: 'kind:namespace/name of the catalog; null: not in the catalog.' }),
      })
      .nullable()
      .meta({ description: 'Null: not a person who signed in, but an access token.' }),
  }),
  statuses: [200],
  errors: [],
});

export const listTokens = operation({
  id: 'tokens.list',
  method: 'GET',
  path: '/tokens',
  summary: 'Lists access tokens, without the tokens themselves.',
  access: 'admin',
  query: z.strictObject(paging),
  result: page(token),
  statuses: [200],
  errors: [],
});

export const getToken = operation({
  id: 'tokens.get',
  method: 'GET',
  path: '/tokens/{id}',
  summary: 'Shows an access token, without the token itself.',
  access: 'admin',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  result: token,
  statuses: [200],
  errors: ['resource.not-found'],
});

export const createToken = operation({
  id: 'tokens.create',
  method: 'POST',
  path: '/tokens',
  summary: 'Creates an access token, shown this once.',
  access: 'admin',
  body: z.strictObject({
    name: z.string().min(1).max(128),
    role,
    teams: z.array(teamName).max(100).default([]),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  }),
  result: token.extend({ token: z.string().meta({ description: 'Shown this once.' }) }),
  statuses: [201],
  errors: [],
});

export const revokeToken = operation({
  id: 'tokens.revoke',
  method: 'DELETE',
  path: '/tokens/{id}',
  summary: 'Ends an access token at once.',
  access: 'admin',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  result: z.strictObject({ revoked: z.string() }),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const auditEntry = z.strictObject({
  number: z.number().int(),
  at: timestamp,
  actor: z.string().meta({ description: 'Name of the token, user or file.' }),
  action: z.string().meta({ description: 'Id of the operation, such as apis.publish.' }),
  resource: z.string().meta({ description: 'Such as apis/petstore.' }),
  environment: resourceName.nullable(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable().meta({ description: 'Where the call came from.' }),
  requestId: z.string().nullable(),
});

export const listAudit = operation({
  id: 'audit.list',
  method: 'GET',
  path: '/audit',
  summary: 'Who changed what, when and from where; newest first.',
  access: 'viewer',
  query: z.strictObject({
    ...paging,
    actor: z.string().max(128).optional(),
    action: z.string().max(128).optional(),
    resource: z.string().max(256).optional().meta({ description: 'Such as apis/petstore.' }),
    since: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
  }),
  result: page(auditEntry),
  statuses: [200],
  errors: [],
});

export const node = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['embedded', 'remote']),
  address: z.string(),
  version: z.string(),
  connected: z.boolean(),
  connectedTo: z.string().nullable().meta({ description: 'The control node that holds its stream.' }),
  applied: z.strictObject({ snapshot: z.number().int(), hash: z.string(), at: timestamp }).nullable(),
  rejected: z.strictObject({ snapshot: z.number().int(), reason: z.string(), at: timestamp }).nullable(),
  credentialsCursor: z.number().int().nullable(),
  behind: z.boolean().meta({ description: 'It does not have the newest snapshot or credentials.' }),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
});

export const listNodes = operation({
  id: 'nodes.list',
  method: 'GET',
  path: '/nodes',
  summary: 'Lists gateway nodes: what each has applied or rejected, and when it was last seen.',
  access: 'viewer',
  query: z.strictObject(paging),
  result: page(node),
  statuses: [200],
  errors: [],
});

export const getNode = operation({
  id: 'nodes.get',
  method: 'GET',
  path: '/nodes/{id}',
  summary: 'Shows one gateway node.',
  access: 'viewer',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  result: node,
  statuses: [200],
  errors: ['resource.not-found'],
});

export const deleteNode = operation({
  id: 'nodes.forget',
  method: 'DELETE',
  path: '/nodes/{id}',
  summary: 'Forgets a node that is gone; one that is connected is refused.',
  access: 'admin',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  result: z.strictObject({ forgotten: z.string() }),
  statuses: [200],
  errors: ['resource.not-found', 'resource.in-use'],
});

export const domainDetail = z.strictObject({ ...domain.shape, ...resource });
const oneHost = z.strictObject({ host: z.string().min(1).max(255) });

export const listDomains = operation({
  id: 'domains.list',
  method: 'GET',
  path: '/domains',
  summary: 'Lists hosts and what their paths lead to.',
  access: 'viewer',
  query: z.strictObject(paging),
  result: page(domainDetail),
  statuses: [200],
  errors: [],
});

export const getDomain = operation({
  id: 'domains.get',
  method: 'GET',
  path: '/domains/{host}',
  summary: 'Shows a host and what its paths lead to.',
  access: 'viewer',
  params: oneHost,
  result: domainDetail,
  statuses: [200],
  errors: ['resource.not-found'],
  versioned: true,
});

export const putDomain = operation({
  id: 'domains.put',
  method: 'PUT',
  path: '/domains/{host}',
  summary: 'Binds a host: its paths lead to APIs in environments.',
  access: 'admin',
  params: oneHost,
  body: domain.pick({ mappings: true }),
  result: domainDetail,
  statuses: [200, 201],
  errors: ['reference.unknown', 'environment.unknown', 'publication.invalid', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const deleteDomain = operation({
  id: 'domains.delete',
  method: 'DELETE',
  path: '/domains/{host}',
  summary: 'Frees a host.',
  access: 'admin',
  params: oneHost,
  result: z.strictObject({ deleted: z.string() }),
  statuses: [200],
  errors: ['resource.not-found', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const listEnvironments = operation({
  id: 'environments.list',
  method: 'GET',
  path: '/environments',
  summary: 'The environments, in the order in which APIs are promoted through them.',
  access: 'viewer',
  result: z.strictObject({ items: z.array(z.strictObject({ name: resourceName, default: z.boolean() })) }),
  statuses: [200],
  errors: [],
});
