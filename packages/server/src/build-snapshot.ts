import { createHash } from 'node:crypto';
import type {
  ApiRevisionSnapshot,
  BackendConfig,
  BackendDefinition,
  BackendSnapshot,
  GatehouseConfig,
  PolicyUse,
  PublicationSnapshot,
  Snapshot,
  Timeouts,
} from '@gatehouse/contract';

/** What is to be live: the configuration and, for each API in it that is published, its revision. */
export interface SnapshotParts {
  config: GatehouseConfig;
  policies: PolicyUse[];
  revisions: ApiRevisionSnapshot[];
  /** By API. */
  documents: Map<string, { document: Record<string, unknown>; title: string }>;
}

/** Puts together what a gateway needs. Pure: the same parts give the same hash. */
export function buildSnapshot({ config, policies, revisions }: SnapshotParts, number: number): Snapshot {
  const backends = config.backends.map(toBackendSnapshot);
  const timeouts = toTimeouts(config.gateway.timeouts);
  const byApi = new Map(revisions.map((revision) => [revision.api, revision]));
  const shared = JSON.stringify([policies, timeouts]);
  const publications: PublicationSnapshot[] = [];
  for (const api of config.apis) {
    const revision = byApi.get(api.name);
    if (revision === undefined) continue;
    const used = usedBackends(revision, backends);
    for (const environment of api.publish) {
      const variables = api.variables[environment] ?? {};
      const definitions = used.map((backend) => backend.environments[environment]);
      publications.push({
        fingerprint: sha256(JSON.stringify([revision.id, environment, variables, definitions, shared])),
        revision: revision.id,
        environment,
        variables,
      });
    }
  }
  const content: Omit<Snapshot, 'number' | 'hash'> = {
    format: 1,
    environments: config.environments,
    defaultEnvironment: config.gateway.defaultEnvironment,
    backends,
    revisions: revisions.filter((revision) => publications.some((publication) => publication.revision === revision.id)),
    publications,
    domains: config.domains,
    policies,
    errorProfile: config.gateway.errorProfile,
    timeouts,
  };
  // Revisions are known by their content's hash, so the routes need not be read again.
  const hash = sha256(JSON.stringify({ ...content, revisions: content.revisions.map((revision) => revision.id) }));
  return { ...content, number, hash };
}

/** The id of a revision: its API and the hash of its content. */
export function revisionId(revision: Omit<ApiRevisionSnapshot, 'id'>): string {
  return `${revision.api}@${sha256(JSON.stringify(revision)).slice(0, 16)}`;
}

export function toTimeouts(timeouts: GatehouseConfig['gateway']['timeouts']): Timeouts {
  return {
    ...(timeouts.connect === undefined ? {} : { connectMs: timeouts.connect }),
    ...(timeouts.response === undefined ? {} : { responseMs: timeouts.response }),
    ...(timeouts.idle === undefined ? {} : { idleMs: timeouts.idle }),
    ...(timeouts.total === undefined ? {} : { totalMs: timeouts.total }),
  };
}

function usedBackends(revision: ApiRevisionSnapshot, backends: readonly BackendSnapshot[]): BackendSnapshot[] {
  const names = new Set<string>();
  for (const { integration } of revision.routes)
    if (integration.kind === 'http' && integration.backend !== undefined) names.add(integration.backend);
  return backends.filter((backend) => names.has(backend.id));
}

function toBackendSnapshot(backend: BackendConfig): BackendSnapshot {
  const environments = Object.fromEntries(
    Object.entries(backend.environments).map(([name, definition]) => [name, toDefinition(definition)]),
  );
  return { id: backend.name, name: backend.name, type: backend.type, environments };
}

function toDefinition(definition: BackendConfig['environments'][string]): BackendDefinition {
  const { healthCheck, tls } = definition;
  return {
    targets: definition.targets ?? [{ url: definition.url ?? '', weight: 1 }],
    loadBalancing: definition.loadBalancing,
    timeouts: toTimeouts(definition.timeouts),
    retry: definition.retry,
    ejection: { failures: definition.ejection.failures, durationMs: definition.ejection.duration, shareMax: definition.ejection.shareMax },
    ...(healthCheck === undefined
      ? {}
      : {
          healthCheck: {
            path: healthCheck.path,
            intervalMs: healthCheck.interval,
            timeoutMs: healthCheck.timeout,
            healthyAfter: healthCheck.healthyAfter,
            unhealthyAfter: healthCheck.unhealthyAfter,
          },
        }),
    connectionsMax: definition.connections,
    hostHeader: definition.hostHeader,
    ...(tls === undefined ? {} : { tls }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
