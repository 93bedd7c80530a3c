import { z } from 'zod';
import { backendType, networkAccess } from '../backend-config.ts';
import { writtenBackendDefinition } from '../backend-definition.ts';
import { resourceName } from '../names.ts';
import { confirmation, named, operation, page, paging, resource, teamName, timestamp } from './common.ts';

const inEnvironment = z.strictObject({ name: resourceName, environment: resourceName });

export const publishedApi = z.strictObject({ api: resourceName, revision: z.number().int() });

export const backendSummary = z.strictObject({
  name: resourceName,
  type: backendType,
  description: z.string().nullable(),
  owner: teamName.nullable(),
  environments: z.array(resourceName).meta({ description: 'Where it is defined.' }),
  ...resource,
});

/** As it was written, durations and sizes as text. */
const writtenDefinition = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As it was written. A private key (tls.key) is never shown: what stands for it keeps it when it is sent back.' });

export const backendDetail = backendSummary.extend({
  definitions: z
    .record(
      resourceName,
      z.strictObject({
        definition: writtenDefinition,
        updatedAt: timestamp,
        published: z.array(publishedApi).meta({ description: 'APIs that are published there and use it.' }),
      }),
    )
    .meta({ description: 'By environment; also environments where it is not defined and nothing is published are left out.' }),
  drafts: z.array(resourceName).meta({ description: 'APIs whose draft uses it.' }),
});

export const listBackends = operation({
  id: 'backends.list',
  method: 'GET',
  path: '/backends',
  summary: 'Lists backend services.',
  access: 'viewer',
  query: z.strictObject({ ...paging, search: z.string().max(128).optional() }),
  result: page(backendSummary),
  statuses: [200],
  errors: [],
});

export const createBackend = operation({
  id: 'backends.create',
  method: 'POST',
  path: '/backends',
  summary: 'Creates a backend service, without a definition in any environment yet.',
  access: 'publisher',
  body: z.strictObject({ name: resourceName, type: backendType, description: z.string().max(2000).optional(), owner: teamName.optional() }),
  result: backendDetail,
  statuses: [201],
  errors: ['resource.exists', 'backend.type-forbidden', 'backend.type-unavailable', 'version.stale'],
  versioned: true,
});

export const getBackend = operation({
  id: 'backends.get',
  method: 'GET',
  path: '/backends/{name}',
  summary: 'Shows a backend service: its definition per environment, the APIs whose draft uses it, and those that are published on it.',
  access: 'viewer',
  params: named,
  result: backendDetail,
  statuses: [200],
  errors: ['resource.not-found'],
  versioned: true,
});

export const updateBackend = operation({
  id: 'backends.update',
  method: 'PATCH',
  path: '/backends/{name}',
  summary: 'Changes name, description or owner; everything that refers to the backend service follows a new name.',
  access: 'publisher',
  params: named,
  body: z.strictObject({
    name: resourceName.optional(),
    description: z.string().max(2000).nullable().optional(),
    owner: teamName.nullable().optional(),
    type: z.string().optional().meta({ description: 'Refused when it is another one: the type never changes.' }),
  }),
  result: backendDetail,
  statuses: [200],
  errors: ['resource.not-found', 'resource.exists', 'backend.type-immutable', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const deleteBackend = operation({
  id: 'backends.delete',
  method: 'DELETE',
  path: '/backends/{name}',
  summary: 'Deletes a backend service that no draft and no published API uses.',
  access: 'publisher',
  params: named,
  result: z.strictObject({ deleted: resourceName }),
  statuses: [200],
  errors: ['resource.not-found', 'resource.in-use', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const refreshed = z.strictObject({
  api: resourceName,
  revision: z.number().int(),
  status: z.enum(['applied', 'pending', 'rejected', 'unreachable']),
  error: z.string().optional(),
});

export const putBackendDefinition = operation({
  id: 'backends.define',
  method: 'PUT',
  path: '/backends/{name}/environments/{environment}',
  summary:
    'Defines a backend service in an environment; every API that is published there on it is served with the new definition at once.',
  access: 'publisher',
  params: inEnvironment,
  query: confirmation,
  body: writtenBackendDefinition,
  result: z.strictObject({ definition: writtenDefinition, refreshed: z.array(refreshed) }),
  statuses: [200],
  errors: [
    'resource.not-found',
    'environment.unknown',
    'reference.unknown',
    'backend.type-forbidden',
    'confirmation.required',
    'publication.invalid',
    'managed.by-file',
    'version.stale',
  ],
  versioned: true,
});

export const deleteBackendDefinition = operation({
  id: 'backends.undefine',
  method: 'DELETE',
  path: '/backends/{name}/environments/{environment}',
  summary: 'Removes the definition from an environment; the APIs that are published there on it are unpublished there. Drafts stay.',
  access: 'publisher',
  params: inEnvironment,
  query: confirmation,
  result: z.strictObject({ unpublished: z.array(publishedApi) }),
  statuses: [200],
  errors: ['resource.not-found', 'confirmation.required', 'managed.by-file', 'version.stale'],
  versioned: true,
});

export const listNetworks = operation({
  id: 'networks.list',
  method: 'GET',
  path: '/networks',
  summary: 'Lists the places in networks that backend services of type vpc may lead to, as the configuration file names them.',
  access: 'publisher',
  result: z.strictObject({ items: z.array(networkAccess) }),
  statuses: [200],
  errors: [],
});
