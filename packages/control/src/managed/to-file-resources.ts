import type { ApiRevisionSnapshot, GatehouseConfig, PolicyUse } from '@gatehouse/contract';
import { toWrittenDraft } from '../apis/to-written-draft.ts';
import { toWritten } from '../backends/to-written.ts';
import { withoutPlaces } from '../import/without-places.ts';
import { toDefinition, toTimeouts } from '../snapshot/to-definition.ts';
import type { FileApi, FileResources } from './file-resources.ts';

/** A configuration that was read, and the definitions of its APIs, imported. */
export interface ReadResources {
  config: GatehouseConfig;
  policies: PolicyUse[];
  /** For each API. */
  revisions: ApiRevisionSnapshot[];
  /** By API: its bundled OpenAPI document and the title in it. */
  documents: ReadonlyMap<string, { document: Record<string, unknown>; title: string }>;
}

/** What a configuration declares, in the form in which it is applied. Pure; everything in it can be sent between threads. */
export function toFileResources({ config, policies, revisions, documents }: ReadResources): FileResources {
  const { gateway } = config;
  const byApi = new Map(revisions.map((revision) => [revision.api, revision]));
  return {
    settings: {
      environments: config.environments,
      defaultEnvironment: gateway.defaultEnvironment,
      errorProfile: gateway.errorProfile,
      timeouts: toTimeouts(gateway.timeouts),
      policies: policies.map(({ at: _, ...use }) => use),
      networks: config.networks,
    },
    backends: config.backends.map(({ name, type, description, owner, environments }) => ({
      name,
      type,
      description: description ?? null,
      owner: owner ?? null,
      environments: Object.fromEntries(
        Object.entries(environments).map(([environment, written]) => [
          environment,
          { written: toWritten(written), definition: toDefinition(written) },
        ]),
      ),
    })),
    apis: config.apis.flatMap((api) => {
      const revision = byApi.get(api.name);
      const read = documents.get(api.name);
      return revision === undefined || read === undefined ? [] : [toFileApi(api, revision, read)];
    }),
    apps: config.apps.map(({ name, owner, description, appKey, appSecret, appCode, authorizations }) => ({
      name,
      owner: owner ?? null,
      description: description ?? null,
      ...(appKey === undefined ? {} : { appKey }),
      ...(appSecret === undefined ? {} : { appSecret }),
      ...(appCode === undefined ? {} : { appCode }),
      authorizations: authorizations.flatMap(({ api, environments }) => environments.map((environment) => ({ api, environment }))),
    })),
    domains: config.domains,
    prune: config.prune,
  };
}

function toFileApi(
  api: GatehouseConfig['apis'][number],
  { id: _, ...revision }: ApiRevisionSnapshot,
  read: { document: Record<string, unknown>; title: string },
): FileApi {
  const { name, publish, ...draft } = api;
  const content = withoutPlaces({ revision, variables: api.variables });
  return {
    name,
    title: api.title ?? (read.title === '' ? null : read.title),
    description: api.description ?? null,
    owner: api.owner ?? null,
    group: api.group ?? null,
    basePath: revision.basePath,
    draft: toWrittenDraft(draft),
    definition: typeof api.definition === 'string' ? api.definition : JSON.stringify(api.definition),
    document: JSON.stringify(read.document),
    content: JSON.stringify(content),
    operations: revision.routes.length,
    publish,
  };
}
