import { createHash } from 'node:crypto';
import type {
  ApiRevisionSnapshot,
  BackendSnapshot,
  DomainSnapshot,
  ErrorProfileName,
  PolicyUse,
  PublicationSnapshot,
  Snapshot,
  Timeouts,
} from '@gatehouse/contract';
import { backendsOfRevision } from './revision-content.ts';

/** What a snapshot holds beside APIs, backends and domains. */
export interface SnapshotSettings {
  environments: string[];
  defaultEnvironment: string;
  errorProfile: ErrorProfileName;
  timeouts: Timeouts;
  /** Policies of every API. */
  policies: PolicyUse[];
}

/** A revision where it is to be live. */
export interface LivePublication {
  revision: ApiRevisionSnapshot;
  environment: string;
  /** Stage variables there. */
  variables: Record<string, string>;
}

/** What is to be live, all of it. */
export interface SnapshotParts {
  settings: SnapshotSettings;
  backends: readonly BackendSnapshot[];
  publications: readonly LivePublication[];
  domains: readonly DomainSnapshot[];
}

/** Puts together what a gateway needs. Pure: the same parts give the same hash. */
export function buildSnapshot({ settings, backends, publications: live, domains }: SnapshotParts, number: number): Snapshot {
  const shared = JSON.stringify([settings.policies, settings.timeouts]);
  const byId = new Map(backends.map((backend) => [backend.id, backend]));
  const revisions = new Map<string, ApiRevisionSnapshot>();
  const used = new Map<string, BackendSnapshot[]>();
  const publications = live.map(({ revision, environment, variables }): PublicationSnapshot => {
    const known = revisions.get(revision.id) ?? revision;
    revisions.set(revision.id, known);
    let of = used.get(revision.id);
    if (of === undefined) {
      of = backendsOfRevision(revision).flatMap((id) => byId.get(id) ?? []);
      used.set(revision.id, of);
    }
    const definitions = of.map((backend) => [backend.name, backend.environments[environment]]);
    return {
      fingerprint: sha256(JSON.stringify([revision.id, environment, variables, definitions, shared])),
      revision: revision.id,
      environment,
      variables,
    };
  });
  const content: Omit<Snapshot, 'number' | 'hash'> = {
    format: 1,
    environments: settings.environments,
    defaultEnvironment: settings.defaultEnvironment,
    backends: [...backends],
    revisions: [...revisions.values()],
    publications,
    domains: [...domains],
    policies: settings.policies,
    errorProfile: settings.errorProfile,
    timeouts: settings.timeouts,
  };
  // Revisions are known by their content's hash, so the routes need not be read again.
  const hash = sha256(JSON.stringify({ ...content, revisions: content.revisions.map((revision) => revision.id) }));
  return { ...content, number, hash };
}

/** The id of a revision in snapshots: its API and the hash of its content. */
export function revisionId(api: string, contentHash: string): string {
  return `${api}@${contentHash.slice(0, 16)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
