import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import { ServerError } from '../../server/server-error.ts';
import { Facts } from '../../ui/facts.tsx';
import { TextLink } from '../../ui/links.tsx';
import { backendQuery } from '../backends/server/backend.ts';

/** Where a backend service leads in each environment. */
export function BackendAddresses({ backend: name }: { backend: string }) {
  const backend = useQuery(backendQuery(name));
  const environments = useQuery(environmentsQuery);
  if (backend.isError) {
    const missing = backend.error instanceof ServerError && backend.error.status === 404;
    return (
      <Text c={missing ? 'var(--bad)' : 'dimmed'}>
        {missing ? `There is no backend service "${name}" that you may use.` : backend.error.message}
      </Text>
    );
  }
  if (backend.data === undefined || environments.data === undefined) return <Skeleton height={62} />;
  const { definitions } = backend.data;
  return (
    <Facts
      items={environments.data.items.map(({ name: environment }) => {
        const definition = definitions[environment]?.definition;
        return [
          environment,
          definition === undefined ? (
            <Text key={environment} span c="dimmed">
              not defined, so nothing can be published there:{' '}
              <TextLink to="/console/backends/$backend/{-$tab}" params={{ backend: name, tab: environment }}>
                define it
              </TextLink>
            </Text>
          ) : (
            <span key={environment} style={{ overflowWrap: 'anywhere' }}>
              {addressOf(definition)}
            </span>
          ),
        ] as const;
      })}
    />
  );
}

/** The address of a definition in a few words, whatever type it is of. */
export function addressOf(definition: Readonly<Record<string, unknown>>): string {
  const { url, targets, network, service, mock } = definition;
  if (typeof url === 'string') return url;
  if (Array.isArray(targets)) {
    const urls = targets.flatMap((target: { url?: unknown }) => (typeof target?.url === 'string' ? [target.url] : []));
    return urls.length <= 2 ? urls.join(', ') : `${urls[0]} and ${urls.length - 1} more`;
  }
  if (typeof network === 'string') return `network ${network}`;
  if (service !== undefined) return 'found by DNS';
  return mock === undefined ? 'defined' : 'answered by the gateway (mock)';
}
