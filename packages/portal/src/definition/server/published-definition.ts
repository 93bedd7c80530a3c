import { queryOptions } from '@tanstack/react-query';
import { requestText } from '../../server/operation.ts';

/** The text of the definition that is live in an environment. */
export const publishedDefinitionQuery = (api: string, environment: string) =>
  queryOptions({
    queryKey: ['publications', api, environment, 'definition'],
    queryFn: ({ signal }) =>
      requestText(`/api/v1/publications/${encodeURIComponent(api)}/${encodeURIComponent(environment)}/definition`, signal),
    staleTime: 60_000,
    structuralSharing: false,
  });
