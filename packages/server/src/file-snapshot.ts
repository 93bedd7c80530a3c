import type { Snapshot } from '@gatehouse/contract';
import { buildSnapshot, type ReadResources, resolveNetwork, toDefinition, toTimeouts } from '@gatehouse/control/file';

/** The snapshot of a gateway that works from its files alone: backends are known by their names, which are their ids. */
export function snapshotOfFile({ config, policies, revisions }: ReadResources, number: number): Snapshot {
  const { gateway } = config;
  const byApi = new Map(revisions.map((revision) => [revision.api, revision]));
  return buildSnapshot(
    {
      settings: {
        environments: config.environments,
        defaultEnvironment: gateway.defaultEnvironment,
        errorProfile: gateway.errorProfile,
        timeouts: toTimeouts(gateway.timeouts),
        policies,
      },
      backends: config.backends.map(({ name, type, environments }) => ({
        id: name,
        name,
        type,
        environments: Object.fromEntries(
          Object.entries(environments).flatMap(([environment, written]) => {
            const definition = resolveNetwork(toDefinition(written), config.networks);
            return definition === undefined ? [] : [[environment, definition]];
          }),
        ),
      })),
      publications: config.apis.flatMap(({ name, publish, variables }) => {
        const revision = byApi.get(name);
        return revision === undefined
          ? []
          : publish.map((environment) => ({ revision, environment, variables: variables[environment] ?? {} }));
      }),
      domains: config.domains,
    },
    number,
  );
}
