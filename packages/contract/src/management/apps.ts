import { z } from 'zod';
import { resourceName } from '../config.ts';
import { named, operation, page, paging, resource, teamName, timestamp } from './common.ts';

export const credential = z.strictObject({
  appKey: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp.nullable().meta({ description: 'Null: until it is rotated.' }),
});

export const appSummary = z.strictObject({
  name: resourceName,
  owner: teamName.nullable(),
  description: z.string().nullable(),
  ...resource,
});

export const appDetail = appSummary.extend({ credentials: z.array(credential) });

const secrets = {
  appKey: z.string(),
  appSecret: z.string().meta({ description: 'Shown this once.' }),
  appCode: z.string().meta({ description: 'Shown this once.' }),
};

export const listApps = operation({
  id: 'apps.list',
  method: 'GET',
  path: '/apps',
  summary: 'Lists apps.',
  access: 'viewer',
  query: z.strictObject({ ...paging, search: z.string().max(128).optional(), owner: teamName.optional() }),
  result: page(appSummary),
  statuses: [200],
  errors: [],
});

export const createApp = operation({
  id: 'apps.create',
  method: 'POST',
  path: '/apps',
  summary: 'Creates an app with its credentials, which are shown this once.',
  access: 'developer',
  body: z.strictObject({ name: resourceName, owner: teamName.optional(), description: z.string().max(2000).optional() }),
  result: z.strictObject({ name: resourceName, owner: teamName.nullable(), ...secrets }),
  statuses: [201],
  errors: ['resource.exists', 'version.stale'],
  versioned: true,
});

export const getApp = operation({
  id: 'apps.get',
  method: 'GET',
  path: '/apps/{name}',
  summary: 'Shows an app and its credentials, without secrets.',
  access: 'viewer',
  params: named,
  result: appDetail,
  statuses: [200],
  errors: ['resource.not-found'],
  versioned: true,
});

export const updateApp = operation({
  id: 'apps.update',
  method: 'PATCH',
  path: '/apps/{name}',
  summary: 'Changes the name, owner or description of an app.',
  access: 'developer',
  params: named,
  body: z.strictObject({
    name: resourceName.optional(),
    owner: teamName.nullable().optional(),
    description: z.string().max(2000).nullable().optional(),
  }),
  result: appDetail,
  statuses: [200],
  errors: ['resource.not-found', 'resource.exists', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const deleteApp = operation({
  id: 'apps.delete',
  method: 'DELETE',
  path: '/apps/{name}',
  summary: 'Deletes an app: its credentials are refused at once, everywhere.',
  access: 'developer',
  params: named,
  result: z.strictObject({ deleted: resourceName }),
  statuses: [200],
  errors: ['resource.not-found', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const rotateCredentials = operation({
  id: 'apps.rotate',
  method: 'POST',
  path: '/apps/{name}/credentials',
  summary: 'Makes new credentials, shown this once; the old ones stay valid for `overlap`.',
  access: 'developer',
  params: named,
  body: z.strictObject({
    overlap: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400)
      .default(86_400)
      .meta({ description: 'Seconds; 0 ends the old ones at once.' }),
  }),
  result: z.strictObject({ name: resourceName, ...secrets, previousExpireAt: timestamp.nullable() }),
  statuses: [201],
  errors: ['resource.not-found', 'resource.in-use', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const revokeCredential = operation({
  id: 'apps.revoke-credential',
  method: 'DELETE',
  path: '/apps/{name}/credentials/{appKey}',
  summary: 'Ends one set of credentials at once.',
  access: 'developer',
  params: z.strictObject({ name: resourceName, appKey: z.string().min(1).max(256) }),
  result: z.strictObject({ revoked: z.string() }),
  statuses: [200],
  errors: ['resource.not-found', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const authorization = z.strictObject({
  id: z.string(),
  app: resourceName,
  api: resourceName,
  environment: resourceName,
  expiresAt: timestamp.nullable(),
  createdAt: timestamp,
  createdBy: z.string(),
});

export const listAuthorizations = operation({
  id: 'apps.authorizations',
  method: 'GET',
  path: '/apps/{name}/authorizations',
  summary: 'What an app may call, and where.',
  access: 'viewer',
  params: named,
  query: z.strictObject(paging),
  result: page(authorization),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const listConsumers = operation({
  id: 'apis.authorizations',
  method: 'GET',
  path: '/apis/{name}/authorizations',
  summary: 'Who may call an API.',
  access: 'viewer',
  params: named,
  query: z.strictObject({ ...paging, environment: resourceName.optional(), app: resourceName.optional() }),
  result: page(authorization),
  statuses: [200],
  errors: ['resource.not-found'],
});

export const createAuthorization = operation({
  id: 'apps.authorize',
  method: 'POST',
  path: '/apps/{name}/authorizations',
  summary: 'Lets an app call an API in an environment; live on every node within a second. Doing it again changes the expiry.',
  access: 'publisher',
  params: named,
  body: z.strictObject({ api: resourceName, environment: resourceName, expiresAt: z.iso.datetime({ offset: true }).optional() }),
  result: authorization,
  statuses: [201, 200],
  errors: ['resource.not-found', 'reference.unknown', 'environment.unknown', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const deleteAuthorization = operation({
  id: 'apps.unauthorize',
  method: 'DELETE',
  path: '/apps/{name}/authorizations/{id}',
  summary: 'Takes an authorization back; refused on every node within a second.',
  access: 'publisher',
  params: z.strictObject({ name: resourceName, id: z.string().min(1).max(64) }),
  result: authorization,
  statuses: [200],
  errors: ['resource.not-found', 'managed.by-file', 'version.stale'],
  versioned: true,
});
