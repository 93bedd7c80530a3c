import type { system } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listEnvironments = operation<typeof system.listEnvironments>('GET', '/environments');

/** The environments, in the order in which APIs are promoted through them. */
export const environmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: ({ signal }) => listEnvironments({ signal }),
  staleTime: 5 * 60_000,
});
