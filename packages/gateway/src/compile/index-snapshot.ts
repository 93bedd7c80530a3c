import type { Snapshot } from '@gatehouse/contract';
import { findErrorProfile } from '../errors/error-profiles.ts';
import { DomainIndex } from '../routing/domain-index.ts';
import { EnvironmentIndex } from '../routing/environment-index.ts';
import { createMappingIndex, createPublicationIndex } from '../routing/path-index.ts';
import { RoutingError } from '../routing/routing-error.ts';
import type { CompiledEnvironment, CompiledPublication, CompiledSnapshot, GlobalPolicies } from './compiled.ts';

/** Puts compiled publications under the hosts, environments and base paths by which requests find them. Throws `RoutingError`. */
export function indexSnapshot(snapshot: Snapshot, publications: readonly CompiledPublication[], global: GlobalPolicies): CompiledSnapshot {
  const environments = snapshot.environments.map((name): CompiledEnvironment => {
    const own = publications.filter((publication) => publication.environment === name);
    return { name, publications: own, byBasePath: createPublicationIndex(own) };
  });
  const defaultEnvironment = environments.find((environment) => environment.name === snapshot.defaultEnvironment);
  if (defaultEnvironment === undefined) {
    throw new RoutingError(
      'routing.unknown-environment',
      `The default environment ${snapshot.defaultEnvironment} is not among the environments`,
    );
  }
  const byName = new Map(publications.map((publication) => [`${publication.environment}/${publication.api}`, publication]));
  const domains = snapshot.domains.map(({ host, mappings }) => ({
    host,
    mappings: createMappingIndex(
      mappings.map(({ path, api, environment }) => ({ path, environment, publication: byName.get(`${environment}/${api}`) ?? null })),
    ),
  }));
  return {
    number: snapshot.number,
    hash: snapshot.hash,
    environments: new EnvironmentIndex(environments, defaultEnvironment),
    defaultEnvironment,
    domains: new DomainIndex(domains),
    errors: findErrorProfile(snapshot.errorProfile),
    routeCount: publications.reduce((sum, publication) => sum + publication.routeCount, 0),
    publications,
    global,
  };
}
