import { createHash } from 'node:crypto';
import type { BackendDefinition, PackedSnapshot, PackedTarget, ServiceDefinition, TargetDefinition } from '@gatehouse/contract';
import { targetId } from '../upstream/upstream-registry.ts';

/** Every service that a snapshot's backends are found by. */
export function servicesOf({ head }: PackedSnapshot): ServiceDefinition[] {
  return head.backends.flatMap(({ environments }) => Object.values(environments).flatMap(({ service }) => service ?? []));
}

/**
 * The snapshot with the targets that were found for its services. What they are is part of the fingerprints of publications that use
 * them, so those alone are compiled again when DNS says something else.
 */
export function fillSnapshot(packed: PackedSnapshot, found: (service: ServiceDefinition) => readonly TargetDefinition[]): PackedSnapshot {
  const { head } = packed;
  const backendsOf = new Map(head.revisions.map(({ id }, index) => [id, backendsIn(packed.routes[index] ?? [])]));
  const used = new Set(
    head.publications.flatMap(({ revision, environment }) => [...(backendsOf.get(revision) ?? [])].map((id) => placeOf(id, environment))),
  );
  const targets: PackedTarget[] = [...packed.targets];
  /** What backends were filled with, by their places. */
  const digests = new Map<string, string>();
  const backends = head.backends.map((backend) => {
    const environments = Object.entries(backend.environments).map(([environment, definition]): [string, BackendDefinition] => {
      const { service } = definition;
      if (service === undefined) return [environment, definition];
      const place = placeOf(backend.id, environment);
      const whole = withTargets(definition, service, found(service));
      digests.set(place, createHash('sha256').update(JSON.stringify(whole.targets)).digest('hex'));
      if (used.has(place)) targets.push(...toPackedTargets(backend, environment, whole));
      return [environment, whole];
    });
    return { ...backend, environments: Object.fromEntries(environments) };
  });
  const publications = head.publications.map((publication) => {
    const { revision, environment, fingerprint } = publication;
    const own = [...(backendsOf.get(revision) ?? [])].flatMap((id) => digests.get(placeOf(id, environment)) ?? []);
    return own.length === 0 ? publication : { ...publication, fingerprint: [fingerprint, ...own].join('+') };
  });
  return { ...packed, head: { ...head, backends, publications }, targets };
}

function placeOf(backendId: string, environment: string): string {
  return `${environment}/${backendId}`;
}

function withTargets(
  definition: BackendDefinition,
  { name, record, https }: ServiceDefinition,
  targets: readonly TargetDefinition[],
): BackendDefinition {
  const whole = { ...definition, targets: [...targets] };
  // The certificate is for the name that was asked for, not for the address that came of it.
  return https && record === 'a' ? { ...whole, tls: { serverName: name, ...definition.tls } } : whole;
}

function toPackedTargets({ id, name }: { id: string; name: string }, environment: string, definition: BackendDefinition): PackedTarget[] {
  const { healthCheck, protocol, tls } = definition;
  return definition.targets.map(({ url, host }) => ({
    id: targetId(id, environment, url),
    backend: name,
    environment,
    url,
    ...(host === undefined ? {} : { host }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(tls === undefined ? {} : { tls }),
  }));
}

const knownBackends = new WeakMap<readonly string[], ReadonlySet<string>>();

/**
 * Ids of the backends that routes name. Routes are JSON texts, which nobody has to read for it: where the text stands for something else,
 * a publication is compiled in vain. Remembered, since the routes of a revision never change.
 */
function backendsIn(routes: readonly string[]): ReadonlySet<string> {
  let ids = knownBackends.get(routes);
  if (ids === undefined) {
    ids = new Set(routes.flatMap((text) => [...text.matchAll(/"backend":"([^"\\]{1,200})"/g)].map(([, id = '']) => id)));
    knownBackends.set(routes, ids);
  }
  return ids;
}
