import type { backends } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const listNetworks = operation<typeof backends.listNetworks>('GET', '/networks');

/** Places in networks that the configuration file has opened to backend services; for publishers. */
export const networksQuery = queryOptions({
  queryKey: ['networks'],
  queryFn: ({ signal }) => listNetworks({ signal }),
  staleTime: 60_000,
});
