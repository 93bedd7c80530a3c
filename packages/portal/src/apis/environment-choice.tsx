import { SegmentedControl } from '@mantine/core';
import { useUrlState } from '../ui/use-url-state.ts';
import type { Publication } from './server/publication.ts';

/** The environment that the URL names, of those where the API is live; the last one, which is nearest to production, otherwise. */
export function useEnvironment({ environments }: Publication): string {
  const [{ environment }] = useUrlState();
  const names = environments.map((live) => live.environment);
  return environment !== undefined && names.includes(environment) ? environment : (names.at(-1) ?? '');
}

export function EnvironmentChoice({ publication }: { publication: Publication }) {
  const [, setUrl] = useUrlState();
  const environment = useEnvironment(publication);
  return (
    <SegmentedControl
      aria-label="Environment"
      value={environment}
      onChange={(value) => setUrl({ environment: value })}
      data={publication.environments.map((live) => live.environment)}
    />
  );
}
