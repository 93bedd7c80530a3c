import type { accessRequests } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listAccessRequests = operation<typeof accessRequests.listAccessRequests>('GET', '/access-requests');

/** Requests for access that wait for the user's answer. */
export const decidableRequestsQuery = queryOptions({
  queryKey: ['access-requests', 'decidable', 'first'],
  queryFn: ({ signal }) => listAccessRequests({ query: { decidable: true, limit: 5 }, signal }),
});
