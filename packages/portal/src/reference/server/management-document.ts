import { queryOptions } from '@tanstack/react-query';
import { requestText } from '../../server/operation.ts';

/** The OpenAPI document of the management interface. */
export const managementDocumentQuery = queryOptions({
  queryKey: ['management-document'],
  queryFn: ({ signal }) => requestText('/api/v1/openapi.json', signal),
  staleTime: Number.POSITIVE_INFINITY,
});
